"""Which coming visits stand in hours that are there, with ways that can be gone: asked before and after."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    Busy,
    DatedSpan,
    Demand,
    Refusal,
    Supply,
    Timetable,
    WeeklyHours,
    Window,
    cell_at,
    cells_in,
    refusals,
)

Reasons = frozenset[Refusal]
_ANYTIME = 1 << 40
# The longest way on top of the longest visit: so far away another visit may matter.
_NEAR = cells_in(16 * 60)
_DAY = timedelta(days=1)


def misfits(rows: Sequence[AppointmentRow], now: datetime) -> dict[UUID, Reasons]:
    """What speaks against each of these visits where it stands; by appointment.

    A visit keeps the length and the buffers that it was booked with, its kind, even if that is not offered
    any more, and may stand off the raster: a visit type that gets longer later moves nobody. Of other visits
    only those at another location count, for the way. Two statements for each visit type.
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
    _, supply = queries.supply(visit_type_id, window, now, clinicians=clinicians)
    around = _Around(supply)
    return {row.id: _reasons(row, around.of(row)) for row in rows}


def _reasons(row: AppointmentRow, near: Supply) -> Reasons:
    demand = Demand(
        length=cells_in(int((row.end_at - row.start_at).total_seconds()) // 60),
        before=cells_in(row.before_minutes),
        after=cells_in(row.after_minutes),
        step=1,
        earliest=0,
        latest=_ANYTIME,
    )
    start = cell_at(row.start_at)
    return frozenset(refusals(near, demand, start, row.clinician_id, row.location_id))


class _Around:
    """What of a long supply concerns one visit: without it every visit would be held against every date."""

    def __init__(self, supply: Supply) -> None:
        self.supply = supply
        self.weekly: dict[tuple[UUID, UUID], list[WeeklyHours]] = defaultdict(list)
        for hours in supply.table.weekly:
            self.weekly[hours.clinician_id, hours.location_id].append(hours)
        self.dated: dict[tuple[UUID, date], list[DatedSpan]] = defaultdict(list)
        for span in supply.table.dated:
            self.dated[span.clinician_id, span.day].append(span)
        self.busy = {who: sorted(held, key=_start) for who, held in supply.clinicians.items()}

    def of(self, row: AppointmentRow) -> Supply:
        """The clinician's hours there, closures and single dates around the day, visits elsewhere."""
        who, day = row.clinician_id, row.start_at.date()
        days = (day - _DAY, day, day + _DAY)  # the dates are local, the visit's is not
        table = Timetable(
            weekly=self.weekly.get((who, row.location_id), ()),
            dated=[span for one in days for span in self.dated.get((who, one), ())],
            closed=[c for c in self.supply.table.closed if c.first_day <= days[2] and days[0] <= c.last_day],
            zones=self.supply.table.zones,
            performers=self.supply.table.performers,
        )
        return replace(self.supply, table=table, clinicians={who: self._elsewhere(row)}, rooms={}, patient=())

    def _elsewhere(self, row: AppointmentRow) -> list[Busy]:
        busy, start = self.busy.get(row.clinician_id, []), cell_at(row.start_at)
        first = bisect_left(busy, start - _NEAR, key=_start)
        last = bisect_left(busy, start + _NEAR, key=_start)
        return [one for one in busy[first:last] if one.location_id != row.location_id]


def _start(busy: Busy) -> int:
    return busy.start


def newly(before: Mapping[UUID, Reasons], after: Mapping[UUID, Reasons]) -> dict[UUID, Reasons]:
    """What speaks against visits now and did not before; whoever fitted badly already is no news."""
    found = {one: reasons - before.get(one, frozenset()) for one, reasons in after.items()}
    return {one: reasons for one, reasons in found.items() if reasons}
