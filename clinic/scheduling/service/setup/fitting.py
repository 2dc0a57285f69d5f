"""Which coming visits stand in hours that are there: asked before a change and after it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    Demand,
    Opening,
    Refusal,
    Supply,
    Window,
    cell_at,
    cells_in,
    refusals,
)

Reasons = frozenset[Refusal]
_ANYTIME = 1 << 40
# No opening is longer than a day: so far back from a start lies the beginning of one that holds it.
_DAY = cells_in(24 * 60)


def misfits(rows: Sequence[AppointmentRow], now: datetime) -> dict[UUID, Reasons]:
    """What speaks against each of these visits where it stands, but for other visits; by appointment.

    A visit keeps the length and the buffers that it was booked with, and may stand off the raster: a visit
    type that gets longer later moves nobody. A fixed number of statements for each visit type.
    """
    of_type: dict[UUID, list[AppointmentRow]] = defaultdict(list)
    for row in rows:
        of_type[row.visit_type_id].append(row)
    found: dict[UUID, Reasons] = {}
    for visit_type_id, these in of_type.items():
        found |= _of_one_type(visit_type_id, these, now)
    return found


def _of_one_type(visit_type_id: UUID, rows: Sequence[AppointmentRow], now: datetime) -> dict[UUID, Reasons]:
    window = Window(min(row.start_at for row in rows), max(row.end_at for row in rows))
    clinicians = {row.clinician_id for row in rows}
    supply = queries.supply(queries.visit_terms(visit_type_id), window, now, clinicians=clinicians)
    openings = _by_place(supply.openings)
    return {row.id: _reasons(row, openings) for row in rows}


def _by_place(openings: Iterable[Opening]) -> Mapping[tuple[UUID, UUID], list[Opening]]:
    found: dict[tuple[UUID, UUID], list[Opening]] = defaultdict(list)
    for opening in openings:
        found[opening.clinician_id, opening.location_id].append(opening)
    return found


def _reasons(row: AppointmentRow, openings: Mapping[tuple[UUID, UUID], list[Opening]]) -> Reasons:
    start = cell_at(row.start_at)
    near = _around(openings.get((row.clinician_id, row.location_id), []), start)
    demand = Demand(
        length=cells_in(int((row.end_at - row.start_at).total_seconds()) // 60),
        before=cells_in(row.before_minutes),
        after=cells_in(row.after_minutes),
        step=1,
        earliest=0,
        latest=_ANYTIME,
    )
    return frozenset(refusals(Supply(near, {}, {}), demand, start, row.clinician_id, row.location_id))


def _around(openings: Sequence[Opening], start: int) -> Sequence[Opening]:
    """Those, of openings in order of time, that can hold a visit which starts then."""
    first = bisect_right(openings, start - _DAY, key=lambda opening: opening.first)
    return openings[first : bisect_right(openings, start, key=lambda opening: opening.first)]


def newly(before: Mapping[UUID, Reasons], after: Mapping[UUID, Reasons]) -> dict[UUID, Reasons]:
    """What speaks against visits now and did not before; whoever fitted badly already is no news."""
    found = {one: reasons - before.get(one, frozenset()) for one, reasons in after.items()}
    return {one: reasons for one, reasons in found.items() if reasons}
