"""Time as whole numbers: the raster of 5-minute cells that appointments own."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

CELL_MINUTES = 5
CELL_SECONDS = CELL_MINUTES * 60


def cell_at(instant: datetime) -> int:
    """The cell that holds this instant, counted from 1970 in UTC."""
    return int(instant.timestamp()) // CELL_SECONDS


def first_cell_from(instant: datetime) -> int:
    """The first cell that begins at this instant or later."""
    whole = cell_at(instant)
    return whole if instant_of(whole) >= instant else whole + 1


def instant_of(cell: int) -> datetime:
    """When the cell begins."""
    return datetime.fromtimestamp(cell * CELL_SECONDS, UTC)


def cells_in(minutes: int) -> int:
    """How many cells this many minutes fill; a started cell counts."""
    return -(-minutes // CELL_MINUTES)


def on_raster(instant: datetime) -> bool:
    """Does a cell begin exactly at this instant?"""
    return instant_of(cell_at(instant)) == instant


def cells_of_visit(start: datetime, end: datetime, after_minutes: int = 0) -> range:
    """The cells that a visit owns: its own time, and for the clinician the buffer after it as well."""
    return range(cell_at(start), first_cell_from(end + timedelta(minutes=after_minutes)))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same half-open spans in order, with overlapping and touching ones joined and empty ones dropped."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
