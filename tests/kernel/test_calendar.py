"""Months on the calendar, at the ends of months and in leap years."""

import itertools
from datetime import date, timedelta

import pytest

from clinic.kernel.calendar import add_months, completed_months, is_clamped, month_reached


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2025, 8, 31), 3, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -12, date(2025, 1, 10)),
    ],
)
def test_months_keep_the_day_or_take_the_last_one(day: date, months: int, wanted: date) -> None:
    assert add_months(day, months) == wanted


def test_a_shorter_month_clamps_the_day() -> None:
    assert is_clamped(date(2025, 8, 31), 3)
    assert not is_clamped(date(2025, 8, 30), 3)


def test_a_month_is_reached_on_its_day() -> None:
    assert month_reached(date(2025, 8, 31), 3, date(2025, 11, 30))
    assert not month_reached(date(2025, 8, 31), 3, date(2025, 11, 29))


def test_completed_months_count_up_one_at_a_time() -> None:
    start = date(2024, 1, 31)
    counts = [completed_months(start, start + timedelta(days)) for days in range(800)]
    assert counts[0] == 0
    assert {later - earlier for earlier, later in itertools.pairwise(counts)} == {0, 1}
    assert counts[-1] == 26
    assert completed_months(start, date(2023, 1, 1)) == 0
