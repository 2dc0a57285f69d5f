"""The calendar files of real mails, from a real mail server, in a calendar that obeys RFC 5546."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from clinic.notifications.worker import Worker
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.messages import calendar_entry
from clinic.scheduling.models import Location
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import Step
from tests.notifications.mailing import use_server
from tests.scheduling.scene import DESK, MONDAY, SYSTEM, Scene, central
from tests.support.app import FixedClock
from tests.support.calendars import (
    CalendarProgram,
    Entry,
    IcalJs,
    calendar_part,
    ical_js,
    read_with_vobject,
)
from tests.support.client import HEALTH_WORDS
from tests.support.reading import BANNED
from tests.support.smtp import MailServer, mail_server

NINE = central(MONDAY, 9)
HAZEL = "hazel@example.com"


@pytest.fixture
def server(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server(tmp_path) as running:
        use_server(app, running, monkeypatch)
        yield running


@pytest.fixture(scope="module")
def thunderbird() -> Iterator[IcalJs]:
    with ical_js() as reader:
        yield reader


class Story:
    """One visit; after each step the worker sends what is due, and the patient's calendars take it in."""

    def __init__(
        self, app: Flask, clock: FixedClock, server: MailServer, reader: IcalJs, scene: Scene
    ) -> None:
        self.app, self.clock, self.server, self.reader, self.scene = app, clock, server, reader, scene
        self.calendars = CalendarProgram(HAZEL), CalendarProgram(HAZEL)
        self.came: list[Entry] = []

    def book(self, patient: UUID, start: datetime = NINE) -> AppointmentRow:
        wanted = self.scene.wanted(start)
        return self.then(
            service.book(wanted, patient_id=patient, key=uuid4().hex, actor=DESK, now=self.clock.now)
        )

    def then(self, row: AppointmentRow) -> AppointmentRow:
        before = len(self.server.taken)
        Worker(self.app).drain()
        for mail in self.server.taken[before:]:
            data = calendar_part(mail)
            one, other = read_with_vobject(data), self.reader.read(data)
            assert one == other
            self.came.append(one)
            for calendar in self.calendars:
                calendar.take(one)
        self.clock.advance(timedelta(minutes=1))
        return row

    @property
    def shown(self) -> list[tuple[datetime, str]]:
        """What stands in the calendar."""
        one, other = ([(e.start, e.location) for e in held.entries.values()] for held in self.calendars)
        assert one == other
        return one


@pytest.fixture
def story(app: Flask, clock: FixedClock, server: MailServer, thunderbird: IcalJs, scene: Scene) -> Story:
    return Story(app, clock, server, thunderbird, scene)


def place(town: str) -> str:
    return f"Quiet River Clinic, {town}, 1200 Quiet River Way, {town}, AL 35200"


def test_one_entry_is_made_moved_and_removed(story: Story, hazel: UUID) -> None:
    scene = story.scene
    row = story.book(hazel)
    assert story.shown == [(NINE, place("Birmingham"))]
    there = scene.wanted(central(MONDAY, 10), clinician=scene.ben, location=scene.auburn)
    story.then(service.move(row.id, there, actor=DESK, now=story.clock.now))
    assert story.shown == [(central(MONDAY, 10), place("Auburn"))]
    story.then(service.cancel(row.id, actor=DESK, now=story.clock.now))
    assert story.shown == []
    assert [(entry.method, entry.sequence) for entry in story.came] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert {entry.uid for entry in story.came} == {f"{row.id}@example.com"}


def test_a_cancellation_that_is_undone_brings_the_entry_back(story: Story, hazel: UUID) -> None:
    row = story.book(hazel)
    gone = story.then(service.cancel(row.id, actor=DESK, now=story.clock.now))
    back = service.undo(row.id, actor=DESK, now=story.clock.now, expected_version=gone.version)
    story.then(back)
    assert story.shown == [(NINE, place("Birmingham"))]
    story.then(service.cancel(row.id, actor=DESK, now=story.clock.now))
    assert story.shown == []
    assert [(entry.method, entry.sequence) for entry in story.came] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
        ("CANCEL", 3),
    ]


def test_a_cancellation_that_was_undone_before_it_was_mailed_is_not_mailed(story: Story, hazel: UUID) -> None:
    row = story.book(hazel)
    for _ in range(2):
        gone = service.cancel(row.id, actor=DESK, now=story.clock.now)
        back = service.undo(row.id, actor=DESK, now=story.clock.now, expected_version=gone.version)
    story.then(service.cancel(row.id, actor=DESK, now=story.clock.now, expected_version=back.version))
    assert [(entry.method, entry.sequence) for entry in story.came] == [("REQUEST", 0), ("CANCEL", 5)]
    assert story.shown == []


