"""What stands in each cell of a column of the calendar. Pure: hours, visits and open starts in, cells out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from clinic.scheduling.rules import CELL_MINUTES, Busy, DatedKind, Stretch, Supply, local_cell

ROW_MINUTES = 15
ROW = ROW_MINUTES // CELL_MINUTES


class Kind(StrEnum):
    """What a cell says."""

    VISIT = "visit"
    FREE = "free"
    PAST = "past"
    OFF = "off"
    ELSEWHERE = "elsewhere"
    CLOSED = "closed"
    AWAY = "away"
    BREAK = "break"
    BUFFER = "buffer"
    NO_FIT = "no_fit"


# Rows of these that follow each other are one cell.
_JOINED = (Kind.PAST, Kind.OFF, Kind.ELSEWHERE, Kind.CLOSED, Kind.AWAY, Kind.BREAK, Kind.BUFFER)


@dataclass(frozen=True, slots=True)
class Column:
    """One clinician at one place on one day, and what is there. `visits`: first and end cell by id."""

    clinician_id: UUID
    location_id: UUID
    day: date
    stretches: Sequence[Stretch]
    open_starts: frozenset[int]
    visits: Mapping[UUID, tuple[int, int]]


class Cell(NamedTuple):
    """Some rows of a column; `start` is the cell of time that it begins with, for links."""

    kind: Kind
    rows: int
    wall: time
    start: int
    visits: tuple[UUID, ...] = ()
    note: str = ""
    place: UUID | None = None


def rows_between(opens: time, closes: time) -> tuple[time, ...]:
    """The wall-clock times of the rows from the first opening until the last closing."""
    first = (opens.hour * 60 + opens.minute) // ROW_MINUTES
    end = -(-(closes.hour * 60 + closes.minute) // ROW_MINUTES)
    return tuple(time(*divmod(number * ROW_MINUTES, 60)) for number in range(first, end))


def cells_of(column: Column, rows: Sequence[time], supply: Supply, now_cell: int) -> dict[int, Cell]:
    """The cells of a column by the number of the row that they begin in."""
    zone = supply.table.zones[column.location_id]
    found: dict[int, Cell] = {}
    covered, last = 0, -1
    for number, wall in enumerate(rows):
        if number < covered:
            continue
        start = local_cell(column.day, wall, zone)
        visits, end = _visits_from(column, start, first_row=number == 0)
        if visits:
            span = min((end - start) // ROW, len(rows) - number)
            found[number], covered, last = Cell(Kind.VISIT, span, wall, start, visits), number + span, -1
            continue
        cell = _empty(column, start, wall, supply, now_cell)
        before = found.get(last)
        if before and cell.kind in _JOINED and cell[4:] == before[4:] and cell.kind is before.kind:
            found[last] = before._replace(rows=before.rows + 1)
        else:
            found[number], last = cell, number
    return found


def _visits_from(column: Column, start: int, *, first_row: bool) -> tuple[tuple[UUID, ...], int]:
    """The visits that begin in this row or before it is free again, and the end of the row in which it is."""
    end, found = start + ROW, []
    for key, (first, last) in sorted(column.visits.items(), key=lambda pair: pair[1]):
        if (first >= start or (first_row and last > start)) and first < end:
            found.append(key)
            end = max(end, start - (start - last) // ROW * ROW)
    return tuple(found), end


def _empty(column: Column, start: int, wall: time, supply: Supply, now_cell: int) -> Cell:
    open_here = next((one for one in range(start, start + ROW) if one in column.open_starts), None)
    if open_here is not None:
        return Cell(Kind.FREE, 1, wall, open_here)
    if start + ROW <= now_cell:
        return Cell(Kind.PAST, 1, wall, start)
    kind, note, place = _why(column, start, supply)
    return Cell(kind, 1, wall, start, (), note, place)


def _why(column: Column, start: int, supply: Supply) -> tuple[Kind, str, UUID | None]:
    """The plainest reason why nothing can begin here; “Why not this time?” gives them all."""
    around = [one for one in column.stretches if one.first <= start < one.end]
    here = next((one for one in around if one.location_id == column.location_id), None)
    if here is None:
        return (Kind.ELSEWHERE, "", around[0].location_id) if around else (Kind.OFF, "", None)
    closed = next((one for one in supply.table.closed if one.covers(here)), None)
    if closed:
        return Kind.CLOSED, closed.name, None
    zone = here.zone
    for span in supply.table.of(column.clinician_id).dated:
        same = span.day == here.day and span.location_id in (None, here.location_id)
        if span.kind is DatedKind.AWAY and same and _holds(here.day, (span.opens, span.closes), start, zone):
            return Kind.AWAY, span.name, None
    if any(_holds(here.day, walls, start, zone) for walls in here.breaks):
        return Kind.BREAK, "", None
    busy = supply.clinicians.get(column.clinician_id, ())
    return (Kind.BUFFER if any(_in_buffer(one, start) for one in busy) else Kind.NO_FIT), "", None


def _holds(day: date, walls: tuple[time, time], start: int, zone: object) -> bool:
    return local_cell(day, walls[0], zone) <= start < local_cell(day, walls[1], zone)  # type: ignore[arg-type]


def _in_buffer(busy: Busy, start: int) -> bool:
    return busy.end <= start < busy.end + busy.after
