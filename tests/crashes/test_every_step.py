"""A worker is killed before every single step of handling one message, whatever the mail server does.

Each message arrives at least once, or the desk is told to call; its copies share one Message-ID; the ledger
says what happened; nothing goes out for a visit that was moved.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from clinic.notifications.models import OutboxMessage
from clinic.notifications.rules import Failure, MessageState
from clinic.notifications.worker import Worker
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind
from clinic.scheduling import service
from tests.crashes.graveyard import LEASE, Graveyard, copies, message, remind
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, central
from tests.support.app import START, FixedClock
from tests.support.proofs import note, proving
from tests.support.smtp import MailServer, Mood

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("worker-kills")]
MOST_STEPS = 200
FEW = 5  # so many kills in a run that proves nothing new
LATE, NIGHT = timedelta(hours=5), timedelta(hours=14)
S = MessageState


@dataclass(frozen=True)
class Course:
    """What the mail server does first, when the killed worker's successor comes, and how it must end."""

    mood: Mood
    ends: MessageState
    later: timedelta = LEASE
    worked_at: timedelta = timedelta(0)
    moved: bool = False
    slow: bool = False


COURSES = {
    "taken": Course(Mood.ACCEPT, S.SENT),
    "taken, the successor is hours late": Course(Mood.ACCEPT, S.SENT, later=LATE),
    "not now": Course(Mood.NOT_NOW, S.SENT),
    "refused for good": Course(Mood.REFUSE, S.GIVEN_UP),
    "refused after the text": Course(Mood.REFUSE_CONTENT, S.GIVEN_UP),
    "hangs up at the address": Course(Mood.DROP, S.SENT),
    "taken without a word": Course(Mood.TAKE_AND_DROP, S.SENT),
    "stalls at the address": Course(Mood.STALL, S.SENT, slow=True),
    "taken, then stalls": Course(Mood.TAKE_AND_STALL, S.SENT, slow=True),
    "at night": Course(Mood.ACCEPT, S.SENT, worked_at=NIGHT, later=NIGHT),
    "moved meanwhile": Course(Mood.ACCEPT, S.UNWANTED, moved=True),
}


def book(scene: Scene, hour: int = 9) -> UUID:
    """A visit next week."""
    patient = add_patient(START, f"Hazel{hour}")
    start = scene.wanted(central(MONDAY, hour))
    return service.book(start, patient_id=patient, key=f"k{hour}", actor=DESK, now=START).id


def settle(app: Flask, clock: FixedClock, later: timedelta, row: OutboxMessage) -> None:
    """Another worker comes, twice in a row, and again until nothing is open."""
    for _ in range(4):
        clock.advance(later)
        Worker(app).drain()
        Worker(app).drain()
        if message(row.id).state not in (S.QUEUED, S.SENDING, S.FAILED):
            return


def test_killed_before_every_step(
    app: Flask, clock: FixedClock, scene: Scene, post_office: MailServer, mortals: Graveyard
) -> None:
    visit = book(scene)
    with transaction():  # what booking itself sends is out of the way
        db.session.execute(update(OutboxMessage).values(state=S.UNWANTED))
    trials, lengths, kills = [], [], 0
    for name, course in COURSES.items():
        one = Trial(app, clock, post_office, mortals, visit, course)
        steps = one.run(0)
        assert steps is not None
        assert steps < MOST_STEPS
        places = places_of(course, steps)
        for place in places:
            assert one.run(place) is None, f"{name}: step {place} was not reached"
        assert one.run(steps + 1) == steps, name
        trials.append(one)
        lengths.append(steps)
        kills += len(places)
    note(
        f"a worker killed before each step of one message, {db.engine.dialect.name}",
        courses=", ".join(COURSES),
        steps=f"{min(lengths)} to {max(lengths)}",
        kills=kills,
        copies_taken=sum(one.copies for one in trials),
        second_copies=sum(one.second_copies for one in trials),
        lost=0,
        sent_for_a_moved_visit=0,
    )


def places_of(course: Course, steps: int) -> list[int]:
    """Every step when proving; else a few."""
    if proving():
        return list(range(1, steps + 1))
    return [steps - 2] if course.slow else [1 + steps * n // FEW for n in range(FEW)]


@dataclass
class Trial:
    """One message after the other, each with a worker that dies at another step."""

    app: Flask
    clock: FixedClock
    server: MailServer
    mortals: Graveyard
    visit: UUID
    course: Course
    copies: int = 0
    second_copies: int = 0

    def run(self, place: int) -> int | None:
        """Kill the worker before this step, let others come, judge; how many steps it took if it lived."""
        self.clock.now = START + self.course.worked_at
        held = message(remind(self.visit, self.clock.now))
        if self.course.moved:
            self.speak_of_another_time(held.id)
        self.server.mood = self.course.mood
        (steps,) = self.mortals.send(self.clock.now, [place])
        first = message(held.id)
        if first.state is S.SENT:
            assert copies(self.server, held) >= 1, "the ledger says sent, and nobody has it"
        if self.course.ends is S.SENT:
            self.server.mood = Mood.ACCEPT
        settle(self.app, self.clock, self.course.later, held)
        self.judge(held.id)
        return steps

    def speak_of_another_time(self, message_id: UUID) -> None:
        """As if the visit were moved after the worker took the message: it still waits, and is not true."""
        with transaction():
            row = db.session.get_one(OutboxMessage, message_id)
            row.ids = {**row.ids, "sequence": "7"}

    def judge(self, message_id: UUID) -> None:
        """What stands in the ledger at the end, what the mail server has, and whom the desk must call."""
        row = message(message_id)
        taken = copies(self.server, row)
        assert row.state is self.course.ends
        assert (taken >= 1) is (self.course.ends is S.SENT)
        assert taken <= row.attempts
        if row.state is S.GIVEN_UP:
            assert row.last_error is Failure.REFUSED
            calls = db.session.scalars(select(CallBack).where(CallBack.subject_id == message_id)).all()
            assert [call.kind for call in calls] == [CallBackKind.MESSAGE_FAILED]
            db.session.rollback()
        self.copies += taken
        self.second_copies += max(taken - 1, 0)
