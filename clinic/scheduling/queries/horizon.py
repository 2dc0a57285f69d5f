"""What the availability rule is fed: four statements for the whole horizon and all clinicians."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, exists, literal, or_, select, text, union_all

from clinic.kernel.errors import NotFound
from clinic.platform.extensions import db
from clinic.scheduling.models import (
    LIVE_STATES,
    Appointment,
    ClinicianSession,
    Closure,
    Location,
    SessionVisitType,
    VisitType,
)
from clinic.scheduling.rules import (
    CELL_MINUTES,
    Busy,
    ClosedDays,
    Demand,
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


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """A visit type as pickers and bookings need it; minutes throughout."""

    id: UUID
    slug: str
    name: str
    minutes: int
    before_minutes: int
    after_minutes: int
    step_minutes: int
    notice_minutes: int
    phases: tuple[int, ...]
    before_decision: bool
    self_bookable: bool

    def demand(self, window: Window) -> Demand:
        """The same in cells, for starts inside the window."""
        return Demand(
            length=cells_in(self.minutes),
            before=cells_in(self.before_minutes),
            after=cells_in(self.after_minutes),
            step=self.step_minutes // CELL_MINUTES,
            earliest=first_cell_from(window.first),
            latest=first_cell_from(window.end),
        )


_TERMS: tuple[Any, ...] = (
    VisitType.id,
    VisitType.slug,
    VisitType.name,
    VisitType.minutes,
    VisitType.before_minutes,
    VisitType.after_minutes,
    VisitType.step_minutes,
    VisitType.notice_minutes,
    VisitType.phases,
    VisitType.before_decision,
    VisitType.self_bookable,
)


def visit_types() -> tuple[VisitTerms, ...]:
    """All visit types in the clinic's order."""
    return _terms(select(*_TERMS).order_by(VisitType.position, VisitType.slug))


def visit_terms(visit_type_id: UUID) -> VisitTerms:
    """One visit type.

    Raises:
        NotFound: no such visit type.
    """
    found = _terms(select(*_TERMS).where(VisitType.id == visit_type_id))
    if not found:
        raise NotFound
    return found[0]


def visit_type_for(phase: int | None) -> VisitTerms:
    """What is booked for a confirmed phase (1 to 3), or before any decision (None).

    Raises:
        NotFound: the clinic has no such visit type.
    """
    for terms in visit_types():
        if terms.self_bookable and (terms.before_decision if phase is None else phase in terms.phases):
            return terms
    raise NotFound("We have no visits to choose from right now. Please call us.")


def _terms(chosen: Select[*tuple[Any, ...]]) -> tuple[VisitTerms, ...]:
    return tuple(
        VisitTerms(**{**row, "phases": tuple(row["phases"])}) for row in db.session.execute(chosen).mappings()
    )


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
    limits = select(SessionVisitType.session_id).where(SessionVisitType.session_id == ClinicianSession.id)
    serves = limits.where(SessionVisitType.visit_type_id == visit_type_id)
    chosen = (
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
            # A day more on both sides: the window is in UTC, the days are local.
            ClinicianSession.first_day <= (window.end + timedelta(days=1)).date(),
            or_(
                ClinicianSession.last_day.is_(None),
                ClinicianSession.last_day >= (window.first - timedelta(days=1)).date(),
            ),
            or_(~exists(limits), exists(serves)),
        )
    )
    if locations is not None:
        chosen = chosen.where(ClinicianSession.location_id.in_(locations))
    if clinicians is not None:
        chosen = chosen.where(ClinicianSession.clinician_id.in_(clinicians))
    return [WeeklyHours(*row[:6], ZoneInfo(row[6]), *row[7:]) for row in db.session.execute(chosen)]


def _closed_days(window: Window) -> tuple[ClosedDays, ...]:
    rows = db.session.execute(
        select(Closure.first_day, Closure.last_day, Closure.location_id, Closure.clinician_id).where(
            Closure.last_day >= (window.first - timedelta(days=1)).date(),
            Closure.first_day <= (window.end + timedelta(days=1)).date(),
        )
    )
    return tuple(ClosedDays(*row) for row in rows)


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
    around = and_(
        IS_LIVE,
        Appointment.start_at >= window.first - _LONGEST,
        Appointment.start_at < window.end + _LONGEST,
        or_(Appointment.state != State.HELD, Appointment.expires_at > now),
    )
    if ignoring is not None:
        around = and_(around, Appointment.id != ignoring)
    times = (Appointment.start_at, Appointment.end_at, Appointment.before_minutes, Appointment.after_minutes)
    parts: list[Select[*tuple[Any, ...]]] = [
        select(literal("clinician").label("kind"), Appointment.clinician_id, *times).where(
            around, Appointment.clinician_id.in_(clinicians)
        )
    ]
    if rooms:
        parts.append(
            select(literal("room").label("kind"), Appointment.room_id, *times).where(
                around, Appointment.room_id.in_(rooms)
            )
        )
    if patient_id is not None:
        parts.append(
            select(literal("patient").label("kind"), Appointment.patient_id, *times).where(
                around, Appointment.patient_id == patient_id
            )
        )
    found: dict[str, dict[UUID, list[Busy]]] = {kind: defaultdict(list) for kind in _KINDS}
    for kind, owner, start, end, before, after in db.session.execute(union_all(*parts)):
        buffers = (cells_in(before), cells_in(after)) if kind == "clinician" else ()
        found[kind][owner].append(Busy(cell_at(start), first_cell_from(end), *buffers))
    return found
