"""The worker against a real mail server that accepts, refuses, stalls and drops; on both databases."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

import pytest
from flask import Flask

from clinic.kernel.clock import utc_now
from clinic.notifications import queries, service
from clinic.notifications.registry import MessageKind, periodic, quiet_hours, register
from clinic.notifications.rules import Attachment, Failure, Message, MessageState, NoAddressError
from clinic.notifications.worker import Worker
from clinic.platform.transaction import in_transaction, transaction
from tests.notifications.mailing import KIND, Notes, know_notes, put, rows, the_row, use_server
from tests.support.app import FixedClock, environment_of
from tests.support.calendars import calendar_part
from tests.support.smtp import MailServer, Mood, mail_server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def notes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Notes:
    return know_notes(app, monkeypatch)


@pytest.fixture
def server(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server(tmp_path) as running:
        use_server(app, running, monkeypatch)
        yield running


def test_a_due_message_is_sent_once_over_tls(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    put("1", clock.now)
    worker = Worker(app)
    assert worker.drain() == 1
    assert worker.drain() == 0
    (mail,) = server.taken
    row = the_row()
    assert (row.state, row.sent_at, row.attempts) == (MessageState.SENT, clock.now, 1)
    assert mail["Message-ID"] == row.message_id
    assert server.envelopes == [("visits@example.com", ["hazel@example.com"])]
    assert parseaddr(mail["From"]) == ("Quiet River Clinic", "visits@example.com")
    assert (mail["To"], mail["Subject"]) == ("hazel@example.com", "A note")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert queries.last_beat() == clock.now


def test_a_calendar_file_travels_whole(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    data = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX:\u05e9\U0001f642\r\nEND:VCALENDAR\r\n".encode()
    file = Attachment("visit.ics", "text/calendar; method=REQUEST; charset=utf-8", data)
    written = Message("hazel@example.com", "Caf\u00e9 \U0001f642", "Text \u2026\n", "<p>\u05e9</p>", (file,))
    register(app, MessageKind("test.file", lambda ids, now: True, lambda ids: written))
    put("1", clock.now, kind="test.file")
    Worker(app).drain()
    (mail,) = server.taken
    assert mail["Subject"] == "Caf\u00e9 \U0001f642"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Text \u2026"
    assert calendar_part(mail) == data


@pytest.mark.parametrize(
    ("mood", "failure"),
    [
        (Mood.NOT_NOW, Failure.NOT_NOW),
        (Mood.STALL, Failure.TIMEOUT),
        (Mood.DROP, Failure.CONNECTION),
        (Mood.TAKE_AND_STALL, Failure.TIMEOUT),
        (Mood.TAKE_AND_DROP, Failure.CONNECTION),
    ],
)
def test_what_may_go_better_later_is_tried_again_under_the_same_name(
    app: Flask, notes: Notes, server: MailServer, mood: Mood, failure: Failure
) -> None:
    clock: FixedClock = app.extensions["clinic.clock"]
    server.mood = mood
    put("1", clock.now)
    began = time.monotonic()
    Worker(app).drain()
    assert time.monotonic() - began < 5
    assert (the_row().state, the_row().last_error) == (MessageState.FAILED, failure)
    server.mood = Mood.ACCEPT
    clock.advance(timedelta(minutes=1))
    Worker(app).drain()
    assert the_row().state is MessageState.SENT
    assert set(server.message_ids) == {the_row().message_id}
    assert len(server.taken) == (2 if mood in (Mood.TAKE_AND_STALL, Mood.TAKE_AND_DROP) else 1)


@pytest.mark.parametrize("mood", [Mood.REFUSE, Mood.REFUSE_CONTENT])
def test_a_final_no_is_given_up_at_once(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer, mood: Mood
) -> None:
    server.mood = mood
    put("1", clock.now)
    Worker(app).drain()
    assert (the_row().state, the_row().last_error) == (MessageState.GIVEN_UP, Failure.REFUSED)


def test_one_bad_message_does_not_stop_the_others(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    notes.unwritable.add("1")
    for note in "123":
        put(note, clock.now)
    put("4", clock.now, kind="test.nobody")
    assert Worker(app).drain() == 4
    assert [row.state.value for row in rows()] == ["failed", "sent", "sent", "given_up"]
    assert [row.last_error for row in rows()] == [Failure.WRITING, None, None, Failure.UNKNOWN_KIND]


def test_what_is_no_longer_wanted_is_not_sent(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    put("1", clock.now)
    notes.unwanted.add("1")
    Worker(app).drain()
    assert the_row().state is MessageState.UNWANTED
    assert server.tries == 0


def test_what_the_clinic_sends_by_itself_waits_for_the_morning_and_answers_do_not(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    morning = clock.now + timedelta(hours=9)
    quiet_hours(app, lambda instant: max(instant, morning))
    register(app, MessageKind("test.unasked", notes.still_wanted, notes.render, by_itself=True))
    put("1", clock.now, kind="test.unasked")
    put("2", clock.now)
    Worker(app).drain()
    waits, sent = rows()
    assert (waits.state, waits.attempts, waits.next_try_at) == (MessageState.QUEUED, 0, morning)
    assert sent.state is MessageState.SENT
    clock.now = morning
    Worker(app).drain()
    assert [(row.state, row.attempts) for row in rows()] == [(MessageState.SENT, 1)] * 2


def test_what_would_come_too_late_in_the_morning_is_not_sent_at_all(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    morning = clock.now + timedelta(hours=9)
    quiet_hours(app, lambda instant: max(instant, morning))
    register(app, MessageKind("test.unasked", lambda ids, at: at < morning, notes.render, by_itself=True))
    put("1", clock.now, kind="test.unasked")
    Worker(app).drain()
    assert the_row().state is MessageState.UNWANTED
    assert server.tries == 0


def test_without_an_address_the_message_is_given_up_at_once(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    def nobody(ids: dict[str, str]) -> Message:
        raise NoAddressError

    register(app, MessageKind("test.nowhere", notes.still_wanted, nobody))
    put("1", clock.now, kind="test.nowhere")
    Worker(app).drain()
    assert (the_row().state, the_row().last_error) == (MessageState.GIVEN_UP, Failure.NO_ADDRESS)
    assert server.tries == 0


def test_nothing_is_held_open_while_the_server_is_asked(
    app: Flask, clock: FixedClock, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("1", clock.now)
    seen: list[bool] = []

    class Curious:
        def deliver(self, message: Message, message_id: str, now: datetime) -> None:
            seen.append(in_transaction())
            put("2", now)  # on SQLite this would fail if a write transaction were open elsewhere

    worker = Worker(app, Curious())
    worker.step()
    assert seen == [False]
    assert [row.state for row in rows()] == [MessageState.SENT, MessageState.QUEUED]


def test_an_unverified_certificate_gets_nothing(
    app: Flask, clock: FixedClock, notes: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path) as server:
        use_server(app, server, monkeypatch, mail_ca_file="")
        put("1", clock.now)
        Worker(app).drain()
        assert (the_row().state, the_row().last_error) == (MessageState.FAILED, Failure.TLS)
        assert (server.tries, server.taken) == (0, [])


def test_a_certificate_for_another_host_gets_nothing(
    app: Flask, clock: FixedClock, notes: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path, name="mail.example.com") as server:
        use_server(app, server, monkeypatch)
        put("1", clock.now)
        Worker(app).drain()
        assert the_row().last_error is Failure.TLS
        assert server.tries == 0


def test_a_server_without_tls_gets_nothing(
    app: Flask, clock: FixedClock, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        use_server(app, server, monkeypatch, mail_use_tls=True)
        put("1", clock.now)
        Worker(app).drain()
        assert the_row().last_error is Failure.TLS
        assert server.tries == 0


def test_nobody_listening_is_tried_again(
    app: Flask, clock: FixedClock, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        pass
    use_server(app, server, monkeypatch)
    put("1", clock.now)
    Worker(app).drain()
    assert (the_row().state, the_row().last_error) == (MessageState.FAILED, Failure.CONNECTION)


def test_an_address_that_no_header_can_hold_is_given_up(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    notes.to = "jos\u00e9@example.com"
    put("1", clock.now)
    Worker(app).drain()
    assert (the_row().state, the_row().last_error) == (MessageState.GIVEN_UP, Failure.REFUSED)


def test_a_failing_job_does_not_stop_mail(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    ran: list[datetime] = []

    def fail(now: datetime) -> None:
        with transaction():
            raise RuntimeError

    periodic(app, "fails", 60, fail)
    periodic(app, "works", 60, ran.append)
    put("1", clock.now)
    worker = Worker(app)
    worker.step()
    worker.step()
    assert ran == [clock.now]
    assert the_row().state is MessageState.SENT


def start_worker(app: Flask) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.worker_process"], env=environment_of(app), cwd=ROOT
    )


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@pytest.mark.long
def test_a_worker_killed_while_sending_loses_nothing(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_server(app, server, monkeypatch, mail_timeout_seconds=30)
    server.mood = Mood.TAKE_AND_STALL
    put("1", utc_now())
    process = start_worker(app)
    try:
        wait_for(lambda: len(server.taken) == 1)
    finally:
        process.kill()
        process.wait()
    assert the_row().state is MessageState.SENDING
    server.mood = Mood.ACCEPT
    clock.now = utc_now()
    Worker(app).drain()
    assert len(server.taken) == 1  # its lease still runs
    clock.advance(timedelta(minutes=4))
    Worker(app).drain()
    assert the_row().state is MessageState.SENT
    assert server.message_ids == [the_row().message_id] * 2


@pytest.mark.long
def test_a_worker_told_to_stop_finishes_the_message_in_hand(
    app: Flask, notes: Notes, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_server(app, server, monkeypatch, mail_timeout_seconds=30)
    server.mood = Mood.SLOW
    put("1", utc_now())
    put("2", utc_now())
    process = start_worker(app)
    try:
        assert server.busy.wait(20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert sorted(row.state.value for row in rows()) == ["queued", "sent"]
    assert len(server.taken) == 1


def test_once_sends_what_is_due_and_ends(
    app: Flask, clock: FixedClock, notes: Notes, server: MailServer
) -> None:
    put("1", clock.now)
    put("2", clock.now + timedelta(hours=1))
    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        answer = app.test_cli_runner().invoke(args=["worker", "--once"])
    finally:
        signal.signal(signal.SIGTERM, handlers[0])
        signal.signal(signal.SIGINT, handlers[1])
    assert answer.output == "1 messages handled.\n"
    assert service.claim(clock.now, timedelta(seconds=60)) is None
    assert rows()[0].kind == KIND
