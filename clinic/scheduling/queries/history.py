"""Reads of an appointment's history: every step of one, the newest step of many."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from clinic.kernel.errors import NotFound
from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment, AppointmentEvent
from clinic.scheduling.rules import LastStep, State, Step


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step of an appointment's history."""

    version: int
    step: Step
    from_state: State
    to_state: State
    at: datetime
    start_at: datetime
    location_id: UUID


_LAST: tuple[Any, ...] = (
    AppointmentEvent.version,
    AppointmentEvent.step,
    AppointmentEvent.from_state,
    AppointmentEvent.at,
    AppointmentEvent.actor_kind,
)


def history(appointment_id: UUID) -> tuple[HistoryLine, ...]:
    """Every step of an appointment, the first one first."""
    chosen = (
        select(
            AppointmentEvent.version,
            AppointmentEvent.step,
            AppointmentEvent.from_state,
            AppointmentEvent.to_state,
            AppointmentEvent.at,
            AppointmentEvent.start_at,
            AppointmentEvent.location_id,
        )
        .where(AppointmentEvent.appointment_id == appointment_id)
        .order_by(AppointmentEvent.version)
    )
    return tuple(HistoryLine(*row) for row in db.session.execute(chosen))


def last_step(appointment_id: UUID) -> LastStep:
    """The newest step of an appointment.

    Raises:
        NotFound: no such appointment.
    """
    found = last_steps([appointment_id])
    if not found:
        raise NotFound
    return found[appointment_id]


def last_steps(appointment_ids: Collection[UUID]) -> dict[UUID, LastStep]:
    """The newest step of each of these appointments, in one statement."""
    newest = and_(
        AppointmentEvent.appointment_id == Appointment.id, AppointmentEvent.version == Appointment.version
    )
    chosen = select(Appointment.id, *_LAST).join(AppointmentEvent, newest)
    rows = db.session.execute(chosen.where(Appointment.id.in_(appointment_ids)))
    return {row[0]: LastStep(*row[1:]) for row in rows}
