"""Calendar arithmetic in whole months."""

from calendar import monthrange
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=4096)
def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def add_months(day: date, months: int) -> date:
    """Give the same day that many months later (or earlier); in a shorter month its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, _last_day(year, month + 1)))


def is_clamped(day: date, months: int) -> bool:
    """Is the day that many months later a last day because the month is too short?"""
    return add_months(day, months).day != day.day


def month_reached(start: date, months: int, today: date) -> bool:
    """Have that many calendar months passed since the start? 31 August reaches 3 months on 30 November."""
    return today >= add_months(start, months)


def completed_months(start: date, today: date) -> int:
    """Completed calendar months between two days; 0 when the start lies ahead."""
    months = (today.year - start.year) * 12 + today.month - start.month
    return max(0, months if month_reached(start, months, today) else months - 1)
