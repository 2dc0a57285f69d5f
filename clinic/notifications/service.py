"""Use cases of the outbox: enqueue with the business change, take back, claim, mark what became of it."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Conflict, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.models import Heartbeat, OutboxMessage
from clinic.notifications.registry import registry
from clinic.notifications.rules import (
    DELIVERY,
    MOST_TRIES,
    MOVED_ON,
    NOT_CALLED,
    Channel,
    Claimed,
    Failure,
    GivenUp,
    MessageAction,
    MessageState,
    NewMessage,
    is_given_up,
    message_id_for,
    wait_before_next,
)
from clinic.platform.extensions import db, settings
from clinic.platform.inserting import insert_ignoring
from clinic.platform.reading import run
from clinic.platform.transaction import transaction


@transaction()
def enqueue(
    kind: str,
    key: str,
    ids: dict[str, str],
    recipient_patient_id: UUID | None,
    due_at: datetime,
    *,
    now: datetime,
    about: UUID | None = None,
    channel: Channel = Channel.EMAIL,
) -> None:
    """Write a message into the outbox; commits with the caller's change or not at all.

    `key` names the occasion: a second call with the same key does nothing. `ids` holds ids and numbers only,
    never words. `about` is what the message speaks of, for `take_back` and the ledger of one visit.
    """
    one = NewMessage(kind, key, ids, recipient_patient_id, due_at, about, channel)
    enqueue_all([one], now=now)


@transaction()
def enqueue_all(messages: Sequence[NewMessage], *, now: datetime) -> None:
    """Write several messages in one statement, each as by `enqueue`."""
    rows = []
    for one in messages:
        row_id = uuid4()
        row = {
            "id": row_id,
            "kind": one.kind,
            "channel": one.channel,
            "key": one.key,
            "ids": one.ids,
            "patient_id": one.recipient_patient_id,
            "subject_id": one.about,
            "message_id": message_id_for(row_id, settings().mail_sender),
            "state": MessageState.QUEUED,
            "attempts": 0,
            "created_at": now,
            "due_at": one.due_at,
            "next_try_at": one.due_at,
        }
        rows.append(row)
    if rows:
        run(insert_ignoring(OutboxMessage), rows)


@transaction()
def cancel(key: str) -> bool:
    """Take back a message that is still waiting; False when there is none (sent, or being sent just now)."""
    chosen = update(OutboxMessage).where(
        OutboxMessage.key == key, OutboxMessage.state.in_(DELIVERY.sources(MessageAction.CANCEL))
    )
    done = db.session.execute(chosen.values(state=MessageState.UNWANTED).returning(OutboxMessage.id))
    return done.first() is not None


@transaction()
def take_back(about: UUID) -> int:
    """Take back what waits to be said about something that has changed; returns how many.

    What a worker holds at this moment asks `still_wanted` itself. What was given up stays with the desk.
    """
    gone = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.subject_id == about,
            OutboxMessage.state.in_((MessageState.QUEUED, MessageState.FAILED)),
        )
        .values(state=MessageState.UNWANTED)
        .returning(OutboxMessage.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


@transaction()
def call_instead(message_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody has told the person by phone: the message is never sent.

    Compare and set: either the worker takes it, or it was called. The caller locks the patient first.

    Raises:
        NotAllowed, NotFound; Conflict: it was sent, is on its way at this moment, or needs no call.
    """
    actor.require(Permission.MESSAGES_RETRY)
    called = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.state.in_(DELIVERY.sources(MessageAction.CALL_INSTEAD)),
        )
        .values(state=MessageState.CALLED, called_at=now, called_by=actor.id)
        .returning(OutboxMessage.kind, OutboxMessage.patient_id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if called is None:
        raise _why_not_called(message_id)
    record(
        Action.MESSAGE_CALLED_INSTEAD,
        actor=actor,
        subject=("outbox_message", message_id),
        patient_id=called.patient_id,
        now=now,
        facts={"kind": called.kind},
    )


def _why_not_called(message_id: UUID) -> Conflict | NotFound:
    state = db.session.scalar(select(OutboxMessage.state).where(OutboxMessage.id == message_id))
    return NotFound() if state is None else Conflict(NOT_CALLED.get(state, MOVED_ON))


@transaction()
def retry(message_id: UUID, actor: Actor, now: datetime) -> None:
    """Try a given-up message again from the start, on a person's word.

    Raises:
        NotAllowed, NotFound; Conflict: the message was not given up.
    """
    actor.require(Permission.MESSAGES_RETRY)
    message = db.session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if message is None:
        raise NotFound
    message.state = DELIVERY.next(message.state, MessageAction.RETRY)
    message.attempts, message.last_error, message.next_try_at = 0, None, now
    record(
        Action.MESSAGE_RETRIED,
        actor=actor,
        subject=("outbox_message", message_id),
        patient_id=message.patient_id,
        now=now,
        facts={"kind": message.kind},
    )


@transaction()
def claim(now: datetime, lease: timedelta) -> Claimed | None:
    """Take the message that waits longest, for the length of a lease; None when none is due.

    The try is counted before it is made, so that a message which kills its worker comes to an end too.
    """
    waiting = and_(
        OutboxMessage.state.in_((MessageState.QUEUED, MessageState.FAILED)), OutboxMessage.next_try_at <= now
    )
    abandoned = and_(
        OutboxMessage.state == MessageState.SENDING,
        OutboxMessage.lease_until <= now,
        OutboxMessage.attempts < MOST_TRIES,
    )
    first = (
        select(OutboxMessage.id)
        .where(or_(waiting, abandoned))
        .order_by(OutboxMessage.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == first)
        .values(state=MessageState.SENDING, attempts=OutboxMessage.attempts + 1, lease_until=now + lease)
        .returning(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.ids,
            OutboxMessage.message_id,
            OutboxMessage.attempts,
        ),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return None if taken is None else Claimed(*taken)


@transaction()
def mark_sent(held: Claimed, now: datetime) -> bool:
    """The mail server has taken it. False: the lease had run out and another worker has it."""
    return _settle(held, MessageAction.DELIVER, sent_at=now, last_error=None)


@transaction()
def mark_unwanted(held: Claimed) -> bool:
    """It was no longer true when its time came."""
    return _settle(held, MessageAction.DISCARD)


@transaction()
def postpone(held: Claimed, until: datetime) -> bool:
    """Its hours are quiet: it waits, and this was no try."""
    return _settle(held, MessageAction.POSTPONE, next_try_at=until, attempts=OutboxMessage.attempts - 1)


@transaction()
def mark_failed(held: Claimed, failure: Failure, now: datetime) -> bool:
    """The try failed: wait and try again, or give up and tell those who must look."""
    if not is_given_up(failure, held.attempts):
        chance = random.random()  # noqa: S311 - spreads load, hides nothing
        later = now + wait_before_next(held.attempts, chance)
        return _settle(held, MessageAction.DEFER, last_error=failure, next_try_at=later)
    if not _settle(held, MessageAction.GIVE_UP, last_error=failure):
        return False
    _tell_given_up(held.id, now)
    return True


@transaction()
def give_up_abandoned(now: datetime) -> int:
    """Give up messages whose last permitted try killed its worker; returns how many."""
    gone = db.session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.SENDING,
            OutboxMessage.lease_until <= now,
            OutboxMessage.attempts >= MOST_TRIES,
        )
        .values(state=MessageState.GIVEN_UP, lease_until=None, last_error=Failure.WORKER_DIED)
        .returning(OutboxMessage.id),
        execution_options={"synchronize_session": False},
    ).all()
    for message_id in gone:
        _tell_given_up(message_id, now)
    return len(gone)


