"""Clinics by chance: hours, breaks, dates that differ, closures, visits, ways; around days that are hard."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.scheduling.rules import (
    Busy,
    ClosedDays,
    DatedKind,
    DatedSpan,
    Demand,
    Supply,
    Timetable,
    WeeklyHours,
    cell_at,
)

CHICAGO, BERLIN = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin")
ANNA, BEN = UUID(int=1), UUID(int=2)
NORTH, SOUTH = UUID(int=11), UUID(int=12)
ROOM = UUID(int=21)
ZONES = {NORTH: CHICAGO, SOUTH: BERLIN}
PAIRS = [(who, where) for who in (ANNA, BEN) for where in (NORTH, SOUTH)]
SOME_HOLD = datetime(2026, 1, 1, tzinfo=UTC)
# Both changes of the clocks in 2026 and 2027, in America and in Europe, month ends, a leap day.
DAYS = (
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2027, 3, 14),
    date(2026, 12, 31),
    date(2026, 2, 28),
    date(2028, 2, 29),
    date(2026, 6, 15),
)


def some_walls(dice: Random, first: int = 0, end: int = 288) -> tuple[time, time]:
    """Two times of a day, in steps of five minutes."""
    opens, closes = sorted(dice.sample(range(first, end), 2))
    return time(opens * 5 // 60, opens * 5 % 60), time(closes * 5 // 60, closes * 5 % 60)


def some_day(dice: Random, around: date) -> date:
    """That day or one beside it."""
    return around + timedelta(days=dice.choice((-1, 0, 0, 0, 1)))


def some_hours(dice: Random, around: date) -> WeeklyHours:
    """A weekly session on a weekday around that day."""
    where = dice.choice((NORTH, NORTH, SOUTH))
    opens, closes = some_walls(dice)
    first = around + timedelta(days=dice.choice((-30, -8, -1, 0, 1)))
    return WeeklyHours(
        clinician_id=dice.choice((ANNA, ANNA, BEN)),
        location_id=where,
        weekday=some_day(dice, around).weekday(),
        opens=opens,
        closes=closes,
        first_day=first,
        zone=ZONES[where],
        last_day=dice.choice((None, None, first + timedelta(days=dice.randrange(9)))),
        room_id=dice.choice((None, ROOM)),
        breaks=tuple(some_walls(dice) for _ in range(dice.choice((0, 0, 1, 2)))),
        serves=dice.random() < 0.9,
    )


def some_dated(dice: Random, around: date) -> DatedSpan:
    """Hours off or extra hours of one date."""
    kind = dice.choice(tuple(DatedKind))
    opens, closes = some_walls(dice)
    return DatedSpan(
        kind=kind,
        clinician_id=dice.choice((ANNA, ANNA, BEN)),
        day=some_day(dice, around),
        opens=opens,
        closes=closes,
        location_id=dice.choice((NORTH, SOUTH) if kind is DatedKind.EXTRA else (None, NORTH)),
        room_id=dice.choice((None, ROOM)) if kind is DatedKind.EXTRA else None,
        name="Off",
    )


def some_closed_days(dice: Random, around: date) -> ClosedDays:
    """A few days off, for all or for one."""
    first = around + timedelta(days=dice.randrange(-3, 3))
    return ClosedDays(
        first_day=first,
        last_day=first + timedelta(days=dice.randrange(3)),
        location_id=dice.choice((None, NORTH)),
        clinician_id=dice.choice((None, ANNA)),
        name="Closed",
    )


def some_busy(dice: Random, around: int, most: int, *, buffers: bool) -> list[Busy]:
    """Visits around a cell."""
    found = []
    for _ in range(dice.randrange(most + 1)):
        start = around + dice.randrange(-100, 500)
        padding = (dice.randrange(5), dice.randrange(5)) if buffers else (0, 0)
        where, held = dice.choice((NORTH, SOUTH)), dice.choice((None, None, SOME_HOLD))
        found.append(Busy(start, start + dice.randrange(1, 25), *padding, where, held))
    return found


def some_table(dice: Random, around: date) -> Timetable:
    """What is set up around a day."""
    return Timetable(
        weekly=[some_hours(dice, around) for _ in range(dice.randrange(1, 4))],
        dated=[some_dated(dice, around) for _ in range(dice.choice((0, 0, 1, 2)))],
        closed=[some_closed_days(dice, around) for _ in range(dice.choice((0, 0, 0, 1)))],
        zones=ZONES,
        performers=dice.choice((None, None, None, frozenset((ANNA,)))),
    )


def some_clinic(dice: Random, around: date) -> Supply:
    """Everything there is around a day."""
    first = cell_at(datetime(around.year, around.month, around.day, tzinfo=UTC))
    return Supply(
        some_table(dice, around),
        {who: some_busy(dice, first, 6, buffers=True) for who in (ANNA, BEN)},
        {ROOM: some_busy(dice, first, 2, buffers=False)},
        some_busy(dice, first, 2, buffers=False),
        dice.choice(({}, {(NORTH, SOUTH): dice.randrange(1, 30)})),
    )


def some_demand(dice: Random, around: date) -> Demand:
    """A kind of visit and a window around a day."""
    first = cell_at(datetime(around.year, around.month, around.day, tzinfo=UTC))
    earliest = first + dice.randrange(-150, 100)
    return Demand(
        length=dice.randrange(1, 19),
        before=dice.randrange(5),
        after=dice.randrange(5),
        step=dice.choice((1, 1, 2, 3, 6)),
        earliest=earliest,
        latest=first + dice.randrange(150, 700),
        now=earliest - dice.choice((0, 0, 40)),
    )
