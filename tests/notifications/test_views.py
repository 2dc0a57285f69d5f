"""Mail of development: written into a folder, shown at /dev/mail, nowhere else."""

import stat
from pathlib import Path

import pytest
from flask import Flask

from clinic.notifications.mailbox import stored_mails
from clinic.notifications.rules import Attachment, Message
from clinic.notifications.transports import FileTransport
from clinic.notifications.worker import Worker
from tests.notifications.mailing import know_notes, put
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of

MESSAGE = Message(
    "hazel@example.com",
    "Your <visit>",
    "Open http://localhost/go/abc?x=1&y=2 please.\n<script>alert(1)</script>\n",
    "<p>Hello</p>",
    (Attachment("visit.ics", "text/calendar; method=REQUEST; charset=UTF-8", b"BEGIN:VCALENDAR\r\n"),),
)


@pytest.fixture(autouse=True)
def folder(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    held = app.extensions["clinic.settings"].model_copy(update={"instance_dir": tmp_path})
    monkeypatch.setitem(app.extensions, "clinic.settings", held)
    return tmp_path / "mail"


def test_a_worker_without_a_mail_server_writes_files(
    app: Flask, clock: FixedClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_notes(app, monkeypatch)
    put("1", clock.now)
    Worker(app).drain()
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (mail,) = stored_mails(folder)
    assert (mail.to, mail.subject, mail.text.strip()) == ("hazel@example.com", "A note", "Note 1")


def test_a_second_try_writes_the_same_file(app: Flask, clock: FixedClock, folder: Path) -> None:
    for _ in range(2):
        FileTransport(folder).deliver(MESSAGE, "<abc@example.com>", clock.now)
    assert [file.name for file in folder.iterdir()] == ["abc.eml"]


def test_mail_is_listed_and_shown_with_links_to_follow(
    app: Flask, clock: FixedClock, client: PageClient, folder: Path
) -> None:
    assert "There is no mail yet" in client.get("/dev/mail").text
    FileTransport(folder).deliver(MESSAGE, "<abc@example.com>", clock.now)
    assert "Your <visit>" in text_of(client.get("/dev/mail").text)
    page = client.get("/dev/mail/abc").text
    assert '<a href="http://localhost/go/abc?x=1&amp;y=2">' in page
    assert "<script>alert" not in page
    assert "BEGIN:VCALENDAR" in page


@pytest.mark.parametrize("name", ["nobody", "..%2Fabc", "%00", "."])
def test_what_is_no_message_is_not_found(client: PageClient, name: str) -> None:
    client.get(f"/dev/mail/{name}", status=404)


@pytest.mark.parametrize("given", [{"environment": "production"}, {"mail_server": "mail.example.com"}])
def test_elsewhere_the_page_does_not_exist(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    held = app.extensions["clinic.settings"].model_copy(update=given)
    monkeypatch.setitem(app.extensions, "clinic.settings", held)
    client.get("/dev/mail", status=404)
    client.get("/dev/mail/abc", status=404)
