"""Mail about visits: plain words, true when it is sent, with a calendar file that follows the visit."""

from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.notifications.registry import MessageKind
from clinic.notifications.rules import Message, MessageState, NoAddressError
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.messages import BOOKED_MAIL, CANCELED_MAIL, MOVED_MAIL, REMINDER_MAIL
from clinic.scheduling.models import ReminderPolicy
from clinic.scheduling.registry import manage_pages, registry
from clinic.scheduling.rules import Step
from clinic.scheduling.service.outbox import enqueue_for
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


def states(visit: UUID) -> dict[int, set[MessageState]]:
    """Where the messages of each sequence stand."""
    found: dict[int, set[MessageState]] = {}
    for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.subject_id == visit)):
        found.setdefault(int(row.ids["sequence"]), set()).add(row.state)
    return found


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
    assert wanted(visit, scene.now) == ["appointment_moved 1", *["appointment_reminder 1"] * 2]
    assert states(visit) == {0: {MessageState.UNWANTED}, 1: {MessageState.QUEUED}}


def test_a_cancelled_visit_is_not_reminded_of(scene: Scene, visit: UUID) -> None:
    service.cancel(visit, actor=DESK, now=scene.now)
    assert wanted(visit, scene.now) == ["appointment_cancelled 1"]
    assert states(visit) == {0: {MessageState.UNWANTED}, 1: {MessageState.QUEUED}}


def test_what_comes_too_late_is_not_sent(scene: Scene, visit: UUID) -> None:
    assert wanted(visit, NINE) == []
    service.cancel(visit, actor=DESK, now=scene.now)
    assert wanted(visit, NINE + timedelta(days=1)) == []


def test_a_visit_within_a_day_has_no_reminder(scene: Scene, hazel: UUID) -> None:
    now = NINE - timedelta(hours=20)
    soon = service.book(scene.wanted(NINE), patient_id=hazel, key="soon", actor=DESK, now=now).id
    assert wanted(soon, now) == ["appointment_confirmed 0"]


@pytest.fixture
def pat(scene: Scene) -> UUID:
    """Somebody who has no e-mail."""
    details = PatientDetails(
        first_name="Pat",
        last_name="Testcase",
        birth_date=MONDAY.replace(year=1970),
        phone="205-555-0142",
        no_email=True,
    )
    return register(details, SYSTEM, scene.now)


def test_without_an_address_the_desk_calls_about_the_last_reminder_and_what_nobody_has_told(
    scene: Scene, pat: UUID
) -> None:
    visit = service.book(scene.wanted(NINE), patient_id=pat, key="pat", actor=DESK, now=scene.now).id
    assert wanted(visit, scene.now) == ["appointment_reminder 0"]
    service.move(visit, scene.wanted(central(MONDAY, 10)), actor=DESK, now=scene.now)
    assert wanted(visit, scene.now) == ["appointment_moved 1", "appointment_reminder 1"]
    with pytest.raises(NoAddressError):
        written(visit, "appointment_moved")
    service.cancel(visit, actor=Actor.patient(pat), now=scene.now)  # they did it themselves
    assert wanted(visit, scene.now) == []


def reminder(visit: UUID, hours: int) -> tuple[MessageKind, dict[str, str]]:
    return next((kind, ids) for kind, ids in waiting(visit) if ids["hours"] == str(hours))


def test_after_a_standstill_people_are_reminded_once(visit: UUID) -> None:
    (early, early_ids), (late, late_ids) = reminder(visit, 72), reminder(visit, 24)
    just_before = NINE - timedelta(hours=24, minutes=1)
    assert early.still_wanted(early_ids, just_before)
    assert not early.still_wanted(early_ids, NINE - timedelta(hours=24))
    assert late.still_wanted(late_ids, NINE - timedelta(minutes=1))


def test_reminders_follow_the_terms_of_the_clinic(scene: Scene, visit: UUID, otto: UUID) -> None:
    with transaction():
        db.session.add(ReminderPolicy(remind_hours=[48, 2], quiet_from=time(19), quiet_until=time(10)))
    later = service.book(
        scene.wanted(central(MONDAY, 11)), patient_id=otto, key="otto", actor=DESK, now=scene.now
    ).id
    due = {
        (row.subject_id, row.ids["hours"]): row.due_at
        for row in db.session.scalars(select(OutboxMessage))
        if row.kind == REMINDER_MAIL.name
    }
    assert due == {
        (visit, "72"): central(date(2026, 12, 4), 9),  # booked before: as it was then
        (visit, "24"): central(date(2026, 12, 6), 9),
        (later, "48"): central(date(2026, 12, 5), 11),
        (later, "2"): central(MONDAY, 10),  # 9 a.m. is quiet
    }
    assert queries.loud_from(central(MONDAY, 19)) == central(MONDAY + timedelta(days=1), 10)


def test_a_second_step_to_the_same_version_makes_no_second_message(scene: Scene, visit: UUID) -> None:
    keys = [row.key for row in db.session.scalars(select(OutboxMessage))]
    assert f"appointment:{visit}:0:appointment_reminder:72:email" in keys
    enqueue_for(queries.appointment_row(visit), Step.BOOK, actor=DESK, now=scene.now)
    assert len(db.session.scalars(select(OutboxMessage)).all()) == len(keys)


def test_a_hold_or_an_asked_for_time_sends_nothing(scene: Scene, hazel: UUID) -> None:
    row = service.request(
        scene.wanted(NINE), patient_id=hazel, key="r", actor=Actor.patient(hazel), now=scene.now
    )
    service.move(row.id, scene.wanted(central(MONDAY, 10)), actor=DESK, now=scene.now)
    assert waiting(row.id) == []
