"""Two workers at once, killed at random, beside a mail server with moods and a desk that moves and calls."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.notifications.models import OutboxMessage
from clinic.notifications.rules import MessageState
from clinic.notifications.service import call_instead
from clinic.platform.extensions import db
from clinic.safety.models import CallBack
from clinic.scheduling import service
from clinic.scheduling.rules import Wanted
from tests.crashes.graveyard import LEASE, Graveyard, remind
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, central
from tests.support.app import START, FixedClock
from tests.support.proofs import note, proving, rounds
from tests.support.smtp import MailServer, Mood

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("worker-kills")]
ROUNDS, SEED = rounds(6, 150), 20261201
VISITS, MOST_STEPS = 8, 160
QUICK = (Mood.ACCEPT, Mood.ACCEPT, Mood.NOT_NOW, Mood.DROP, Mood.TAKE_AND_DROP)
SLOW = (Mood.STALL, Mood.TAKE_AND_STALL)
CALLER = Actor(ActorKind.STAFF, UUID(int=7), "desk", frozenset({Permission.MESSAGES_RETRY}), "front_desk")
S = MessageState
OPEN = (S.QUEUED, S.SENDING, S.FAILED)


def time_for(scene: Scene, number: int) -> Wanted:
    """A time of one's own: visit after visit, and as many again to move to."""
    day = MONDAY + timedelta(days=number // 3)
    weekend = timedelta(days=2 * ((number // 3) // 5))
    return scene.wanted(central(day + weekend, 8 + number % 3, 15 * (number % 3)))


def outbox() -> list[OutboxMessage]:
    chosen = select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)
    found = list(db.session.scalars(chosen.execution_options(populate_existing=True)))
    db.session.expunge_all()  # what was read stays as it was read
    db.session.rollback()
    return found


@dataclass
class Desk:
    """Moves visits and calls people while the workers die."""

    scene: Scene
    visits: list[UUID]
    random: random.Random
    next_time: int = VISITS
    # How often a message had been taken up when nobody wanted it any more: it has no more copies than that.
    given_up: dict[UUID, int] = field(default_factory=dict)

    def moves_one(self) -> None:
        """What waits of its old time, or hangs in a dead worker's hands, must not go out from here on."""
        visit = self.random.choice(self.visits)
        wanted, self.next_time = time_for(self.scene, self.next_time), self.next_time + 1
        for row in outbox():
            if row.subject_id == visit and row.state in OPEN:
                self.given_up[row.id] = row.attempts
        service.move(visit, wanted, actor=DESK, now=START)

    def calls_one(self) -> None:
        """Somebody whose message waits or has failed."""
        waiting = [row for row in outbox() if row.state in (S.QUEUED, S.FAILED)]
        if waiting:
            row = self.random.choice(waiting)
            self.given_up[row.id] = row.attempts
            call_instead(row.id, CALLER, START)


def test_nothing_is_lost_and_nothing_untrue_is_sent(
    app: Flask, clock: FixedClock, scene: Scene, post_office: MailServer, mortals: Graveyard
) -> None:
    visits = [
        service.book(
            time_for(scene, n), patient_id=add_patient(START, f"P{n}"), key=f"k{n}", actor=DESK, now=START
        ).id
        for n in range(VISITS)
    ]
    chance = random.Random(SEED)
    desk, killed = Desk(scene, visits, chance), 0
    moods = (*QUICK, *SLOW) if proving() else QUICK
    for number in range(ROUNDS):
        for visit in chance.sample(visits, 3):
            remind(visit, clock.now)
        post_office.mood = chance.choice(moods)
        ended = mortals.send(clock.now, [chance.randint(1, MOST_STEPS) for _ in range(2)])
        killed += ended.count(None)
        if number % 5 == 2 and desk.next_time < 3 * VISITS:
            desk.moves_one()
        desk.calls_one()
        clock.advance(LEASE)
    post_office.mood = Mood.ACCEPT
    for _ in range(12):
        mortals.send(clock.now, [0, 0])
        clock.advance(timedelta(minutes=61))
    judge(post_office, desk)
    ledger = outbox()
    note(
        f"two workers killed at random, {db.engine.dialect.name}",
        messages=len(ledger),
        kills=killed,
        sent=sum(row.state is S.SENT for row in ledger),
        called_instead=sum(row.state is S.CALLED for row in ledger),
        taken_back=sum(row.state is S.UNWANTED for row in ledger),
        second_copies=len(post_office.message_ids) - len(set(post_office.message_ids)),
        lost=0,
        sent_for_a_moved_visit=0,
    )


def judge(server: MailServer, desk: Desk) -> None:
    """Every message has one end, and the mail server's copies agree with it."""
    called = set(db.session.scalars(select(CallBack.subject_id)))
    db.session.rollback()
    ledger = [row for row in outbox() if row.due_at <= START + timedelta(hours=6) or row.state is S.SENT]
    taken = Counter(server.message_ids)
    assert set(taken) <= {row.message_id for row in outbox()}
    for row in ledger:
        copies = taken[row.message_id]
        assert row.state not in OPEN, row.kind
        assert copies <= row.attempts
        if row.state is S.SENT:
            assert copies >= 1, "the ledger says sent, and nobody has it"
            assert row.id not in desk.given_up
        elif row.state is S.GIVEN_UP:
            assert row.id in called, "nobody is told to call"
        else:
            assert copies <= desk.given_up[row.id], "sent after nobody wanted it any more"


def test_two_that_live_share_the_work_and_send_nothing_twice(
    app: Flask, clock: FixedClock, scene: Scene, post_office: MailServer, mortals: Graveyard
) -> None:
    visit = service.book(time_for(scene, 0), patient_id=add_patient(START), key="k", actor=DESK, now=START).id
    for _ in range(rounds(10, 200)):
        remind(visit, START)
    post_office.mood = Mood.ACCEPT
    for _ in range(3):  # a busy machine may answer a worker too late
        mortals.send(clock.now, [0, 0])
        clock.advance(LEASE)
    sent = [row for row in outbox() if row.due_at <= START]
    taken = Counter(post_office.message_ids)
    assert {row.state for row in sent} == {S.SENT}
    assert set(taken) == {row.message_id for row in sent}
    assert all(1 <= taken[row.message_id] <= row.attempts for row in sent)
    assert any(row.attempts == 1 for row in sent)
    assert all(steps is not None for steps in mortals.send(clock.now, [0, 0]))  # once more, for nothing
    assert Counter(post_office.message_ids) == taken
