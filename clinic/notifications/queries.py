"""Reads of the outbox: the ledger for staff, figures, checks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.models import Heartbeat, OutboxMessage
from clinic.notifications.registry import registry
from clinic.notifications.rules import DELIVERY, Channel, Failure, MessageAction, MessageState
from clinic.platform.extensions import db

WAITING = (MessageState.QUEUED, MessageState.FAILED, MessageState.SENDING)
# A message may wait this long after it is due before the doctor asks why.
LATE = timedelta(hours=6)
PAGE = 50


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One message as staff see it: what it was, where it stands; never its text."""

    id: UUID
    kind: str
    channel: Channel
    ids: Mapping[str, str]
    patient_id: UUID | None
    subject_id: UUID | None
    state: MessageState
    attempts: int
    last_error: Failure | None
    created_at: datetime
    due_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    called_at: datetime | None
    called_by: UUID | None

    @property
    def may_call(self) -> bool:
        """May somebody call instead?"""
        return DELIVERY.may(self.state, MessageAction.CALL_INSTEAD)

    @property
    def may_retry(self) -> bool:
        """May a person let it be tried again?"""
        return DELIVERY.may(self.state, MessageAction.RETRY)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """So many lines, and the last of them when more follow."""

    lines: tuple[LedgerLine, ...]
    after: UUID | None


_LINE: tuple[Any, ...] = tuple(getattr(OutboxMessage, one.name) for one in fields(LedgerLine))


def ledger(
    actor: Actor, states: Collection[MessageState], *, after: UUID | None = None, limit: int = PAGE
) -> LedgerPage:
    """The messages in these states, the newest first, from behind the line `after` on.

    A page after a message that nobody knows is the first page.

    Raises:
        NotAllowed: the actor may not see the ledger.
    """
    actor.require(Permission.MESSAGES_VIEW)
    chosen = select(*_LINE).where(OutboxMessage.state.in_(states))
    since = select(OutboxMessage.created_at).where(OutboxMessage.id == after)
    at = db.session.scalar(since) if after is not None else None
    if at is not None:
        chosen = chosen.where(tuple_(OutboxMessage.created_at, OutboxMessage.id) < (at, after))
    newest = chosen.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).limit(limit + 1)
    lines = tuple(LedgerLine(*row) for row in db.session.execute(newest))
    return LedgerPage(lines[:limit], lines[limit - 1].id if len(lines) > limit else None)


def messages_about(subject_id: UUID) -> tuple[LedgerLine, ...]:
    """Every message about one thing (a visit), in the order in which they are due."""
    chosen = select(*_LINE).where(OutboxMessage.subject_id == subject_id)
    in_order = chosen.order_by(OutboxMessage.due_at, OutboxMessage.created_at, OutboxMessage.id)
    return tuple(LedgerLine(*row) for row in db.session.execute(in_order))


def ledger_line(message_id: UUID) -> LedgerLine:
    """One message.

    Raises:
        NotFound: no such message.
    """
    row = db.session.execute(select(*_LINE).where(OutboxMessage.id == message_id)).one_or_none()
    if row is None:
        raise NotFound
    return LedgerLine(*row)


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
    late = db.session.scalars(select(OutboxMessage.id).where(waiting, OutboxMessage.next_try_at < now - LATE))
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
