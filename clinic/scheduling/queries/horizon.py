"""What the availability rule is fed: two statements for the whole horizon and all clinicians."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, literal_column, or_, select, text, union_all

from clinic.platform.reading import run
from clinic.scheduling.models import LIVE_STATES, Appointment
from clinic.scheduling.queries.timetable import provision
from clinic.scheduling.queries.visit_types import VisitTerms
from clinic.scheduling.rules import Busy, State, Supply, Window, cell_at, cells_in, first_cell_from

# No visit with its buffers is longer, and no way from one location to another takes as much on top of a visit
# (see the CHECKs of visit_type and travel_time): so far around a window visits count.
_LONGEST = timedelta(hours=16)
_KINDS = ("clinician", "room", "patient")
IS_LIVE = text(f"appointment.state IN ({LIVE_STATES})")


def supply(
    visit_type_id: UUID,
    window: Window,
    now: datetime,
    *,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
) -> tuple[VisitTerms, Supply]:
    """The visit type's terms, and hours and busy times around the window: two statements.

    An expired hold is free time, swept or not. `ignoring` is the appointment that is being moved. Clinicians
    who are named count with all their visits, whether they have hours or not.

    Raises:
        NotFound: no such visit type.
    """
    found = provision(visit_type_id, window, locations=locations, clinicians=clinicians)
    table = found.table
    who = {hours.clinician_id for hours in table.weekly} | {span.clinician_id for span in table.dated}
    rooms = {hours.room_id for hours in table.weekly} | {span.room_id for span in table.dated}
    busy = _busy(
        window,
        now,
        who.union(clinicians or ()),
        {room for room in rooms if room is not None},
        patient_id=patient_id,
        ignoring=ignoring,
    )
    return found.terms, Supply(
        table,
        clinicians=busy["clinician"],
        rooms=busy["room"],
        patient=busy["patient"].get(patient_id, ()) if patient_id else (),
        travel=found.travel,
    )


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
    for kind, owner, start, end, before, after, location, until in run(chosen, given):
        buffers = (cells_in(before), cells_in(after)) if kind == "clinician" else (0, 0)
        busy = Busy(cell_at(start), first_cell_from(end), *buffers, location, until)
        found[kind][owner].append(busy)
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
    times = (
        Appointment.start_at,
        Appointment.end_at,
        Appointment.before_minutes,
        Appointment.after_minutes,
        Appointment.location_id,
        Appointment.expires_at,
    )

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
