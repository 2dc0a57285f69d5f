"""Which coming visits stand in hours that are there: asked before a change and after it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    Demand,
    Refusal,
    Supply,
    Window,
    cell_at,
    cells_in,
    refusals,
)

Reasons = frozenset[Refusal]
_ANYTIME = 1 << 40


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
    _, supply = queries.supply(visit_type_id, window, now, clinicians=clinicians)
    # Visits that stand keep a kind that is not offered any more.
    table = replace(supply.table, offered=True)
    hours = {who: Supply(table.of(who)) for who in clinicians}
    return {row.id: _reasons(row, hours[row.clinician_id]) for row in rows}


def _reasons(row: AppointmentRow, hours: Supply) -> Reasons:
    demand = Demand(
        length=cells_in(int((row.end_at - row.start_at).total_seconds()) // 60),
        before=cells_in(row.before_minutes),
        after=cells_in(row.after_minutes),
        step=1,
        earliest=0,
        latest=_ANYTIME,
    )
    start = cell_at(row.start_at)
    return frozenset(refusals(hours, demand, start, row.clinician_id, row.location_id))


def newly(before: Mapping[UUID, Reasons], after: Mapping[UUID, Reasons]) -> dict[UUID, Reasons]:
    """What speaks against visits now and did not before; whoever fitted badly already is no news."""
    found = {one: reasons - before.get(one, frozenset()) for one, reasons in after.items()}
    return {one: reasons for one, reasons in found.items() if reasons}
