"""Mail about visits: plain words, true when it is sent, with a calendar file that follows the visit."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.notifications.registry import MessageKind
from clinic.notifications.rules import Message
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.extensions import db
from clinic.scheduling import queries, service
from clinic.scheduling.messages import BOOKED_MAIL, CANCELED_MAIL, MOVED_MAIL, REMINDER_MAIL
from clinic.scheduling.registry import manage_pages, registry
from tests.scheduling.scene import DESK, MONDAY, SYSTEM, Scene, central
from tests.support.client import HEALTH_WORDS
from tests.support.reading import BANNED, HIGHEST_GRADE, grade

NINE = central(MONDAY, 9)
BY_NAME = {kind.name: kind for kind in (BOOKED_MAIL, MOVED_MAIL, CANCELED_MAIL, REMINDER_MAIL)}


@pytest.fixture
def visit(scene: Scene, hazel: UUID) -> UUID:
    """A booked visit."""
    return service.book(scene.wanted(NINE), patient_id=hazel, key=uuid4().hex, actor=DESK, now=scene.now).id


def waiting(visit: UUID) -> list[tuple[MessageKind, dict[str, str]]]:
    chosen = select(OutboxMessage.kind, OutboxMessage.ids).order_by(
        OutboxMessage.created_at, OutboxMessage.kind
    )
    return [(BY_NAME[k], ids) for k, ids in db.session.execute(chosen) if ids["appointment"] == str(visit)]


def wanted(visit: UUID, now: object) -> list[str]:
    return [f"{kind.name} {ids['sequence']}" for kind, ids in waiting(visit) if kind.still_wanted(ids, now)]  # type: ignore[arg-type]


def written(visit: UUID, name: str) -> Message:
    return next(kind.render(ids) for kind, ids in reversed(waiting(visit)) if kind.name == name)


def test_a_confirmation_says_when_where_and_how_to_change(scene: Scene, visit: UUID, app: Flask) -> None:
    known = registry().manage_url
    manage_pages(app, lambda appointment: f"http://localhost/visit/{appointment.hex}")
    try:
        mail = written(visit, "appointment_confirmed")
    finally:
        registry().manage_url = known
    assert mail.to == "hazel@example.com"
    assert mail.subject == "Your visit is booked: Monday, December 7"
    for said in (mail.text, mail.html):
        for fact in (
            "Monday, December 7, 2026",
            "9:00 a.m.",
            "Central Time",
            "1200 Quiet River Way",
            "Hazel",
        ):
            assert fact in said
        assert "A photo ID" in said
        assert f"/visit/{visit.hex}" in said
        assert queries.appointment_card(visit).reference in said


def test_without_a_private_page_the_mail_gives_the_phone(visit: UUID) -> None:
    assert "call (205) 555-0142" in written(visit, "appointment_confirmed").text


def test_no_mail_and_no_file_speaks_of_health(scene: Scene, visit: UUID) -> None:
    service.move(visit, scene.wanted(central(MONDAY, 10)), actor=DESK, now=scene.now)
    service.cancel(visit, actor=DESK, now=scene.now)
    for kind, ids in waiting(visit):
        mail = kind.render(ids)
        files = " ".join(file.data.decode() for file in mail.attachments)
        for text in (mail.subject, mail.text, mail.html, files):
            assert not HEALTH_WORDS.search(text)
            assert not BANNED.search(text)
            assert "consultation" not in text
        assert "Hazel" not in files
        assert "Hazel" not in mail.subject
        assert grade(mail.text.split("\n\n")) <= HIGHEST_GRADE


def calendar(mail: Message) -> tuple[str, Calendar]:
    (file,) = mail.attachments
    read = Calendar.from_ical(file.data)
    assert isinstance(read, Calendar)
    assert f"method={read['METHOD']}" in file.content_type
    return str(read["METHOD"]), read


def test_the_calendar_file_follows_the_visit(scene: Scene, visit: UUID) -> None:
    mails = [written(visit, "appointment_confirmed")]
    service.move(visit, scene.wanted(central(MONDAY, 10)), actor=DESK, now=scene.now)
    mails.append(written(visit, "appointment_moved"))
    service.cancel(visit, actor=DESK, now=scene.now)
    mails.append(written(visit, "appointment_cancelled"))
    seen = []
    for mail in mails:
        method, read = calendar(mail)
        (entry,) = read.walk("VEVENT")
        seen.append((method, entry.decoded("SEQUENCE"), entry.decoded("DTSTART"), str(entry["UID"])))
    uid = f"{visit}@example.com"
    assert seen == [
        ("REQUEST", 0, NINE, uid),
        ("REQUEST", 1, central(MONDAY, 10), uid),
        ("CANCEL", 2, central(MONDAY, 10), uid),
    ]


def test_a_moved_visit_is_reminded_of_its_new_time_only(scene: Scene, visit: UUID) -> None:
    service.move(visit, scene.wanted(central(MONDAY, 10)), actor=DESK, now=scene.now)
    assert wanted(visit, scene.now) == ["appointment_moved 1", "appointment_reminder 1"]


def test_a_cancelled_visit_is_not_reminded_of(scene: Scene, visit: UUID) -> None:
    service.cancel(visit, actor=DESK, now=scene.now)
    assert wanted(visit, scene.now) == ["appointment_cancelled 1"]


def test_what_comes_too_late_is_not_sent(scene: Scene, visit: UUID) -> None:
    assert wanted(visit, NINE) == []
    service.cancel(visit, actor=DESK, now=scene.now)
    assert wanted(visit, NINE + timedelta(days=1)) == []


def test_a_visit_within_a_day_has_no_reminder(scene: Scene, hazel: UUID) -> None:
    now = NINE - timedelta(hours=20)
    soon = service.book(scene.wanted(NINE), patient_id=hazel, key="soon", actor=DESK, now=now).id
    assert wanted(soon, now) == ["appointment_confirmed 0"]


def test_somebody_without_email_is_not_written_to(scene: Scene) -> None:
    details = PatientDetails(
        first_name="Pat",
        last_name="Testcase",
        birth_date=MONDAY.replace(year=1970),
        phone="205-555-0142",
        no_email=True,
    )
    pat = register(details, SYSTEM, scene.now)
    visit = service.book(scene.wanted(NINE), patient_id=pat, key="pat", actor=DESK, now=scene.now).id
    assert wanted(visit, scene.now) == []


def test_a_hold_or_an_asked_for_time_sends_nothing(scene: Scene, hazel: UUID) -> None:
    row = service.request(
        scene.wanted(NINE), patient_id=hazel, key="r", actor=Actor.patient(hazel), now=scene.now
    )
    service.move(row.id, scene.wanted(central(MONDAY, 10)), actor=DESK, now=scene.now)
    assert waiting(row.id) == []