def test_mails_that_come_in_any_order_leave_the_newest_state(story: Story, hazel: UUID) -> None:
    row = story.book(hazel)
    for hour in (10, 11):
        wanted = story.scene.wanted(central(MONDAY, hour))
        story.then(service.move(row.id, wanted, actor=DESK, now=story.clock.now))
    late = CalendarProgram(HAZEL)
    for entry in reversed(story.came):
        late.take(entry)
    assert [entry.start for entry in late.entries.values()] == [central(MONDAY, 11)]
    for entry in story.came:  # and once more, as a mail server that stalls may send them
        late.take(entry)
    assert [entry.start for entry in late.entries.values()] == [central(MONDAY, 11)]


def test_steps_that_change_nothing_for_the_patient_send_no_entry(story: Story, hazel: UUID) -> None:
    row = story.book(hazel)
    story.clock.now = NINE
    for step in (service.arrive, service.start, service.complete):
        story.then(step(row.id, actor=DESK, now=story.clock.now))
    assert [(entry.method, entry.sequence) for entry in story.came] == [("REQUEST", 0)]
    assert queries.appointment_row(row.id).sequence == 0


def test_the_file_of_the_page_is_the_same_entry(story: Story, hazel: UUID) -> None:
    row = story.book(hazel)
    downloaded = calendar_entry(queries.appointment_card(row.id), "PUBLISH")
    assert downloaded.content_type == "text/calendar; method=PUBLISH; charset=utf-8"
    entry = read_with_vobject(downloaded.data)
    assert entry == story.reader.read(downloaded.data)
    assert (entry.uid, entry.sequence, entry.attendees) == (story.came[0].uid, 0, ())
    for calendar in story.calendars:
        calendar.take(entry)
    assert story.shown == [(NINE, place("Birmingham"))]
    story.then(service.move(row.id, story.scene.wanted(central(MONDAY, 10)), actor=DESK, now=story.clock.now))
    assert story.shown == [(central(MONDAY, 10), place("Birmingham"))]


@pytest.mark.parametrize("day", ["2027-03-12", "2027-03-15", "2026-10-30", "2026-11-02"])
def test_mailed_times_are_right_on_both_sides_of_the_change_of_clocks(
    story: Story, hazel: UUID, day: str
) -> None:
    eight = central(datetime.fromisoformat(day).date(), 8)
    story.clock.now = min(story.clock.now, eight - timedelta(days=5))
    service.add_session(
        clinician_id=story.scene.anna,
        location_id=story.scene.birmingham,
        weekday=eight.weekday(),
        opens=eight.time(),
        closes=eight.replace(hour=9).time(),
        first_day=eight.date(),
        last_day=eight.date(),
        actor=SYSTEM,
        now=story.clock.now,
    )
    story.book(hazel, eight)
    ((start, _),) = story.shown
    assert start == eight


def test_the_words_are_of_time_and_place_and_how_to_change_it(story: Story, hazel: UUID) -> None:
    with transaction():
        told = {"parking": "Free, behind the house", "directions": "Door B\nhas no steps"}
        db.session.execute(update(Location).values(told))
    row = story.book(hazel)
    story.then(service.cancel(row.id, actor=DESK, now=story.clock.now))
    booked, canceled = (entry.description for entry in story.came)
    reference = queries.appointment_card(row.id).reference
    assert booked.splitlines() == [
        f"Reference {reference}.",
        "Please come 10 minutes early.",
        "Parking: Free, behind the house",
        "Finding us: Door B; has no steps",
        "What to bring: A photo ID; Your insurance card",
        "To change or cancel, use the link in our email or call (205) 555-0142.",
        "We do not see answers to this entry.",
    ]
    assert (
        canceled
        == f"Reference {reference}.\nThis visit is canceled. To choose a new time, call (205) 555-0142."
    )
    for entry in story.came:
        said = " ".join((entry.summary, entry.location, entry.description, entry.organizer))
        assert not HEALTH_WORDS.search(said)
        assert not BANNED.search(said)
        for never in ("Hazel", "Testcase", "Anna", "Ben", "consultation", "/go/", "http"):
            assert never not in said


def test_every_step_that_a_calendar_must_know_raises_the_sequence(story: Story, hazel: UUID) -> None:
    row, now = story.book(hazel), story.clock.now
    moved = service.move(row.id, story.scene.wanted(central(MONDAY, 10)), actor=DESK, now=now)
    gone = service.cancel(row.id, actor=DESK, now=now)
    back = service.undo(row.id, actor=DESK, now=now, expected_version=gone.version)
    assert [one.sequence for one in (row, moved, gone, back)] == [0, 1, 2, 3]
    assert [line.step for line in queries.history(row.id)] == [Step.BOOK, Step.MOVE, Step.CANCEL, Step.UNDO]
    arrived = service.arrive(row.id, actor=DESK, now=NINE)
    waits = service.undo(row.id, actor=DESK, now=NINE, expected_version=arrived.version)
    assert (waits.sequence, waits.version) == (3, 6)
