"""Open times equal what somebody with a calendar and a clock would find, minute by minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.scheduling.rules import (
    Busy,
    ClosedDays,
    Demand,
    Opening,
    Refusal,
    Slot,
    Supply,
    WeeklyHours,
    cell_at,
    cells_of_visit,
    first_instant,
    instant_of,
    open_slots,
    openings,
    refusals,
    slot_at,
)

CHICAGO, BERLIN = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin")
ANNA, BEN = UUID(int=1), UUID(int=2)
NORTH, SOUTH = UUID(int=11), UUID(int=12)
ROOM = UUID(int=21)
# Both changes of the clocks in 2026 and 2027, month ends, a leap day.
DAYS = (
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2027, 3, 14),
    date(2026, 12, 31),
    date(2026, 2, 28),
    date(2028, 2, 29),
    date(2026, 6, 15),
)


def some_hours(dice: Random, around: date) -> WeeklyHours:
    opens, closes = sorted(dice.sample(range(288), 2))
    first = around + timedelta(days=dice.choice((-30, -8, -1, 0, 1)))
    return WeeklyHours(
        clinician_id=dice.choice((ANNA, BEN)),
        location_id=dice.choice((NORTH, SOUTH)),
        weekday=(around + timedelta(days=dice.choice((-1, 0, 0, 0, 1)))).weekday(),
        opens=time(opens * 5 // 60, opens * 5 % 60),
        closes=time(closes * 5 // 60, closes * 5 % 60),
        first_day=first,
        zone=dice.choice((CHICAGO, CHICAGO, BERLIN)),
        last_day=dice.choice((None, None, first + timedelta(days=dice.randrange(9)))),
        room_id=dice.choice((None, ROOM)),
    )


def some_closed_days(dice: Random, around: date) -> ClosedDays:
    first = around + timedelta(days=dice.randrange(-3, 3))
    return ClosedDays(
        first_day=first,
        last_day=first + timedelta(days=dice.randrange(3)),
        location_id=dice.choice((None, NORTH)),
        clinician_id=dice.choice((None, ANNA)),
    )


def some_busy(dice: Random, around: int, most: int, *, buffers: bool) -> list[Busy]:
    found = []
    for _ in range(dice.randrange(most + 1)):
        start = around + dice.randrange(-100, 500)
        padding = (dice.randrange(5), dice.randrange(5)) if buffers else ()
        found.append(Busy(start, start + dice.randrange(1, 25), *padding))
    return found


def oracle_opens(hours: WeeklyHours, closed: Sequence[ClosedDays], day: date) -> tuple[int, int] | None:
    """Walk the day's minutes: open from the first one whose clock reads `opens` until the first `closes`."""
    if day.weekday() != hours.weekday or not hours.first_day <= day <= (hours.last_day or date.max):
        return None
    if any(
        c.first_day <= day <= c.last_day
        and c.location_id in (None, hours.location_id)
        and c.clinician_id in (None, hours.clinician_id)
        for c in closed
    ):
        return None
    minute = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=14)
    found: list[int] = []
    for wall in (hours.opens, hours.closes):
        at = minute
        while (here := at.astimezone(hours.zone)).date() < day or (here.date() == day and here.time() < wall):
            at += timedelta(minutes=1)
        found.append(int(at.timestamp()) // 60)
    return (found[0], found[1]) if found[0] < found[1] else None


def oracle_slots(
    weekly: Sequence[WeeklyHours],
    closed: Sequence[ClosedDays],
    around: date,
    *,
    supply: Supply,
    demand: Demand,
) -> set[Slot]:
    """Every minute of every opening, tried one by one."""
    found = set()
    for hours in weekly:
        for day in (around + timedelta(days=n) for n in range(-2, 5)):
            span = oracle_opens(hours, closed, day)
            for minute in range(*span) if span else ():
                ends = minute + demand.length * 5
                if span is None or (minute - span[0]) % (demand.step * 5) or ends > span[1]:
                    continue
                if not demand.earliest * 5 <= minute < demand.latest * 5:
                    continue
                room = supply.rooms.get(hours.room_id, ()) if hours.room_id else ()
                clear = all(
                    ends + max(demand.after, b.before) * 5 <= b.start * 5
                    or minute >= b.end * 5 + max(demand.before, b.after) * 5
                    for b in supply.clinicians.get(hours.clinician_id, ())
                ) and all(ends <= b.start * 5 or minute >= b.end * 5 for b in (*room, *supply.patient))
                if clear:
                    found.add(Slot(minute // 5, hours.clinician_id, hours.location_id, hours.room_id))
    return found


@given(seed=st.integers(0, 2**32), around=st.sampled_from(DAYS))
@settings(max_examples=150, deadline=None)
def compare_with_oracle(found: list[int], seed: int, around: date) -> None:
    dice = Random(seed)
    first = cell_at(datetime(around.year, around.month, around.day, tzinfo=UTC))
    weekly = [some_hours(dice, around) for _ in range(dice.randrange(1, 4))]
    closed = [some_closed_days(dice, around) for _ in range(dice.choice((0, 0, 1)))]
    people = {who: some_busy(dice, first, 6, buffers=True) for who in (ANNA, BEN)}
    rooms = {ROOM: some_busy(dice, first, 2, buffers=False)}
    patient = some_busy(dice, first, 2, buffers=False)
    demand = Demand(
        length=dice.randrange(1, 19),
        before=dice.randrange(5),
        after=dice.randrange(5),
        step=dice.choice((1, 1, 2, 3, 6)),
        earliest=first + dice.randrange(-150, 100),
        latest=first + dice.randrange(150, 700),
    )
    supply = Supply(openings(weekly, closed, demand.earliest, demand.latest), people, rooms, patient)
    expected = oracle_slots(weekly, closed, around, supply=supply, demand=demand)
    assert set(open_slots(supply, demand)) == expected
    for slot in expected:
        assert refusals(supply, demand, *slot[:3]) == ()
    found.append(len(expected))


def test_open_times_equal_a_walk_through_every_minute() -> None:
    found: list[int] = []
    compare_with_oracle(found)
    assert sum(count > 0 for count in found) > len(found) / 2, "most examples must have open times"


@pytest.mark.parametrize(
    ("day", "wall", "utc"),
    [
        (date(2026, 3, 8), time(1, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 8, 0, tzinfo=UTC)),  # does not exist: 3:00
        (date(2026, 3, 8), time(9, 0), datetime(2026, 3, 8, 14, 0, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),  # comes twice: the first
        (date(2026, 11, 1), time(9, 0), datetime(2026, 11, 1, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_on_the_days_when_clocks_change(day: date, wall: time, utc: datetime) -> None:
    assert first_instant(day, wall, CHICAGO) == utc


def day_of(*busy_times: Busy, end: int = 112) -> Supply:
    return Supply([Opening(100, end, ANNA, NORTH, None)], {ANNA: busy_times}, {})


HOUR = Demand(length=6, before=0, after=2, step=3, earliest=0, latest=1000)


def starts(supply: Supply, demand: Demand = HOUR) -> list[int]:
    return [slot.start for slot in open_slots(supply, demand)]


def test_the_buffer_after_a_visit_may_lie_outside_the_session() -> None:
    assert starts(day_of()) == [100, 103, 106]


def test_between_two_visits_lies_the_larger_buffer_not_the_sum() -> None:
    demand = Demand(length=2, before=3, after=0, step=1, earliest=0, latest=1000)
    # The neighbour leaves 2 cells after itself, the new one wants 3 before: 3, not 5.
    assert starts(day_of(Busy(100, 104, 0, 2)), demand)[0] == 107


def test_a_visit_may_end_where_the_next_one_begins_after_its_buffer() -> None:
    assert starts(day_of(Busy(108, 112))) == [100]
    assert starts(day_of(Busy(107, 112))) == []


def test_no_hours_no_times_and_a_busy_day_no_times() -> None:
    assert starts(Supply([], {}, {})) == []
    assert starts(day_of(Busy(90, 120))) == []


@pytest.mark.parametrize(
    ("supply", "demand", "start", "reasons"),
    [
        (day_of(), HOUR, 103, ()),
        (day_of(Busy(103, 105)), HOUR, 103, (Refusal.TAKEN,)),
        (day_of(), HOUR, 104, (Refusal.OUTSIDE_HOURS,)),  # off the raster
        (day_of(), HOUR, 109, (Refusal.OUTSIDE_HOURS,)),  # does not fit any more
        (day_of(), Demand(6, 0, 2, 3, 104, 1000), 103, (Refusal.TOO_SOON,)),
        (day_of(), Demand(6, 0, 2, 3, 0, 103), 103, (Refusal.TOO_LATE,)),
        (Supply(day_of().openings, {}, {}, [Busy(103, 105)]), HOUR, 103, (Refusal.PATIENT_BUSY,)),
        (
            Supply(day_of().openings, {ANNA: [Busy(103, 105)]}, {}, [Busy(103, 105)]),
            Demand(6, 0, 2, 3, 104, 1000),
            103,
            (Refusal.TOO_SOON, Refusal.PATIENT_BUSY, Refusal.TAKEN),
        ),
    ],
)
def test_a_time_that_is_not_open_has_its_reasons(
    supply: Supply, demand: Demand, start: int, reasons: tuple[Refusal, ...]
) -> None:
    assert refusals(supply, demand, start, ANNA, NORTH) == reasons
    assert (slot_at(supply, demand, start, ANNA, NORTH) is None) == bool(reasons)


def test_a_visit_owns_whole_cells_and_the_buffer_after_it() -> None:
    at = datetime(2026, 12, 8, 15, 0, tzinfo=UTC)
    own = cells_of_visit(at, at + timedelta(minutes=30))
    assert len(own) == 6
    assert instant_of(own[0]) == at
    assert len(cells_of_visit(at, at + timedelta(minutes=30), 10)) == 8
    assert len(cells_of_visit(at, at + timedelta(minutes=33))) == 7
