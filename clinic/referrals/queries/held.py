"""The time that a patient holds right now, or held last."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import State, Wanted


def held_time(patient_id: UUID, now: datetime) -> UUID | None:
    """The appointment that is held and has not run out."""
    chosen = select(Appointment.id).where(
        Appointment.patient_id == patient_id, Appointment.state == State.HELD, Appointment.expires_at > now
    )
    return db.session.scalar(chosen.order_by(Appointment.created_at.desc()).limit(1))


def lapsed_hold(patient_id: UUID, now: datetime) -> Wanted | None:
    """The time that this patient held last and that ran out within the last day."""
    chosen = select(
        Appointment.start_at, Appointment.clinician_id, Appointment.location_id, Appointment.visit_type_id
    ).where(
        Appointment.patient_id == patient_id,
        Appointment.state.in_((State.HELD, State.EXPIRED)),
        Appointment.created_at > now - timedelta(days=1),
    )
    row = db.session.execute(chosen.order_by(Appointment.created_at.desc()).limit(1)).first()
    return None if row is None else Wanted(*row)
