"""Reads of the audit table: verification."""

import hmac
from datetime import UTC

from sqlalchemy import select

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action, canonical
from clinic.platform.extensions import db, key_ring


def broken_events(limit: int = 20) -> list[str]:
    """The ids of events whose MAC does not fit what they say: somebody wrote past the application."""
    found: list[str] = []
    for event in db.session.scalars(
        select(AuditEvent).order_by(AuditEvent.at).execution_options(yield_per=500)
    ):
        text = canonical(
            event_id=event.id,
            at=event.at.astimezone(UTC),
            action=Action(event.action),
            actor=(event.actor_kind.value, event.actor_id, event.actor_role),
            subject=(event.subject_kind, event.subject_id),
            patient_id=event.patient_id,
            facts=event.facts,
        )
        if not hmac.compare_digest(key_ring().mac("audit", text), event.mac):
            found.append(str(event.id))
            if len(found) == limit:
                break
    return found


def doctor_checks() -> list[str]:
    """Problems for `flask doctor`: events that were tampered with."""
    return [f"audit event {event_id}: its MAC does not fit" for event_id in broken_events()]
