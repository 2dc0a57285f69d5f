"""Writes audit events, always inside the use case that they speak of."""

import uuid
from datetime import datetime

from flask import g, has_request_context
from sqlalchemy import insert

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action, Facts, canonical
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, key_ring
from clinic.platform.transaction import in_transaction

# Written at once and past the unit of work, which costs more than the row: nothing ever changes an event.
_INSERT = insert(AuditEvent.__table__)  # type: ignore[arg-type]  # it is a Table


def record(
    action: Action,
    *,
    actor: Actor,
    subject: tuple[str, uuid.UUID | None],
    patient_id: uuid.UUID | None = None,
    now: datetime,
    facts: Facts | None = None,
) -> None:
    """Record that `actor` did `action` to `subject`; commits with the caller's transaction or not at all.

    `facts` names fields and codes of class operational; never values of health or identity.

    Raises:
        RuntimeError: called outside a transaction, where nothing would be kept.
    """
    if not in_transaction():
        raise RuntimeError("an audit event belongs into the transaction of what it records")
    held, event_id = facts or {}, uuid.uuid4()
    text = canonical(
        event_id=event_id,
        at=now,
        action=action,
        actor=(actor.kind.value, actor.id, actor.role),
        subject=subject,
        patient_id=patient_id,
        facts=held,
    )
    event = {
        "id": event_id,
        "at": now,
        "action": action,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_role": actor.role,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "patient_id": patient_id,
        "request_id": g.get("request_id") if has_request_context() else None,
        "facts": dict(held),
        "mac": key_ring().mac("audit", text),
    }
    db.session.connection().execute(_INSERT, event)
