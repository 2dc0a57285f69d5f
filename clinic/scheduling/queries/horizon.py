"""What the availability rule is fed: four statements for the whole horizon and all clinicians."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, exists, literal_column, or_, select, text, union_all

from clinic.platform.extensions import db
from clinic.scheduling.models import (
    LIVE_STATES,
    Appointment,
    ClinicianSession,
    Closure,
    Location,
    SessionVisitType,
)
from clinic.scheduling.queries.visit_types import VisitTerms
from clinic.scheduling.rules import (
    Busy,
    ClosedDays,
    State,
    Supply,
    WeeklyHours,
    Window,
    cell_at,
    cells_in,
    first_cell_from,
    openings,
)

# No visit with its buffers is longer (see the CHECKs of visit_type): so far around a window visits count.
_LONGEST = timedelta(hours=12)
_KINDS = ("clinician", "room", "patient")
IS_LIVE = text(f"appointment.state IN ({LIVE_STATES})")


def supply(
    terms: VisitTerms,
    window: Window,
    now: datetime,
    *,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
) -> Supply:
    """Openings and busy times around the window: three statements.

    An expired hold is free time, swept or not. `ignoring` is the appointment that is being moved.
    """
    weekly = _weekly_hours(terms.id, window, locations, clinicians)
    closed = _closed_days(window) if weekly else ()
    who = {hours.clinician_id for hours in weekly}
    rooms = {hours.room_id for hours in weekly if hours.room_id is not None}
    busy = _busy(window, now, who, rooms, patient_id=patient_id, ignoring=ignoring)
    first, end = cell_at(window.first), first_cell_from(window.end)
    return Supply(
        openings=openings(weekly, closed, first, end) if first < end else (),
        clinicians=busy["clinician"],
        rooms=busy["room"],
        patient=busy["patient"].get(patient_id, ()) if patient_id else (),
    )


def _weekly_hours(
    visit_type_id: UUID,
    window: Window,
    locations: Collection[UUID] | None,
    clinicians: Collection[UUID] | None,
) -> list[WeeklyHours]:
    given = _days_around(window) | {"visit_type_id": visit_type_id}
    if locations is not None:
        given["locations"] = list(locations)
    if clinicians is not None:
        given["clinicians"] = list(clinicians)
    chosen = _hours_statement(by_location=locations is not None, by_clinician=clinicians is not None)
    rows = db.session.execute(chosen, given).mappings()
    return [WeeklyHours(**{**row, "zone": ZoneInfo(row["zone"])}) for row in rows]


def _days_around(window: Window) -> dict[str, Any]:
    """A day more on both sides: the window is in UTC, the days are local."""
    return {
        "first_day": (window.first - timedelta(days=1)).date(),
        "last_day": (window.end + timedelta(days=1)).date(),
    }


@cache
def _hours_statement(*, by_location: bool, by_clinician: bool) -> Select[*tuple[Any, ...]]:
    """Built once: putting a statement together costs more than running it."""
    limits = select(SessionVisitType.session_id).where(SessionVisitType.session_id == ClinicianSession.id)
    serves = limits.where(SessionVisitType.visit_type_id == bindparam("visit_type_id"))
    chosen: Select[*tuple[Any, ...]] = (
        select(
            ClinicianSession.clinician_id,
            ClinicianSession.location_id,
            ClinicianSession.weekday,
            ClinicianSession.opens,
            ClinicianSession.closes,
            ClinicianSession.first_day,
            Location.zone,
            ClinicianSession.last_day,
            ClinicianSession.room_id,
        )
        .join(Location, Location.id == ClinicianSession.location_id)
        .where(
            ClinicianSession.first_day <= bindparam("last_day"),
            or_(ClinicianSession.last_day.is_(None), ClinicianSession.last_day >= bindparam("first_day")),
            or_(~exists(limits), exists(serves)),
        )
    )
    if by_location:
        chosen = chosen.where(ClinicianSession.location_id.in_(bindparam("locations", expanding=True)))
    if by_clinician:
        chosen = chosen.where(ClinicianSession.clinician_id.in_(bindparam("clinicians", expanding=True)))
    return chosen


_CLOSED = select(Closure.first_day, Closure.last_day, Closure.location_id, Closure.clinician_id).where(
    Closure.last_day >= bindparam("first_day"), Closure.first_day <= bindparam("last_day")
)


def _closed_days(window: Window) -> tuple[ClosedDays, ...]:
    return tuple(ClosedDays(*row) for row in db.session.execute(_CLOSED, _days_around(window)))


def _busy(
    window: Window,
    now: datetime,
    clinicians: Iterable[UUID],
    rooms: Collection[UUID],
    *,
    patient_id: UUID | None,
    ignoring: UUID | None,
) -> dict[str, dict[UUID, list[Busy]]]:
    """Who is busy when, in one statement: a range on (clinician, start); the same for rooms, patient."""
    given = {
        "first": window.first - _LONGEST,
        "end": window.end + _LONGEST,
        "now": now,
        "clinicians": list(clinicians),
    }
    if rooms:
        given["rooms"] = list(rooms)
    if patient_id is not None:
        given["patient_id"] = patient_id
    if ignoring is not None:
        given["ignoring"] = ignoring
    chosen = _busy_statement(rooms=bool(rooms), patient=patient_id is not None, ignoring=ignoring is not None)
    found: dict[str, dict[UUID, list[Busy]]] = {kind: defaultdict(list) for kind in _KINDS}
    for kind, owner, start, end, before, after in db.session.execute(chosen, given):
        buffers = (cells_in(before), cells_in(after)) if kind == "clinician" else ()
        found[kind][owner].append(Busy(cell_at(start), first_cell_from(end), *buffers))
    return found


@cache
def _busy_statement(*, rooms: bool, patient: bool, ignoring: bool) -> Any:
    around = and_(
        IS_LIVE,
        Appointment.start_at >= bindparam("first"),
        Appointment.start_at < bindparam("end"),
        or_(Appointment.state != State.HELD, Appointment.expires_at > bindparam("now")),
    )
    if ignoring:
        around = and_(around, Appointment.id != bindparam("ignoring"))
    times = (Appointment.start_at, Appointment.end_at, Appointment.before_minutes, Appointment.after_minutes)

    def of(kind: str, owner: Any, condition: Any) -> Any:
        return select(literal_column(f"'{kind}'").label("kind"), owner, *times).where(around, condition)

    who = Appointment.clinician_id.in_(bindparam("clinicians", expanding=True))
    parts = [of("clinician", Appointment.clinician_id, who)]
    if rooms:
        which = Appointment.room_id.in_(bindparam("rooms", expanding=True))
        parts.append(of("room", Appointment.room_id, which))
    if patient:
        parts.append(of("patient", Appointment.patient_id, Appointment.patient_id == bindparam("patient_id")))
    return union_all(*parts)
