"""Reads of visits to come for whoever changes what is set up: many at once, whoever they are with."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries.appointments import ROW, AppointmentCard, AppointmentRow, cards, read_cards
from clinic.scheduling.rules import LIVE, State, cell_at, first_cell_from

# No visit with its buffers, and no way to another place, takes longer.
AROUND = timedelta(hours=16)


def coming_rows(now: datetime, clinicians: Collection[UUID] | None = None) -> list[AppointmentRow]:
    """Every visit to come that holds a time, of these clinicians or of all; a hold that ran out does not."""
    chosen = select(*ROW).where(
        Appointment.start_at > now,
        or_(
            Appointment.state.in_((State.REQUESTED, State.BOOKED)),
            and_(Appointment.state == State.HELD, Appointment.expires_at > now),
        ),
    )
    if clinicians is not None:
        chosen = chosen.where(Appointment.clinician_id.in_(clinicians))
    rows = db.session.execute(chosen.order_by(Appointment.start_at, Appointment.id))
    return [AppointmentRow(*row) for row in rows]


def run_out_holds(clinicians: Collection[UUID] | None, now: datetime) -> list[AppointmentRow]:
    """Holds of these clinicians, or of all, that have run out and are not swept; locked in order of id."""
    chosen = select(*ROW).where(Appointment.expires_at <= now, Appointment.state == State.HELD)
    if clinicians is not None:
        chosen = chosen.where(Appointment.clinician_id.in_(clinicians))
    rows = db.session.execute(chosen.order_by(Appointment.id).with_for_update())
    return [AppointmentRow(*row) for row in rows]


def visits_around(clinician_id: UUID, near: datetime) -> list[AppointmentRow]:
    """The live visits of a clinician that may be too close to one at this instant."""
    chosen = select(*ROW).where(
        Appointment.clinician_id == clinician_id,
        Appointment.start_at > near - AROUND,
        Appointment.start_at < near + AROUND,
        Appointment.state.in_(LIVE),
    )
    return [AppointmentRow(*row) for row in db.session.execute(chosen)]


def appointment_cards(appointment_ids: Collection[UUID]) -> dict[UUID, AppointmentCard]:
    """Several appointments by id, in one statement."""
    return {card.id: card for card in read_cards(cards().where(Appointment.id.in_(appointment_ids)))}


def patients_busy(patient_ids: Collection[UUID], now: datetime) -> dict[UUID, list[tuple[UUID, int, int]]]:
    """The live appointments of these patients that are not over, in cells: (appointment, start, end)."""
    chosen = select(Appointment.patient_id, Appointment.id, Appointment.start_at, Appointment.end_at).where(
        Appointment.patient_id.in_(patient_ids),
        Appointment.end_at > now,
        Appointment.state.in_(LIVE),
        or_(Appointment.expires_at.is_(None), Appointment.expires_at > now),
    )
    found: dict[UUID, list[tuple[UUID, int, int]]] = defaultdict(list)
    for patient_id, one, start, end in db.session.execute(chosen):
        found[patient_id].append((one, cell_at(start), first_cell_from(end)))
    return found
