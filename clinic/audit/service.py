"""Writes audit events, always inside the use case that they speak of."""

import uuid
from datetime import datetime

from flask import g, has_request_context

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action, Facts, canonical
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, key_ring
from clinic.platform.transaction import in_transaction


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
    held = facts or {}
    event = AuditEvent(
        at=now,
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_role=actor.role,
        subject_kind=subject[0],
        subject_id=subject[1],
        patient_id=patient_id,
        request_id=g.get("request_id") if has_request_context() else None,
        facts=dict(held),
        mac=b"",
    )
    text = canonical(
        event_id=event.id,
        at=now,
        action=action,
        actor=(actor.kind.value, actor.id, actor.role),
        subject=subject,
        patient_id=patient_id,
        facts=held,
    )
    event.mac = key_ring().mac("audit", text)
    db.session.add(event)
