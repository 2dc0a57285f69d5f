"""The outbox in the database, on both engines."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.audit.models import AuditEvent
from clinic.kernel.errors import Conflict, NotAllowed, NotFound
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.notifications import queries, service
from clinic.notifications.registry import when_given_up
from clinic.notifications.rules import Failure, GivenUp, MessageState
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from tests.notifications.mailing import KIND, SOMEBODY, know_notes, put, rows, the_row
from tests.support.app import FixedClock

LEASE = timedelta(seconds=60)
NOT_SENT = (MessageState.GIVEN_UP, MessageState.FAILED)
DESK = Actor(
    ActorKind.STAFF,
    uuid4(),
    "Desk",
    frozenset({Permission.MESSAGES_VIEW, Permission.MESSAGES_RETRY}),
    "front_desk",
)


def fail_once(clock: FixedClock, failure: Failure) -> None:
    held = service.claim(clock.now, LEASE)
    assert held is not None
    assert service.mark_failed(held, failure, clock.now)


def test_a_message_commits_with_its_cause_or_not_at_all(app: Flask, clock: FixedClock) -> None:
    def cause() -> None:
        with transaction():
            put("1", clock.now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert rows() == []


def test_one_occasion_has_one_message(app: Flask, clock: FixedClock) -> None:
    put("1", clock.now)
    first = the_row().message_id
    put("1", clock.now + timedelta(hours=1))
    assert the_row().message_id == first
    assert queries.keys_present(["note:1", "note:2"]) == {"note:1"}


def test_a_claim_takes_the_longest_waiting_that_is_due(app: Flask, clock: FixedClock) -> None:
    put("later", clock.now + timedelta(minutes=1))
    put("now", clock.now)
    held = service.claim(clock.now, LEASE)
    assert held is not None
    assert (held.ids, held.attempts, held.kind) == ({"note": "now"}, 1, KIND)
    assert service.claim(clock.now, LEASE) is None


def test_a_lease_that_ran_out_is_taken_over_and_the_late_word_does_not_count(
    app: Flask, clock: FixedClock
) -> None:
    put("1", clock.now)
    lost = service.claim(clock.now, LEASE)
    assert service.claim(clock.now + LEASE - timedelta(seconds=1), LEASE) is None
    taken = service.claim(clock.now + LEASE, LEASE)
    assert lost is not None
    assert taken is not None
    assert (taken.message_id, taken.attempts) == (lost.message_id, 2)
    assert not service.mark_failed(lost, Failure.REFUSED, clock.now)
    assert service.mark_sent(taken, clock.now)
    assert the_row().state is MessageState.SENT


def test_a_failed_message_waits_and_is_tried_again(app: Flask, clock: FixedClock) -> None:
    put("1", clock.now)
    fail_once(clock, Failure.NOT_NOW)
    row = the_row()
    assert (row.state, row.last_error) == (MessageState.FAILED, Failure.NOT_NOW)
    assert timedelta(seconds=15) <= row.next_try_at - clock.now <= timedelta(seconds=45)
    assert service.claim(clock.now + timedelta(seconds=14), LEASE) is None
    assert service.claim(clock.now + timedelta(seconds=45), LEASE) is not None


def test_twelve_tries_then_a_person_is_told(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_notes(app, monkeypatch)
    told: list[GivenUp] = []
    when_given_up(app, lambda message, now: told.append(message))
    put("1", clock.now, SOMEBODY)
    for _ in range(11):
        fail_once(clock, Failure.TIMEOUT)
        clock.advance(timedelta(hours=2))
    assert told == []
    fail_once(clock, Failure.TIMEOUT)
    row = the_row()
    assert row.state is MessageState.GIVEN_UP
    assert told == [GivenUp(row.id, KIND, SOMEBODY, Failure.TIMEOUT)]
    assert service.claim(clock.now + timedelta(days=1), LEASE) is None
    (event,) = db.session.scalars(select(AuditEvent))
    assert (str(event.action), event.patient_id) == ("message.given_up", SOMEBODY)


def test_a_message_that_kills_its_worker_is_given_up_too(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_notes(app, monkeypatch)
    put("1", clock.now)
    for _ in range(12):
        assert service.claim(clock.now, LEASE) is not None
        assert service.give_up_abandoned(clock.now) == 0
        clock.advance(LEASE)
    assert service.claim(clock.now, LEASE) is None
    assert service.give_up_abandoned(clock.now) == 1
    assert (the_row().state, the_row().last_error) == (MessageState.GIVEN_UP, Failure.WORKER_DIED)


def test_a_person_lets_a_given_up_message_be_tried_again(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_notes(app, monkeypatch)
    put("1", clock.now)
    with pytest.raises(Conflict):
        service.retry(the_row().id, DESK, clock.now)
    fail_once(clock, Failure.REFUSED)
    with pytest.raises(NotAllowed):
        service.retry(the_row().id, Actor.anonymous(), clock.now)
    with pytest.raises(NotFound):
        service.retry(uuid4(), DESK, clock.now)
    (line,) = queries.ledger(DESK, NOT_SENT).lines
    assert (line.state, line.last_error) == (MessageState.GIVEN_UP, Failure.REFUSED)
    service.retry(line.id, DESK, clock.now)
    assert queries.ledger(DESK, NOT_SENT).lines == ()
    held = service.claim(clock.now, LEASE)
    assert held is not None
    assert held.attempts == 1


def test_cancel_takes_back_what_waits_and_nothing_else(app: Flask, clock: FixedClock) -> None:
    put("1", clock.now)
    put("2", clock.now)
    held = service.claim(clock.now, LEASE)
    assert held is not None
    other = {"1": "2", "2": "1"}[held.ids["note"]]
    assert not service.cancel(f"note:{held.ids['note']}")
    assert service.cancel(f"note:{other}")
    assert not service.cancel(f"note:{other}")
    assert not service.cancel("note:3")
    assert sorted(row.state for row in rows()) == [MessageState.SENDING, MessageState.UNWANTED]


def test_the_ledger_is_for_those_who_may_see_it(app: Flask, clock: FixedClock) -> None:
    put("1", clock.now, SOMEBODY)
    put("2", clock.now)
    every = queries.ledger(DESK, tuple(MessageState))
    assert {line.patient_id for line in every.lines} == {SOMEBODY, None}
    assert every.after is None
    with pytest.raises(NotAllowed):
        queries.ledger(Actor.anonymous(), NOT_SENT)


def test_pages_of_the_ledger_hold_every_message_once(app: Flask, clock: FixedClock) -> None:
    for number in range(7):
        put(str(number), clock.now)
        clock.advance(timedelta(seconds=number % 3))  # some at the same instant
    seen, after = [], None
    for _ in range(4):
        page = queries.ledger(DESK, (MessageState.QUEUED,), after=after, limit=2)
        seen += [line.id for line in page.lines]
        after = page.after
    assert after is None
    assert len(seen) == len(set(seen)) == 7
    assert queries.ledger(DESK, (MessageState.QUEUED,), after=uuid4(), limit=2).lines[0].id == seen[0]


def test_a_beat_is_kept(app: Flask, clock: FixedClock) -> None:
    assert queries.last_beat() is None
    service.beat("worker", clock.now)
    clock.advance(timedelta(seconds=15))
    service.beat("worker", clock.now)
    assert queries.last_beat() == clock.now


def test_doctor_finds_what_waits_too_long_hangs_or_cannot_be_written(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_notes(app, monkeypatch)
    put("1", clock.now)
    assert queries.doctor_checks(clock.now + timedelta(hours=5)) == []
    held = service.claim(clock.now, LEASE)
    assert held is not None
    morning = clock.now + timedelta(hours=11)
    service.postpone(held, morning)
    assert queries.doctor_checks(morning + timedelta(hours=5)) == []  # it waited for the morning, that is all
    clock.now = morning
    service.claim(clock.now, LEASE)
    put("2", clock.now + timedelta(days=1), kind="test.nobody")
    problems = "\n".join(queries.doctor_checks(clock.now + timedelta(hours=7)))
    for words in (
        "more than six hours",
        "worker that is gone",
        "nobody can write messages of kind test.nobody",
    ):
        assert words in problems


def test_called_instead_is_never_sent(app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    know_notes(app, monkeypatch)
    put("1", clock.now, SOMEBODY)
    with pytest.raises(NotAllowed):
        service.call_instead(the_row().id, Actor.anonymous(), clock.now)
    with pytest.raises(NotFound):
        service.call_instead(uuid4(), DESK, clock.now)
    service.call_instead(the_row().id, DESK, clock.now)
    row = the_row()
    assert (row.state, row.called_at, row.called_by) == (MessageState.CALLED, clock.now, DESK.id)
    assert service.claim(clock.now, LEASE) is None
    with pytest.raises(Conflict, match="called about this already"):
        service.call_instead(row.id, DESK, clock.now)
    (event,) = db.session.scalars(select(AuditEvent))
    assert (str(event.action), event.patient_id) == ("message.called_instead", SOMEBODY)


def test_a_message_on_its_way_is_not_called_instead_and_one_that_failed_is(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_notes(app, monkeypatch)
    put("1", clock.now)
    held = service.claim(clock.now, LEASE)
    assert held is not None
    with pytest.raises(Conflict, match="being sent at this moment"):
        service.call_instead(held.id, DESK, clock.now)
    assert service.mark_failed(held, Failure.NOT_NOW, clock.now)
    service.call_instead(held.id, DESK, clock.now)
    assert not service.mark_sent(held, clock.now)  # the worker was slow: the ledger keeps what a person said
    assert the_row().state is MessageState.CALLED


def test_waiting_is_no_try(app: Flask, clock: FixedClock) -> None:
    put("1", clock.now)
    for _ in range(20):
        held = service.claim(clock.now, LEASE)
        assert held is not None
        assert held.attempts == 1
        clock.advance(timedelta(hours=1))
        assert service.postpone(held, clock.now)
        assert not service.postpone(held, clock.now)
        row = the_row()
        assert (row.state, row.attempts, row.next_try_at) == (MessageState.QUEUED, 0, clock.now)


def test_what_waits_about_something_is_taken_back_together(app: Flask, clock: FixedClock) -> None:
    visit, other = uuid4(), uuid4()
    for number, about in enumerate((visit, visit, visit, other)):
        service.enqueue(KIND, f"n:{number}", {"note": "1"}, None, clock.now, now=clock.now, about=about)
        clock.advance(timedelta(seconds=1))
    held = service.claim(clock.now, LEASE)  # the first is on its way: it asks for itself whether it is true
    assert held is not None
    fail_once(clock, Failure.NOT_NOW)
    assert service.take_back(visit) == 2
    assert [row.state.value for row in rows()] == ["sending", "unwanted", "unwanted", "queued"]
    assert service.take_back(visit) == 0
