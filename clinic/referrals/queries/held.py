"""The time that a patient holds right now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import State


def held_time(patient_id: UUID, now: datetime) -> UUID | None:
    """The appointment that is held and has not run out."""
    chosen = select(Appointment.id).where(
        Appointment.patient_id == patient_id, Appointment.state == State.HELD, Appointment.expires_at > now
    )
    return db.session.scalar(chosen.order_by(Appointment.created_at.desc()).limit(1))
