"""When somebody works: weekly sessions in local time, turned into cells date by date."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.scheduling.rules.cells import CELL_MINUTES, cell_at, first_cell_from, instant_of

_CELLS_A_DAY = 24 * 60 // CELL_MINUTES
_WEEK = timedelta(days=7)


class DatedKind(StrEnum):
    """How one date differs from every week."""

    AWAY = "away"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One clinician at one location, every week on one weekday (Monday is 0), from one time to another."""

    clinician_id: UUID
    location_id: UUID
    weekday: int
    opens: time
    closes: time
    first_day: date
    zone: ZoneInfo
    last_day: date | None = None
    room_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Whole local days without visits; without a location it holds at all, without a clinician for all."""

    first_day: date
    last_day: date
    location_id: UUID | None = None
    clinician_id: UUID | None = None

    def covers(self, hours: WeeklyHours, day: date) -> bool:
        """Is this session off on this day?"""
        return (
            self.first_day <= day <= self.last_day
            and self.location_id in (None, hours.location_id)
            and self.clinician_id in (None, hours.clinician_id)
        )


class Opening(NamedTuple):
    """A stretch of cells in which one clinician sees people at one location."""

    first: int
    end: int
    clinician_id: UUID
    location_id: UUID
    room_id: UUID | None


def first_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first moment of that date at which a clock on the wall shows this time or later.

    In spring an hour is missing (2:30 becomes 3:00); in fall one comes twice, and the first one counts.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).time() == wall:
        return instant
    instant = local.replace(fold=1).astimezone(UTC)  # the time is missing: this lies before the gap
    while instant.astimezone(zone).replace(tzinfo=None) < local.replace(tzinfo=None):
        instant += timedelta(minutes=CELL_MINUTES)
    return instant


@lru_cache(maxsize=4096)
def _day_start(day: date, zone: ZoneInfo) -> tuple[int, bool]:
    """The first cell of a local date, and whether its clocks stay as they are."""
    start = cell_at(first_instant(day, time(0), zone))
    end = cell_at(first_instant(day + timedelta(days=1), time(0), zone))
    return start, end - start == _CELLS_A_DAY


def local_cell(day: date, wall: time, zone: ZoneInfo) -> int:
    """The cell that begins at this wall-clock time."""
    start, regular = _day_start(day, zone)
    if regular:
        return start + (wall.hour * 60 + wall.minute) // CELL_MINUTES
    return first_cell_from(first_instant(day, wall, zone))


def _working_days(hours: WeeklyHours, first: int, end: int) -> Iterator[date]:
    """The dates of one weekly session that can touch the cells from `first` until `end`."""
    day = max(hours.first_day, instant_of(first).astimezone(hours.zone).date())
    last = instant_of(end).astimezone(hours.zone).date()
    if hours.last_day is not None:
        last = min(last, hours.last_day)
    day += timedelta(days=(hours.weekday - day.weekday()) % 7)
    while day <= last:
        yield day
        day += _WEEK


def openings(
    weekly: Iterable[WeeklyHours], closed: Sequence[ClosedDays], first: int, end: int
) -> list[Opening]:
    """Every stretch that touches the cells from `first` until `end`, in order of time."""
    found = []
    for hours in weekly:
        off = [c for c in closed if c.location_id in (None, hours.location_id)]
        for day in _working_days(hours, first, end):
            if any(c.covers(hours, day) for c in off):
                continue
            opens = local_cell(day, hours.opens, hours.zone)
            closes = local_cell(day, hours.closes, hours.zone)
            if opens < closes:
                found.append(Opening(opens, closes, hours.clinician_id, hours.location_id, hours.room_id))
    return sorted(found, key=lambda o: (o.first, o.end, o.location_id, o.clinician_id))
