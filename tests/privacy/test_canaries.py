"""Canaries in every sealed field, journeys and failures around them, a search through all that leaves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Request, Response, request, request_finished, request_started
from sqlalchemy import insert, select

from clinic.accounts.models import Staff
from clinic.audit.models import AuditEvent
from clinic.notifications.mailbox import StoredMail, stored_mails
from clinic.notifications.models import OutboxMessage
from clinic.notifications.transports import FileTransport
from clinic.notifications.worker import Worker
from clinic.platform.access import declared
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.platform.transaction import transaction
from clinic.safety.models import CallBack, CallBackEvent, SafetyFlag
from clinic.safety.rules import CallBackKind
from tests.notifications.mailing import use_server
from tests.support.cast import AMARYLLIS, BARTHOLOMEW, Cast, Typed, gather
from tests.support.client import PageClient
from tests.support.smtp import Mood, mail_server

# Written by people into fields that only clinicians (and, one of them, the patient) may read.
NOTES = {
    "sentence": "Canary-Sentence-Ochre",
    "words": "Canary-Words-Umber",
    "note": "Canary-Note-Sienna",
    "agreed": "Canary-Agreed-Cerise",
    "desk_note": "Canary-Desk-Indigo",
}
# What the draft's answers say, as it is stored; nowhere in words of ours outside the questionnaire.
CODES = ("sympathetic_block", "gabapentin")
CLINICAL = (*NOTES.values(), *CODES)
# An office that sent somebody: sealed like its patient, and named in no mail, not even in its own.
OFFICE = {
    "name": "Canary-Office-Saffron",
    "clinician": "Canary-Referrer-Mauve",
    "address": "9 Canary-Lane-Beryl",
    "fax": "205-555-0179",
}
OFFICE_MAIL = "front@offices.example.com"
CALLER: Typed = {
    "first_name": "Dorothea",
    "last_name": "Finchingfield",
    "birth_date_month": "2",
    "birth_date_day": "11",
    "birth_date_year": "1958",
    "phone": "(205) 555-0155",
    "email": "dorothea@patients.example.com",
}
PEOPLE = (AMARYLLIS, BARTHOLOMEW, CALLER)


def identity(typed: Typed) -> set[str]:
    """Everything that points to one person, in every spelling that we make of it."""
    digits = re.sub(r"\D", "", str(typed["phone"]))
    parts = (typed[f"birth_date_{name}"] for name in ("year", "month", "day"))
    year, month, day = (int(str(part)) for part in parts)
    names = {str(typed[name]) for name in ("first_name", "last_name", "email", "city_now") if name in typed}
    return names | {str(typed["phone"]), digits, f"{year}-{month:02}-{day:02}", f"{month}/{day}/{year}"}


IDENTITY = set().union(*map(identity, PEOPLE))
CANARIES = IDENTITY | set(CLINICAL) | {*OFFICE.values(), "2055550179"}


def in_text(text: str, canaries: set[str] = CANARIES) -> set[str]:
    """The canaries that a text holds, however it is capitalised."""
    return {canary for canary in canaries if canary.casefold() in text.casefold()}


class Addresses:
    """Every address that was asked for or led to."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def asked(self, app: Flask, **_: object) -> None:
        here: Request = request
        self.seen.append(here.full_path)

    def answered(self, app: Flask, response: Response, **_: object) -> None:
        self.seen.append(response.headers.get("Location", ""))


