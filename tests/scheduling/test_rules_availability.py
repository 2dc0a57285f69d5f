"""Open times equal what somebody with a calendar and a clock would find, minute by minute."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.scheduling.rules import (
    Busy,
    Demand,
    Refusal,
    Supply,
    Timetable,
    WeeklyHours,
    cell_at,
    cells_of_visit,
    first_instant,
    instant_of,
    open_slots,
    refusals,
    slot_at,
)
from tests.scheduling.oracle import Oracle
from tests.scheduling.setups import (
    ANNA,
    CHICAGO,
    DAYS,
    NORTH,
    PAIRS,
    ROOM,
    SOUTH,
    some_clinic,
    some_demand,
)
from tests.support.proofs import note, rounds

ORDER = list(Refusal)
EXAMPLES = rounds(150, 3_000)
MOST_TURNS = 6
# What was met, by reason; None: a clinic with open times.
Met = Counter[Refusal | None]


@given(seed=st.integers(0, 2**32), around=st.sampled_from(DAYS))
@settings(max_examples=EXAMPLES, deadline=None)
def compare_with_oracle(found: Met, counted: Counter[str], seed: int, around: date) -> None:
    dice = Random(seed)
    supply, demand = some_clinic(dice, around), some_demand(dice, around)
    oracle = Oracle(supply, demand, [around + timedelta(days=n) for n in range(-2, 5)])
    slots = list(open_slots(supply, demand))
    starts = [slot[:3] for slot in slots]
    assert len(starts) == len(set(starts)), "a start is offered once"
    expected = oracle.open_starts()
    assert set(starts) == expected
    found[None] += bool(expected)
    first = cell_at(datetime(around.year, around.month, around.day, tzinfo=UTC))
    tried = [(first + dice.randrange(-200, 700), *dice.choice(PAIRS)) for _ in range(60)]
    for start, who, where in (*tried, *dice.sample(starts, min(len(starts), 20))):
        reasons = refusals(supply, demand, start, who, where)
        assert set(reasons) == oracle.reasons(start, who, where), (start, who, where)
        assert list(reasons) == sorted(reasons, key=ORDER.index)
        assert (reasons == ()) == (slot_at(supply, demand, start, who, where) is not None)
        found.update(reasons)
        counted["times_asked_why"] += 1
    counted.update(clinics=1, open_starts=len(starts))


def test_open_times_and_reasons_equal_a_walk_through_every_minute() -> None:
    found, counted = Met(), Counter[str]()
    for _ in range(MOST_TURNS):  # a rare reason may need another turn
        compare_with_oracle(found, counted)
        if set(found) == {None, *Refusal}:
            break
    reasons = sum(found.values()) - found[None]
    note("open times against a walk through every minute", **counted, reasons=reasons, differences=0)
    assert found[None] > 60, "many examples must have open times"
    assert set(found) == {None, *Refusal}, "every reason must have been met"


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


UTC_ZONE = ZoneInfo("UTC")


def clock(cell: int) -> time:
    """What a clock in Greenwich shows on the first of January 1970."""
    return instant_of(cell).time()


def table_of(
    first: int = 100, end: int = 112, *breaks: tuple[int, int], room: UUID | None = None
) -> Timetable:
    """One session on one day, given in cells of 1970-01-01."""
    hours = WeeklyHours(
        clinician_id=ANNA,
        location_id=NORTH,
        weekday=3,
        opens=clock(first),
        closes=clock(end),
        first_day=date(1970, 1, 1),
        zone=UTC_ZONE,
        room_id=room,
        breaks=tuple((clock(opens), clock(closes)) for opens, closes in breaks),
    )
    return Timetable([hours], zones={NORTH: UTC_ZONE, SOUTH: UTC_ZONE})


def day_of(*busy_times: Busy, end: int = 112) -> Supply:
    return Supply(table_of(end=end), {ANNA: busy_times})


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
    assert starts(Supply(Timetable())) == []
    assert starts(day_of(Busy(90, 120))) == []


def test_an_opening_falls_into_pieces_and_each_has_its_own_raster() -> None:
    halves = Supply(table_of(100, 130, (110, 112)))
    # 100 to 110, then 112 to 130 in steps of three from 112.
    assert starts(halves) == [100, 103, 112, 115, 118, 121, 124]


def test_overlapping_sessions_offer_a_start_once() -> None:
    session = table_of(100, 115).weekly[0]
    later = table_of(106, 121, room=ROOM).weekly[0]
    zones = {NORTH: UTC_ZONE}
    both = Supply(Timetable([session, later], zones=zones), rooms={ROOM: [Busy(100, 120)]})
    assert starts(both) == [100, 103, 106, 109]
    free = Supply(Timetable([session, later], zones=zones))
    assert starts(free) == [100, 103, 106, 109, 112, 115]
    assert {slot.start: slot.room_id for slot in open_slots(free, HOUR)}[112] == ROOM


def test_the_way_from_another_location_is_a_gap_and_no_sum() -> None:
    away = Supply(table_of(100, 150), {ANNA: [Busy(118, 124, 0, 4, SOUTH)]}, travel={(SOUTH, NORTH): 6})
    # Six cells of travel on both sides; the buffers of four and two lie inside them.
    assert starts(away) == [100, 103, 106, 130, 133, 136, 139, 142]
    here = Supply(table_of(100, 150), {ANNA: [Busy(118, 124, 0, 4, NORTH)]}, travel={(SOUTH, NORTH): 6})
    assert starts(here) == [100, 103, 106, 109, 130, 133, 136, 139, 142]
    patient = Supply(table_of(100, 150), patient=[Busy(118, 124, 0, 0, SOUTH)], travel={(SOUTH, NORTH): 6})
    assert starts(patient) == [100, 103, 106, 109, 112, 124, 127, 130, 133, 136, 139, 142]


SOON = datetime(1970, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("supply", "demand", "start", "reasons"),
    [
        (day_of(), HOUR, 103, ()),
        (day_of(Busy(103, 105)), HOUR, 103, (Refusal.TAKEN,)),
        (day_of(Busy(103, 105, held_until=SOON)), HOUR, 103, (Refusal.HELD,)),
        (day_of(Busy(98, 100, 0, 4)), HOUR, 103, (Refusal.BUFFER,)),
        (day_of(), HOUR, 104, (Refusal.OFF_RASTER,)),
        (day_of(), HOUR, 109, (Refusal.OUTSIDE_HOURS,)),  # does not fit any more
        (day_of(), Demand(6, 0, 2, 3, 104, 1000), 103, (Refusal.TOO_SOON,)),
        (day_of(), Demand(6, 0, 2, 3, 104, 1000, 104), 103, (Refusal.PAST,)),
        (day_of(), Demand(6, 0, 2, 3, 0, 103), 103, (Refusal.TOO_LATE,)),
        (Supply(table_of(), patient=[Busy(103, 105)]), HOUR, 103, (Refusal.PATIENT_BUSY,)),
        (Supply(table_of(100, 112, (104, 105))), HOUR, 103, (Refusal.BREAK,)),
        (Supply(table_of(room=ROOM), rooms={ROOM: [Busy(103, 105)]}), HOUR, 103, (Refusal.ROOM_TAKEN,)),
        (
            Supply(table_of(), {ANNA: [Busy(103, 105)]}, {}, [Busy(103, 105)]),
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
