"""When somebody works: weekly sessions and single dates in local time, turned into cells date by date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.scheduling.rules.cells import CELL_MINUTES, cell_at, first_cell_from, instant_of, merged

_CELLS_A_DAY = 24 * 60 // CELL_MINUTES
_WEEK = timedelta(days=7)
# From one time of a local day to another.
Walls = tuple[time, time]


class DatedKind(StrEnum):
    """How one date differs from every week."""

    AWAY = "away"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One clinician at one location, every week on one weekday (Monday is 0), from one time to another.

    `serves` says whether visits of the kind that is looked for happen in this session.
    """

    clinician_id: UUID
    location_id: UUID
    weekday: int
    opens: time
    closes: time
    first_day: date
    zone: ZoneInfo
    last_day: date | None = None
    room_id: UUID | None = None
    breaks: tuple[Walls, ...] = ()
    serves: bool = True


@dataclass(frozen=True, slots=True)
class DatedSpan:
    """Some hours of one local date: a clinician is away, or sees people in extra hours.

    Without a location they are away from wherever they would be; the times are read on the clock there.
    Extra hours have a location.
    """

    kind: DatedKind
    clinician_id: UUID
    day: date
    opens: time
    closes: time
    location_id: UUID | None = None
    room_id: UUID | None = None
    name: str = ""


class Stretch(NamedTuple):
    """One session of one date as it was set up, before breaks, absences and closures are taken from it."""

    first: int
    end: int
    clinician_id: UUID
    location_id: UUID
    room_id: UUID | None
    day: date
    zone: ZoneInfo
    breaks: tuple[Walls, ...] = ()
    serves: bool = True


class Opening(NamedTuple):
    """A stretch of cells in which one clinician sees people at one location; its raster begins with it."""

    first: int
    end: int
    clinician_id: UUID
    location_id: UUID
    room_id: UUID | None


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Whole local days without visits; without a location it holds at all, without a clinician for all."""

    first_day: date
    last_day: date
    location_id: UUID | None = None
    clinician_id: UUID | None = None
    name: str = ""

    def covers(self, stretch: Stretch) -> bool:
        """Is this session of this date off?"""
        return (
            self.first_day <= stretch.day <= self.last_day
            and self.location_id in (None, stretch.location_id)
            and self.clinician_id in (None, stretch.clinician_id)
        )


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that is set up about when people are seen.

    `performers` are the clinicians who do visits of the kind that is looked for; None: all of them. A kind
    that is not `offered` is done by nobody.
    """

    weekly: Sequence[WeeklyHours] = ()
    dated: Sequence[DatedSpan] = ()
    closed: Sequence[ClosedDays] = ()
    zones: Mapping[UUID, ZoneInfo] = field(default_factory=dict)
    performers: frozenset[UUID] | None = None
    offered: bool = True

    def of(self, clinician_id: UUID) -> "Timetable":
        """What concerns one clinician."""
        return replace(
            self,
            weekly=[hours for hours in self.weekly if hours.clinician_id == clinician_id],
            dated=[span for span in self.dated if span.clinician_id == clinician_id],
        )


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


def local_cells(day: date, walls: Walls, zone: ZoneInfo) -> tuple[int, int]:
    """The cells from one wall-clock time until another; empty where the clocks jump over both."""
    return local_cell(day, walls[0], zone), local_cell(day, walls[1], zone)


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


def stretches(table: Timetable, first: int, end: int) -> list[Stretch]:
    """Every session of every date that can touch the cells from `first` until `end`, as set up."""
    found = [stretch for hours in table.weekly for stretch in _weeks(hours, first, end)]
    for extra in table.dated:
        if extra.kind is DatedKind.EXTRA and extra.location_id is not None:
            zone = table.zones[extra.location_id]
            opens, closes = local_cells(extra.day, (extra.opens, extra.closes), zone)
            if opens < end and closes > first:
                found.append(
                    Stretch(
                        opens, closes, extra.clinician_id, extra.location_id, extra.room_id, extra.day, zone
                    )
                )
    return [stretch for stretch in found if stretch.first < stretch.end]


def _weeks(hours: WeeklyHours, first: int, end: int) -> Iterator[Stretch]:
    who, where, room = hours.clinician_id, hours.location_id, hours.room_id
    walls, zone, breaks, serves = (hours.opens, hours.closes), hours.zone, hours.breaks, hours.serves
    for day in _working_days(hours, first, end):
        opens, closes = local_cells(day, walls, zone)
        yield Stretch(opens, closes, who, where, room, day, zone, breaks, serves)


def openings(table: Timetable, first: int, end: int) -> list[Opening]:
    """Every opening that can touch the cells from `first` until `end`, in order of time."""
    return cut(stretches(table, first, end), table)


def cut(whole: Iterable[Stretch], table: Timetable) -> list[Opening]:
    """What is left of these sessions once breaks, absences and closures are taken away, in order of time."""
    away: dict[tuple[UUID, date], list[DatedSpan]] = defaultdict(list)
    for span in table.dated:
        if span.kind is DatedKind.AWAY:
            away[span.clinician_id, span.day].append(span)
    found: list[Opening] = []
    for stretch in whole:
        if not is_served(stretch, table) or any(days.covers(stretch) for days in table.closed):
            continue
        gone = list(stretch.breaks)
        if away:
            held = away.get((stretch.clinician_id, stretch.day), ())
            gone += [(a.opens, a.closes) for a in held if a.location_id in (None, stretch.location_id)]
        found += _pieces(stretch, gone) if gone else [Opening(*stretch[:5])]
    return sorted(found, key=itemgetter(0, 1))


def is_served(stretch: Stretch, table: Timetable) -> bool:
    """Do visits of the kind that is looked for happen in this session, by this clinician?"""
    done = table.performers is None or stretch.clinician_id in table.performers
    return stretch.serves and table.offered and done


def _pieces(stretch: Stretch, gone: Iterable[Walls]) -> Iterator[Opening]:
    at = stretch.first
    for first, end in merged(local_cells(stretch.day, walls, stretch.zone) for walls in gone):
        if at < min(first, stretch.end):
            yield Opening(at, min(first, stretch.end), *stretch[2:5])
        at = max(at, end)
    if at < stretch.end:
        yield Opening(at, stretch.end, *stretch[2:5])