@contextmanager
def addresses(app: Flask) -> Iterator[Addresses]:
    """Listen to every request of the application."""
    heard = Addresses()
    with request_started.connected_to(heard.asked, app), request_finished.connected_to(heard.answered, app):
        yield heard


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def first_time(page: str) -> str:
    """The first time that a picker offers."""
    found = re.search(r'name="slot"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def decide(cast: Cast) -> None:
    """The clinician decides otherwise than suggested, and says why."""
    client, url = cast.clients["clinician"], f"/staff/referrals/{cast.a.referral.reference}"
    form = {
        "choice": "cannot_decide_yet",
        "reason": "more_needed",
        "sentence": NOTES["sentence"],
        "words": NOTES["words"],
        "version": hidden(client.get(url).text, "version"),
    }
    client.post(url, form, status=303)


def type_office(cast: Cast) -> None:
    """The desk types who sent patient A."""
    client, url = cast.clients["desk"], f"/staff/referrals/{cast.a.referral.reference}/office"
    form = {**OFFICE, "email": OFFICE_MAIL, "version": hidden(client.get(url).text, "version")}
    client.post(url, form, status=303)
    cast.clients["clinician"].get(f"/staff/referrals/{cast.a.referral.reference}/letter")


def end_safety_call(cast: Cast) -> None:
    """The clinician reaches the urgent caller and writes down what was agreed."""
    client, url = cast.clients["clinician"], f"/staff/safety/{cast.safety_call}"
    client.get(url)
    client.post(f"{url}/acknowledge", {}, status=303)
    client.post(f"{url}/contact", {"note": NOTES["note"]}, status=303)
    client.post(f"{url}/resolve", {"outcome": "safe_to_wait", "agreed": NOTES["agreed"]}, status=303)


def note_call(cast: Cast) -> None:
    """The desk tries to reach a patient."""
    client, url = cast.clients["desk"], f"/staff/calls/{cast.desk_call}"
    client.get(url)
    client.post(url, {"action": "attempt", "note": NOTES["desk_note"], "outcome": ""}, status=302)


def book_caller(desk: PageClient, **changes: str) -> Any:
    """The desk books somebody on the phone."""
    page = desk.get("/staff/caller").text
    form = {f"born-{part}": str(CALLER[f"birth_date_{part}"]) for part in ("month", "day", "year")}
    form |= {name: str(CALLER[name]) for name in ("first_name", "last_name", "phone", "email")}
    form |= {"voicemail": "yes", "reason": "first_visit", "physical": "no", "which": "", "thoughts": "no"}
    form |= {"danger": "no", "book": "1", "slot": first_time(page)}
    form |= {name: hidden(page, name) for name in ("key", "first_day")}
    return desk.post("/staff/caller", form | changes)


def call_instead(desk: PageClient) -> None:
    """The desk tells somebody by phone what would have been sent."""
    waiting = re.search(r"/staff/messages/[^/]+/called", desk.get("/staff/messages?show=waiting").text)
    assert waiting
    desk.post(waiting[0], {"back": "waiting"}, status=302)


def use_visit(client: PageClient) -> bytes:
    """The patient fetches the calendar file, says that they will come, moves the visit and gives it up."""
    file = client.get("/visit/calendar").get_data()
    said = {"version": hidden(client.get("/visit/coming").text, "version")}
    client.post("/visit/coming", said, status=303)
    page = client.get("/visit/change").text
    moved = {name: hidden(page, name) for name in ("key", "version")} | {"slot": first_time(page)}
    client.post("/visit/change", moved, status=303)
    version = hidden(client.get("/visit/cancel").text, "version")
    client.post("/visit/cancel", {"version": version}, status=303)
    return file


def fail_in_every_way(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, a unique violation and a refused form, each with canaries in hand."""
    desk = cast.clients["desk"]
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    real = app.view_functions["frontdesk.book_caller"]

    def crashing() -> str:
        raise ValueError(f"cannot book {dict(request.form)}")

    def doubling() -> str:
        row = {"email": str(CALLER["email"]), "name": str(CALLER["first_name"]), "title": "", "active": True}
        row |= {"password": NOTES["note"], "added_at": cast.a.referral.submitted_at}
        with transaction():
            for key in ("one", "two"):
                db.session.execute(insert(Staff).values(row | {"fs_uniquifier": key}))
        return ""

    for view in (crashing, doubling):
        view.access = declared(app, "frontdesk.book_caller")  # type: ignore[attr-defined]  # as the decorator does
        monkeypatch.setitem(app.view_functions, "frontdesk.book_caller", view)
        assert book_caller(desk).status_code == 500
    monkeypatch.setitem(app.view_functions, "frontdesk.book_caller", real)
    assert book_caller(desk, reason="").status_code == 422


@pytest.fixture
def cast(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cast:
    return gather(app)


@pytest.mark.long
def test_nothing_that_leaves_holds_a_canary(
    app: Flask,
    cast: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with addresses(app) as heard:
        type_office(cast)
        decide(cast)
        end_safety_call(cast)
        note_call(cast)
        file = use_visit(cast.clients["patient_b"])
        for url in ("/visit", "/visit/booked", "/visit/will-call"):
            cast.clients["patient_a"].get(url, status=-1)
        for url in ("/staff/today", "/staff/coming", "/staff/unbooked", "/staff/messages", "/staff/calls"):
            cast.clients["desk"].get(url)
        for show in ("waiting", "sent", "called", "not-needed"):
            cast.clients["desk"].get(f"/staff/messages?show={show}")
        call_instead(cast.clients["desk"])
        fail_in_every_way(app, cast, monkeypatch)
        assert book_caller(cast.clients["desk"]).status_code == 302
    refuse_one_message(app, monkeypatch)
    Worker(app, FileTransport(tmp_path)).drain()
    log = capsys.readouterr().err
    assert '"event": "request"' in log
    assert "exc_class" in log
    assert in_text(log) == set()
    assert len(heard.seen) > 40
    assert in_text("\n".join(heard.seen)) == set()
    assert in_text(file.decode()) == set()
    check_mails(stored_mails(tmp_path))
    check_database(app)


def refuse_one_message(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server refuses a patient's message for good; its words quote the address."""
    with transaction():  # all are due at one instant, and some are unwanted by now: this one goes first
        chosen = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "referral_received").order_by(OutboxMessage.key)
        ).first()
        assert chosen is not None
        chosen.next_try_at -= timedelta(minutes=1)
    with mail_server() as server, monkeypatch.context() as for_now:
        use_server(app, server, for_now)
        server.mood = Mood.REFUSE
        Worker(app).step()
        assert server.tries == 1
    kinds = set(db.session.scalars(select(CallBack.kind)))
    db.session.rollback()
    assert CallBackKind.MESSAGE_FAILED in kinds