@transaction()
def beat(name: str, now: datetime) -> None:
    """Show that the worker is alive."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    put = insert(Heartbeat).values(id=uuid4(), name=name, at=now)
    db.session.execute(put.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def _settle(held: Claimed, action: MessageAction, **values: object) -> bool:
    """Compare and set: only the worker whose try this is may say what became of it."""
    done = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == held.id,
            OutboxMessage.state.in_(DELIVERY.sources(action)),
            OutboxMessage.attempts == held.attempts,
        )
        .values(state=DELIVERY.next(MessageState.SENDING, action), lease_until=None, **values)
        .returning(OutboxMessage.id),
        execution_options={"synchronize_session": False},
    )
    return done.first() is not None


def _tell_given_up(message_id: UUID, now: datetime) -> None:
    message = db.session.get_one(OutboxMessage, message_id, populate_existing=True)
    failure = message.last_error or Failure.WRITING
    record(
        Action.MESSAGE_GIVEN_UP,
        actor=Actor.system(),
        subject=("outbox_message", message.id),
        patient_id=message.patient_id,
        now=now,
        facts={"kind": message.kind, "failure": failure.value},
    )
    told = GivenUp(message.id, message.kind, message.patient_id, failure)
    for tell in registry().on_given_up:
        tell(told, now)
