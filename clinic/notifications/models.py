"""The outbox and the worker's heartbeat."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped

from clinic.notifications.rules import Channel, Failure, MessageState
from clinic.platform.orm import Row, choice, operational


class OutboxMessage(Row):
    """One message to one person: kind and ids, never its text; written in the transaction of its cause."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_state_next_try_at", "state", "next_try_at"),
        # The ledger: the newest of some states first.
        Index("ix_outbox_message_state_created_at_id", "state", "created_at", "id"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("(state = 'called') = (called_at IS NOT NULL)", name="called_at"),
    )

    kind: Mapped[str] = operational(String(60))
    channel: Mapped[Channel] = operational(choice(Channel, "channel"), server_default=Channel.EMAIL.value)
    key: Mapped[str] = operational(String(200), unique=True)
    ids: Mapped[dict[str, str]] = operational(JSON)
    # Patients lie above this slice: no foreign key. None: the message goes to staff.
    patient_id: Mapped[uuid.UUID | None] = operational(index=True)
    # What it speaks of (a visit): its messages are listed and taken back together. No foreign key either.
    subject_id: Mapped[uuid.UUID | None] = operational(index=True)
    message_id: Mapped[str] = operational(String(320), unique=True)
    state: Mapped[MessageState] = operational(choice(MessageState, "state"), default=MessageState.QUEUED)
    attempts: Mapped[int] = operational(default=0)
    last_error: Mapped[Failure | None] = operational(choice(Failure, "last_error"))
    created_at: Mapped[datetime] = operational()
    due_at: Mapped[datetime] = operational()
    next_try_at: Mapped[datetime] = operational()
    lease_until: Mapped[datetime | None] = operational()
    sent_at: Mapped[datetime | None] = operational()
    called_at: Mapped[datetime | None] = operational()
    # Staff lie above this slice: no foreign key.
    called_by: Mapped[uuid.UUID | None] = operational()


class Heartbeat(Row):
    """When a worker last showed that it is alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = operational(String(40), unique=True)
    at: Mapped[datetime] = operational()