def check_mails(mails: list[StoredMail]) -> None:
    """A mail holds the recipient's first name and address, its files the address; nothing else of anybody."""
    assert len(mails) >= 5
    assert [mail for mail in mails if mail.to == OFFICE_MAIL]
    for mail in mails:
        own = [typed for typed in PEOPLE if typed["email"] == mail.to]
        allowed = {str(typed[name]) for typed in own for name in ("first_name", "email")}
        files = " ".join(content for _, content in mail.files)
        assert in_text(f"{mail.to} {mail.subject} {mail.text} {mail.html}") <= allowed, mail.subject
        assert in_text(f"{mail.name} {mail.subject}") == set(), mail.subject
        assert in_text(files.replace("\r\n ", "").replace(mail.to, "")) == set(), mail.subject


def check_database(app: Flask) -> None:
    """Every value of every row, and on SQLite the bytes of the files."""
    assert db.session.scalars(select(CallBackEvent)).first()  # there were notes to seal
    assert db.session.scalars(select(SafetyFlag)).first()
    for table in Base.metadata.sorted_tables:
        if table.name != "published_questionnaire":  # holds every code, of nobody
            for row in db.session.execute(select(table)):
                assert in_text(repr(tuple(row))) == set(), table.name
    for model in (AuditEvent, OutboxMessage):  # said twice, as these two are read by most people
        for held in db.session.scalars(select(model)):
            assert in_text(repr(vars(held))) == set()
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        for one in path.parent.glob(f"{path.name}*"):
            content = one.read_bytes().lower()
            found = {
                canary for canary in IDENTITY | set(NOTES.values()) if canary.lower().encode() in content
            }
            assert found == set(), one.name
