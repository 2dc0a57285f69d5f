"""The audit table."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped

from clinic.audit.rules import Action
from clinic.kernel.permissions import ActorKind
from clinic.platform.orm import Row, append_only, choice, operational


@append_only
class AuditEvent(Row):
    """One thing that somebody saw or changed. Never changed, never deleted, holds no health words."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_patient_id_at", "patient_id", "at"),)

    at: Mapped[datetime] = operational(index=True)
    action: Mapped[Action] = operational(String(60))
    actor_kind: Mapped[ActorKind] = operational(choice(ActorKind, "actor_kind"))
    actor_id: Mapped[uuid.UUID | None] = operational(index=True)
    actor_role: Mapped[str] = operational(String(40))
    subject_kind: Mapped[str] = operational(String(40))
    subject_id: Mapped[uuid.UUID | None] = operational(index=True)
    # No foreign key: an event outlives what it speaks of.
    patient_id: Mapped[uuid.UUID | None] = operational()
    request_id: Mapped[str | None] = operational(String(32))
    facts: Mapped[dict[str, Any]] = operational(JSON)
    mac: Mapped[bytes] = operational(LargeBinary(32))
