"""Reads of the outbox: the ledger for staff, figures, checks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.models import Heartbeat, OutboxMessage
from clinic.notifications.registry import registry
from clinic.notifications.rules import Failure, MessageState
from clinic.platform.extensions import db

WAITING = (MessageState.QUEUED, MessageState.FAILED, MessageState.SENDING)
# A message may wait this long after it is due before the doctor asks why.
LATE = timedelta(hours=6)
LEDGER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One message as staff see it: what it was, where it stands; never its text."""

    id: UUID
    kind: str
    patient_id: UUID | None
    state: MessageState
    attempts: int
    last_error: Failure | None
    created_at: datetime
    due_at: datetime
    next_try_at: datetime
    sent_at: datetime | None


_LINE: tuple[Any, ...] = (
    OutboxMessage.id,
    OutboxMessage.kind,
    OutboxMessage.patient_id,
    OutboxMessage.state,
    OutboxMessage.attempts,
    OutboxMessage.last_error,
    OutboxMessage.created_at,
    OutboxMessage.due_at,
    OutboxMessage.next_try_at,
    OutboxMessage.sent_at,
)


def ledger(
    actor: Actor,
    states: Collection[MessageState] = (MessageState.GIVEN_UP, MessageState.FAILED),
    patient_id: UUID | None = None,
) -> tuple[LedgerLine, ...]:
    """The newest messages in these states, for the page of failed messages or for one patient.

    Raises:
        NotAllowed: the actor may not see the ledger.
    """
    actor.require(Permission.MESSAGES_VIEW)
    chosen = select(*_LINE).where(OutboxMessage.state.in_(states))
    if patient_id is not None:
        chosen = chosen.where(OutboxMessage.patient_id == patient_id)
    newest = chosen.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id).limit(LEDGER_LENGTH)
    return tuple(LedgerLine(*row) for row in db.session.execute(newest))


def count_by_state() -> Mapping[MessageState, int]:
    """How many messages stand in each state."""
    chosen = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return {row[0]: row[1] for row in db.session.execute(chosen)}


def oldest_due_at(now: datetime) -> datetime | None:
    """Since when the oldest due message waits; None when nothing due waits."""
    chosen = select(func.min(OutboxMessage.due_at)).where(
        OutboxMessage.state.in_(WAITING), OutboxMessage.due_at <= now
    )
    return db.session.scalar(chosen)


def last_beat() -> datetime | None:
    """When a worker last showed that it is alive."""
    return db.session.scalar(select(func.max(Heartbeat.at)))


def keys_present(keys: Collection[str]) -> frozenset[str]:
    """Which of these occasions have their message; lets other slices check that none is missing."""
    return frozenset(db.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.in_(keys))))


def doctor_checks(now: datetime) -> list[str]:
    """Problems for `flask doctor` (D6): messages that wait too long, hang, or that nobody can write.

    That each occasion has no second message is kept by the unique key; that it has one at all is checked by
    the slice that owns the occasion (`keys_present`).
    """
    waiting = OutboxMessage.state.in_(WAITING)
    late = db.session.scalars(select(OutboxMessage.id).where(waiting, OutboxMessage.due_at < now - LATE))
    hanging = db.session.scalars(
        select(OutboxMessage.id).where(
            OutboxMessage.state == MessageState.SENDING, OutboxMessage.lease_until < now - timedelta(hours=1)
        )
    )
    kinds = db.session.scalars(select(OutboxMessage.kind).where(waiting).distinct())
    return [
        *(f"outbox message {row}: due for more than six hours" for row in late),
        *(f"outbox message {row}: taken by a worker that is gone" for row in hanging),
        *(
            f"outbox: nobody can write messages of kind {kind}"
            for kind in kinds
            if kind not in registry().kinds
        ),
    ]
