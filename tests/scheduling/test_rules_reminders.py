"""Quiet hours equal what a clock on the wall shows, minute by minute; reminders come in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.kernel.clock import CENTRAL
from clinic.scheduling.rules import Reminder, ReminderTerms, first_loud, quiet_stretch, reminders
from tests.scheduling.scene import MONDAY, central

USUAL = ReminderTerms()
MINUTE = timedelta(minutes=1)
SPRING, FALL = date(2027, 3, 14), date(2026, 11, 1)
BOOKED = central(MONDAY - timedelta(days=14), 9)

# Times that the change of the clocks neither skips nor repeats: there the wall says all there is to say.
WALL = st.times().map(lambda at: at.replace(second=0, microsecond=0)).filter(lambda at: not 1 <= at.hour <= 2)
INSTANTS = st.builds(
    lambda day, n: central(day - timedelta(days=1), 0).astimezone(UTC) + n * MINUTE,
    st.sampled_from((SPRING, FALL, date(2026, 12, 31), date(2028, 2, 29))),
    st.integers(0, 3 * 24 * 60),
)
TERMS = st.builds(
    ReminderTerms, st.lists(st.integers(1, 240), max_size=4).map(tuple), quiet_from=WALL, quiet_until=WALL
).filter(lambda terms: terms.quiet_from != terms.quiet_until)


def is_quiet(instant: datetime, terms: ReminderTerms) -> bool:
    """What somebody sees who looks at the clock on the wall."""
    wall = instant.astimezone(CENTRAL).time()
    if terms.quiet_from < terms.quiet_until:
        return terms.quiet_from <= wall < terms.quiet_until
    return wall >= terms.quiet_from or wall < terms.quiet_until


@given(INSTANTS, TERMS)
def test_the_first_loud_moment_is_the_one_that_waiting_finds(instant: datetime, terms: ReminderTerms) -> None:
    waited = instant
    while is_quiet(waited, terms):
        waited += MINUTE
    assert first_loud(instant, terms) == waited
    assert (quiet_stretch(instant, terms) is not None) is is_quiet(instant, terms)


@pytest.mark.parametrize(
    ("at", "loud"),
    [
        (central(MONDAY, 20, 59), central(MONDAY, 20, 59)),
        (central(MONDAY, 21), central(date(2026, 12, 8), 8)),
        (central(MONDAY, 0), central(MONDAY, 8)),
        (central(MONDAY, 7, 59), central(MONDAY, 8)),
        (central(MONDAY, 8), central(MONDAY, 8)),
        # That night is an hour shorter in spring and longer in fall; eight on the wall is eight.
        (central(SPRING - timedelta(days=1), 23), central(SPRING, 8)),
        (central(FALL - timedelta(days=1), 23), central(FALL, 8)),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), central(FALL, 8)),  # 1:30, the first time
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), central(FALL, 8)),  # 1:30 again
    ],
)
def test_the_usual_quiet_hours(at: datetime, loud: datetime) -> None:
    assert first_loud(at, USUAL) == loud


def hours_and_due(start: datetime, now: datetime, terms: ReminderTerms = USUAL) -> list[tuple[int, datetime]]:
    return [(one.hours, one.due) for one in reminders(start, now, terms)]


def test_three_days_and_one_day_before_and_the_first_gives_way_to_the_second() -> None:
    start = central(MONDAY, 9)
    assert reminders(start, BOOKED, USUAL) == (
        Reminder(72, central(date(2026, 12, 4), 9), gives_way=24),
        Reminder(24, central(date(2026, 12, 6), 9), gives_way=None),
    )


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (timedelta(days=10), [72, 24]),
        (timedelta(hours=73, minutes=1), [72, 24]),
        (timedelta(hours=73), [24]),  # within an hour of the confirmation
        (timedelta(hours=72), [24]),
        (timedelta(hours=25, minutes=1), [24]),
        (timedelta(hours=25), []),
        (timedelta(hours=3), []),
        (timedelta(0), []),
    ],
)
def test_what_would_come_with_the_confirmation_or_too_late_is_left_out(
    before: timedelta, left: list[int]
) -> None:
    start = central(MONDAY, 9)
    assert [hours for hours, _ in hours_and_due(start, start - before)] == left


def test_a_reminder_of_the_night_comes_in_the_morning_or_on_the_evening_before() -> None:
    early = central(MONDAY, 7)
    assert hours_and_due(early, BOOKED) == [
        (72, central(date(2026, 12, 4), 8)),
        (24, central(date(2026, 12, 6), 8)),
    ]
    soon = ReminderTerms(hours=(2,))
    assert hours_and_due(central(MONDAY, 9), BOOKED, soon) == [(2, central(MONDAY, 8))]
    assert hours_and_due(central(MONDAY, 8), BOOKED, soon) == [(2, central(date(2026, 12, 6), 20))]


def test_two_that_would_come_at_once_are_one() -> None:
    both = ReminderTerms(hours=(3, 2))
    assert reminders(central(MONDAY, 9), BOOKED, both) == (Reminder(2, central(MONDAY, 8), None),)


def test_a_day_is_twenty_four_hours_whatever_the_clocks_do() -> None:
    noon = central(SPRING, 12)
    assert hours_and_due(noon, central(date(2027, 3, 1), 9)) == [
        (72, central(date(2027, 3, 11), 11)),
        (24, central(date(2027, 3, 13), 11)),
    ]


@given(INSTANTS, st.integers(0, 20 * 24 * 60), TERMS)
def test_every_reminder_is_ahead_in_order_and_before_the_visit(
    start: datetime, minutes: int, terms: ReminderTerms
) -> None:
    now = start - minutes * MINUTE
    made = reminders(start, now, terms)
    dues = [one.due for one in made]
    assert dues == sorted(set(dues))
    assert all(now < due < start for due in dues)
    assert [one.gives_way for one in made] == [*[one.hours for one in made[1:]], None][: len(made)]
    assert all(one.hours in terms.hours for one in made)


def has_loud_hours(terms: ReminderTerms) -> bool:
    """A night that leaves two loud hours a day, as the set-up demands."""
    return terms.quiet_from.hour - terms.quiet_until.hour > 2


@given(INSTANTS, TERMS.filter(has_loud_hours))
def test_no_reminder_is_due_in_a_quiet_night(start: datetime, terms: ReminderTerms) -> None:
    assert not any(is_quiet(one.due, terms) for one in reminders(start, start - timedelta(days=20), terms))
