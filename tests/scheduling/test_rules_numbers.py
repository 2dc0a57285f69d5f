"""Freed times and who comes: examples, every boundary, and a brute-force oracle over random histories."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.kernel.clock import CENTRAL
from clinic.scheduling.rules import APPOINTMENT, ClosedDays, State, Step
from clinic.scheduling.rules.numbers import (
    ENOUGH,
    LEADS,
    Freed,
    Lead,
    Stay,
    Visit,
    books,
    by_lead,
    freed_times,
    local_days,
    share,
    unclosed,
)

NINE = datetime(2026, 12, 7, 15, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
LONG_AGO = NINE - 30 * DAY
HAZEL, OTTO, IVY = (UUID(int=n) for n in (1, 2, 3))
ANNA, BEN = UUID(int=11), UUID(int=12)
BIRMINGHAM, AUBURN = UUID(int=21), UUID(int=22)


def stay(
    visit: int,
    patient: UUID,
    start: datetime = NINE,
    *,
    at: datetime = LONG_AGO,
    minutes: int = 60,
    version: int = 1,
    gone: datetime | None = None,
    clinician: UUID = ANNA,
    location: UUID = BIRMINGHAM,
    books: bool = True,
) -> Stay:
    end = start + minutes * MINUTE
    return Stay(UUID(int=visit), version, patient, clinician, location, start, end, at, books, gone)


def freed(*stays: Stay) -> Freed:
    return sum(by_place(stays).values(), Freed())


def by_place(stays: Iterable[Stay], *closed: ClosedDays) -> dict[UUID, Freed]:
    zones = dict.fromkeys((BIRMINGHAM, AUBURN), CENTRAL)
    return freed_times(stays, NINE - DAY, NINE + DAY, closed, zones)


EARLY = NINE - 2 * DAY
GONE = stay(1, HAZEL, gone=EARLY)


def test_a_time_that_nobody_takes_is_lost() -> None:
    assert freed(GONE) == Freed(1, 0, 60, 0)


def test_somebody_else_fills_it() -> None:
    assert freed(GONE, stay(2, OTTO, at=EARLY + HOUR)) == Freed(1, 1, 60, 60)


@pytest.mark.parametrize(
    "other",
    [
        stay(2, OTTO, at=EARLY - HOUR),  # had it before: it was never free for him
        stay(2, OTTO, at=NINE),  # too late: it had begun
        stay(2, OTTO, at=EARLY + HOUR, clinician=BEN),
        stay(2, OTTO, at=EARLY + HOUR, location=AUBURN),
        stay(2, OTTO, NINE + HOUR, at=EARLY + HOUR),  # touches it only
        stay(2, OTTO, NINE - HOUR, at=EARLY + HOUR),
        stay(2, OTTO, at=EARLY + HOUR, books=False),  # asked for, never booked
    ],
)
def test_what_does_not_fill_it(other: Stay) -> None:
    assert freed(GONE, other) == Freed(1, 0, 60, 0)


def test_the_moment_of_giving_up_and_the_last_minute_count() -> None:
    assert freed(GONE, stay(2, OTTO, at=EARLY)).minutes_again == 60
    assert freed(GONE, stay(2, OTTO, at=NINE - MINUTE)).minutes_again == 60


@pytest.mark.parametrize(("before", "counts"), [(24 * HOUR, 1), (24 * HOUR - MINUTE, 0), (25 * HOUR, 1)])
def test_a_time_given_up_within_a_day_is_not_asked_about(before: timedelta, counts: int) -> None:
    assert freed(stay(1, HAZEL, gone=NINE - before)).times == counts


@pytest.mark.parametrize(
    ("start", "counts"),
    [(NINE - DAY, 1), (NINE - DAY - MINUTE, 0), (NINE + DAY - MINUTE, 1), (NINE + DAY, 0)],
)
def test_the_period_is_that_of_the_starts(start: datetime, counts: int) -> None:
    assert freed(stay(1, HAZEL, start, gone=start - 3 * DAY)).times == counts


def test_part_of_it_is_filled() -> None:
    later = stay(2, OTTO, NINE + 15 * MINUTE, at=EARLY + HOUR, minutes=30)
    assert freed(GONE, later) == Freed(1, 1, 60, 30)
    assert freed(GONE, later._replace(start=NINE + 31 * MINUTE, end=NINE + HOUR)) == Freed(1, 0, 60, 29)


def test_two_people_share_it() -> None:
    halves = (
        stay(n, who, NINE + n * 30 * MINUTE - HOUR, at=EARLY + HOUR, minutes=30)
        for n, who in ((2, OTTO), (3, IVY))
    )
    assert freed(GONE, *halves) == Freed(1, 1, 60, 60)


def test_what_the_same_person_takes_back_was_not_freed() -> None:
    undone = stay(1, HAZEL, at=EARLY + MINUTE, version=3)
    assert freed(stay(1, HAZEL, gone=EARLY), undone) == Freed()
    anew = stay(2, HAZEL, at=EARLY + HOUR)
    assert freed(GONE, anew) == Freed()


def test_a_move_by_half_an_hour_frees_half_an_hour() -> None:
    moved = stay(1, HAZEL, NINE + 30 * MINUTE, at=EARLY, version=2)
    assert freed(stay(1, HAZEL, gone=EARLY), moved) == Freed(1, 0, 30, 0)
    assert freed(stay(1, HAZEL, gone=EARLY), moved, stay(2, OTTO, at=EARLY + HOUR, minutes=30)) == Freed(
        1, 1, 30, 30
    )


def test_a_time_that_is_given_up_twice_counts_twice() -> None:
    second = stay(2, OTTO, at=EARLY + HOUR, gone=EARLY + 3 * HOUR)
    assert freed(GONE, second) == Freed(2, 1, 120, 60)
    assert freed(GONE, second, stay(3, IVY, at=EARLY + 4 * HOUR)) == Freed(2, 2, 120, 120)


def test_his_own_way_back_after_somebody_else_changes_nothing() -> None:
    otto = stay(2, OTTO, at=EARLY + HOUR, gone=EARLY + 2 * HOUR)
    hazel = stay(1, HAZEL, at=EARLY + 3 * HOUR, version=3)
    assert freed(GONE, otto, hazel) == Freed(2, 2, 120, 120)  # Otto filled hers, she filled his


def test_locations_are_counted_apart() -> None:
    there = stay(2, OTTO, gone=EARLY, clinician=BEN, location=AUBURN, minutes=30)
    assert by_place([GONE, there]) == {
        BIRMINGHAM: Freed(1, 0, 60, 0),
        AUBURN: Freed(1, 0, 30, 0),
    }


@pytest.mark.parametrize(
    ("closed", "counts"),
    [
        (ClosedDays(date(2026, 12, 7), date(2026, 12, 7)), 0),
        (ClosedDays(date(2026, 12, 1), date(2026, 12, 9), BIRMINGHAM), 0),
        (ClosedDays(date(2026, 12, 7), date(2026, 12, 7), None, ANNA), 0),
        (ClosedDays(date(2026, 12, 7), date(2026, 12, 7), AUBURN), 1),
        (ClosedDays(date(2026, 12, 7), date(2026, 12, 7), BIRMINGHAM, BEN), 1),
        (ClosedDays(date(2026, 12, 8), date(2026, 12, 8)), 1),
        (ClosedDays(date(2026, 12, 5), date(2026, 12, 6)), 1),
    ],
)
def test_a_time_on_a_closed_day_is_left_out(closed: ClosedDays, counts: int) -> None:
    assert sum(one.times for one in by_place([GONE], closed).values()) == counts


def test_a_closed_day_is_a_day_of_the_location() -> None:
    """Nine in the evening of the 7th in Alabama is the 8th in UTC."""
    evening = stay(1, HAZEL, NINE + 12 * HOUR, gone=EARLY)
    assert by_place([evening], ClosedDays(date(2026, 12, 7), date(2026, 12, 7))) == {}
    assert by_place([evening], ClosedDays(date(2026, 12, 8), date(2026, 12, 8))) != {}


def test_which_steps_book_a_time() -> None:
    found = {
        (from_state, step)
        for (from_state, step), to_state in APPOINTMENT.table.items()
        if books(step, from_state, to_state)
    }
    assert found == {
        (State.OPEN, Step.BOOK),
        (State.HELD, Step.CONFIRM),
        (State.REQUESTED, Step.CONFIRM_REQUEST),
        (State.BOOKED, Step.MOVE),
        (State.CANCELLED, Step.UNDO),
    }


# The oracle: a clinic in which people book, move, cancel and come back, told minute by minute.


@dataclass
class Story:
    """Random things that happen to three people with two clinicians on one morning."""

    random: Random
    now: datetime = NINE - 6 * DAY
    stays: list[Stay] = field(default_factory=list)
    live: dict[int, Stay] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    given_up: list[tuple[datetime, Stay]] = field(default_factory=list)

    def tell(self, steps: int) -> list[Stay]:
        for _ in range(steps):
            self.now += self.random.choice((MINUTE, HOUR, 7 * HOUR, 11 * HOUR))
            self.random.choice((self.book, self.book, self.cancel, self.move, self.undo))()
        return self.stays + list(self.live.values())

    def a_time(self) -> Stay:
        who, where = self.random.choice(
            ((ANNA, BIRMINGHAM), (ANNA, BIRMINGHAM), (BEN, AUBURN), (BEN, BIRMINGHAM))
        )
        start = NINE + self.random.randrange(0, 9) * 15 * MINUTE
        minutes = self.random.choice((15, 30, 45, 60))
        return stay(0, HAZEL, start, minutes=minutes, clinician=who, location=where)

    def is_free(self, wanted: Stay, ignoring: int = 0) -> bool:
        return not any(
            number != ignoring
            and held.clinician_id == wanted.clinician_id
            and held.start < wanted.end
            and wanted.start < held.end
            for number, held in self.live.items()
        )

    def put(self, number: int, patient: UUID, wanted: Stay, books: bool) -> None:
        self.last[number] = self.last.get(number, 0) + 1
        self.live[number] = wanted._replace(
            appointment_id=UUID(int=number),
            version=self.last[number],
            patient_id=patient,
            at=self.now,
            books=books,
        )

    def leave(self, number: int) -> Stay:
        held = self.live.pop(number)
        self.stays.append(held._replace(given_up_at=self.now))
        self.given_up.append((self.now, held))
        return held

    def book(self) -> None:
        wanted = self.a_time()
        if self.is_free(wanted):
            number = len(self.last) + 1
            self.put(number, self.random.choice((HAZEL, OTTO, IVY)), wanted, books=self.random.random() < 0.9)

    def cancel(self) -> None:
        if self.live:
            number = self.random.choice(sorted(self.live))
            self.leave(number)
            self.last[number] += 1

    def move(self) -> None:
        wanted = self.a_time()
        number = self.random.choice(sorted(self.live)) if self.live else 0
        if number and self.is_free(wanted, number):
            held = self.leave(number)
            self.put(number, held.patient_id, wanted, held.books)

    def undo(self) -> None:
        gone = [one for _, one in self.given_up if one.appointment_id.int not in self.live]
        if gone and self.is_free(gone[-1]):
            self.put(gone[-1].appointment_id.int, gone[-1].patient_id, gone[-1], gone[-1].books)


def minute_by_minute(stays: list[Stay]) -> dict[UUID, Freed]:
    """For each minute of each freed time: who was booked into it first, after it was given up?"""
    found: dict[UUID, Freed] = defaultdict(Freed)
    for one in stays:
        if one.given_up_at is None or one.start - one.given_up_at < DAY:
            continue
        kept = again = total = 0
        for minute in minutes_of(one):
            total += 1
            takers = [
                other
                for other in stays
                if other.books and comes_after(one, other) and minute in minutes_of(other)
            ]
            if takers:
                first = min(takers, key=lambda other: other.at)
                kept += first.patient_id == one.patient_id
                again += first.patient_id != one.patient_id
        if total > kept:
            found[one.location_id] += Freed(1, int(again >= (total - kept) / 2), total - kept, again)
    return dict(found)


def minutes_of(one: Stay) -> Iterator[datetime]:
    at = one.start
    while at < one.end:
        yield at
        at += MINUTE


def comes_after(gone: Stay, other: Stay) -> bool:
    assert gone.given_up_at is not None
    same_place = (gone.clinician_id, gone.location_id) == (other.clinician_id, other.location_id)
    own_past = gone.appointment_id == other.appointment_id and other.version <= gone.version
    return same_place and not own_past and gone.given_up_at <= other.at < gone.start


@given(seed=st.integers(0, 2**32), steps=st.integers(1, 14))
def test_the_rule_equals_the_minute_by_minute_oracle(seed: int, steps: int) -> None:
    stays = Story(Random(seed)).tell(steps)
    assert by_place(stays) == minute_by_minute(stays)


def test_the_stories_have_everything_in_them() -> None:
    """A property over stories in which nothing is ever freed, filled, shared or taken back says nothing."""
    totals = [sum(minute_by_minute(Story(Random(seed)).tell(12)).values(), Freed()) for seed in range(150)]
    assert sum(one.times for one in totals) > 150
    assert sum(one.again for one in totals) > 40
    assert sum(0 < one.minutes_again < one.minutes for one in totals) > 20
    assert any(one.minutes % 60 for one in totals)


# Who comes.


def visit(days: int, state: State, hour: int = 9) -> Visit:
    start = datetime(2026, 12, 7, hour, tzinfo=CENTRAL)
    return Visit(start, (start - days * DAY).replace(hour=23, minute=59), state, CENTRAL)


@pytest.mark.parametrize(
    ("days", "group"), [(0, 0), (1, 0), (7, 0), (8, 1), (14, 1), (15, 2), (30, 2), (31, 3), (400, 3)]
)
def test_groups_of_days(days: int, group: int) -> None:
    for state in (State.COMPLETED, State.NO_SHOW):
        lines = by_lead([visit(days, state)])
        assert [(line.came, line.missed) for line in lines] == [
            (0, 0) if at != group else (int(state is State.COMPLETED), int(state is State.NO_SHOW))
            for at in range(len(LEADS))
        ]


def test_groups_leave_no_day_out_and_count_none_twice() -> None:
    for days in range(60):
        assert sum(first <= days and (last is None or days <= last) for first, last in LEADS) == 1


def test_only_visits_that_took_place_or_were_missed_count() -> None:
    visits = [visit(3, state) for state in State if state not in (State.COMPLETED, State.NO_SHOW)]
    assert sum(line.came + line.missed for line in by_lead(visits)) == 0
    assert unclosed(visits) == 1


def test_a_time_agreed_on_after_it_began_counts_as_the_same_day() -> None:
    late = visit(0, State.COMPLETED)._replace(agreed_at=datetime(2026, 12, 8, 9, tzinfo=CENTRAL))
    assert by_lead([late])[0].came == 1


def test_days_are_those_of_the_wall_also_when_clocks_change() -> None:
    for zone in (CENTRAL, ZoneInfo("UTC")):
        before = datetime(2026, 10, 31, 23, 30, tzinfo=zone)
        assert local_days(before, datetime(2026, 11, 1, 0, 30, tzinfo=zone), zone) == 1
        assert local_days(before, datetime(2026, 11, 2, 0, 15, tzinfo=zone), zone) == 2
    night = datetime(2026, 12, 8, 4, tzinfo=UTC)  # still the 7th in Alabama
    assert local_days(NINE, night, CENTRAL) == 0
    assert local_days(NINE, night, ZoneInfo("UTC")) == 1


@pytest.mark.parametrize(
    ("came", "missed", "percent"), [(9, 0, None), (9, 1, 10), (8, 2, 20), (0, 10, 100), (7, 1, None)]
)
def test_too_few_to_say(came: int, missed: int, percent: int | None) -> None:
    assert Lead(0, 7, came, missed).percent == percent


def test_a_share_is_rounded_half_upwards_and_needs_enough() -> None:
    assert share(1, 8, ENOUGH) == 13  # 12.5
    assert share(1, 3, ENOUGH) == 33
    assert share(0, 0, ENOUGH) is None
    assert share(1, 2, ENOUGH - 1) is None
    assert Freed(ENOUGH, 1, 600, 45).percent == 8  # 7.5
    assert Freed(ENOUGH - 1, 1, 540, 45).percent is None
