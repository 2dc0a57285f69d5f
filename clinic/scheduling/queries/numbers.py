"""What the numbers are made of: a period's rows by time, never the whole history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import aliased

from clinic.platform.extensions import db
from clinic.scheduling.models import HAS_TIME_STATES, Appointment, AppointmentEvent, Closure, VisitType
from clinic.scheduling.queries.appointments import LocationCard
from clinic.scheduling.queries.horizon import supply
from clinic.scheduling.rules import ClosedDays, State, Step, Window, instant_of
from clinic.scheduling.rules.numbers import (
    GIVES_UP,
    LONGEST_VISIT,
    LOOK_AHEAD,
    Stay,
    Visit,
    books,
    third_next,
)

AGREED = (Step.BOOK, Step.CONFIRM, Step.CONFIRM_REQUEST, Step.MOVE)


@dataclass(frozen=True, slots=True)
class NextTimes:
    """One visit type: the third next available time at each location, in the order asked for, and at any."""

    visit_type_id: UUID
    name: str
    by_location: tuple[datetime | None, ...]
    anywhere: datetime | None


def third_next_times(locations: tuple[LocationCard, ...], now: datetime) -> tuple[NextTimes, ...]:
    """For each visit type that is offered, as patients may book now; two statements for each type.

    Found by the rule that every picker and every booking asks.
    """
    chosen = select(VisitType.id, VisitType.name).where(VisitType.offered).order_by(VisitType.position)
    return tuple(_third_next(*row, locations, now) for row in db.session.execute(chosen).all())


def _third_next(
    visit_type_id: UUID, name: str, locations: tuple[LocationCard, ...], now: datetime
) -> NextTimes:
    end = now + timedelta(days=LOOK_AHEAD)
    terms, held = supply(visit_type_id, Window(now, end), now)
    demand = terms.demand(Window(now + timedelta(minutes=terms.notice_minutes), end), now)
    *here, anywhere = (third_next(held, demand, where) for where in (*(one.id for one in locations), None))
    return NextTimes(visit_type_id, name, tuple(map(_instant, here)), _instant(anywhere))


def _instant(cell: int | None) -> datetime | None:
    return None if cell is None else instant_of(cell)


_Had, _Next = aliased(AppointmentEvent, name="had"), aliased(AppointmentEvent, name="following")
# Looked up row by row on purpose: a join lets PostgreSQL read all appointments of all years.
_WHOSE = select(Appointment.patient_id).where(Appointment.id == _Had.appointment_id).scalar_subquery()
_GIVEN_UP_AT = (
    select(_Next.at)
    .where(
        _Next.appointment_id == _Had.appointment_id,
        _Next.version == _Had.version + 1,
        _Next.step.in_(GIVES_UP),
    )
    .scalar_subquery()
)
_STAYS = select(
    _Had.appointment_id,
    _Had.version,
    _WHOSE.label("patient_id"),
    _Had.clinician_id,
    _Had.location_id,
    _Had.start_at,
    _Had.end_at,
    _Had.at,
    _Had.step,
    _Had.from_state,
    _Had.to_state,
    _GIVEN_UP_AT.label("given_up_at"),
).where(
    text(f"had.{HAS_TIME_STATES}"),  # the index's own condition, so that the index is used
    _Had.start_at >= bindparam("first"),
    _Had.start_at < bindparam("end"),
)


def stays(first: datetime, end: datetime) -> list[Stay]:
    """Every time of the period as visits had it and gave it up, with what reaches into it: one statement."""
    rows = db.session.execute(_STAYS, {"first": first - LONGEST_VISIT, "end": end})
    return [_stay(row) for row in rows]


def _stay(row: Any) -> Stay:
    taken = books(row.step, row.from_state, row.to_state)
    return Stay(
        row.appointment_id,
        row.version,
        row.patient_id,
        row.clinician_id,
        row.location_id,
        row.start_at,
        row.end_at,
        row.at,
        taken,
        row.given_up_at,
    )


def closed_days(first: datetime, end: datetime) -> list[ClosedDays]:
    """Closures that touch the period, a day more on both sides: days are local."""
    chosen = select(Closure.first_day, Closure.last_day, Closure.location_id, Closure.clinician_id).where(
        Closure.last_day >= (first - timedelta(days=1)).date(),
        Closure.first_day <= (end + timedelta(days=1)).date(),
    )
    return [ClosedDays(*row) for row in db.session.execute(chosen)]


_AGREED_AT = (
    select(func.max(AppointmentEvent.at))
    .where(AppointmentEvent.appointment_id == Appointment.id, AppointmentEvent.step.in_(AGREED))
    .scalar_subquery()
)
_VISITS = select(
    Appointment.start_at,
    func.coalesce(_AGREED_AT, Appointment.created_at).label("agreed_at"),
    Appointment.state,
    Appointment.location_id,
).where(
    Appointment.location_id.in_(bindparam("locations", expanding=True)),
    Appointment.start_at >= bindparam("first"),
    Appointment.start_at < bindparam("end"),
    Appointment.state.in_((State.COMPLETED, State.NO_SHOW, State.BOOKED)),
)


def visits(locations: tuple[LocationCard, ...], first: datetime, end: datetime) -> list[Visit]:
    """Visits of the period that took place, were missed or still stand as booked: one statement."""
    zones = {place.id: ZoneInfo(place.zone) for place in locations}
    given = {"locations": list(zones), "first": first, "end": end}
    rows = db.session.execute(_VISITS, given)
    return [Visit(row.start_at, row.agreed_at, row.state, zones[row.location_id]) for row in rows]
