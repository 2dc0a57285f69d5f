"""What an answer may be, and how it is stored: a code, a number, a set of codes, words, or an honest date."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinic.kernel.calendar import add_months

NO_EMAIL = "none"
"""Stored in place of an address when the person says that they have no e-mail."""


class DateWay(StrEnum):
    """How exactly a person knows a date."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ABOUT = "about"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class HonestDate:
    """A date as exactly as the person knows it. `about` counts back from the day on which it was said."""

    way: DateWay
    value: str = ""
    """`2025-06-20`, `2025-06` or `2025`, by `way`; for `about` the day on which it was said."""
    count: int = 0
    unit: str = ""
    """`weeks` or `months`, for `about` only."""

    def interval(self) -> tuple[date | None, date | None]:
        """Earliest and latest day it can mean (triage rules, section 3); None where there is no limit."""
        if self.way is DateWay.UNKNOWN:
            return None, None
        if self.way is DateWay.ABOUT:
            return self._about()
        parts = [int(part) for part in self.value.split("-")]
        if self.way is DateWay.DAY:
            day = date(*parts)
            return day, day
        if self.way is DateWay.MONTH:
            year, month = parts
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(parts[0], 1, 1), date(parts[0], 12, 31)

    def _about(self) -> tuple[date, date]:
        """n weeks give 3 days each way; n months 7 days, or one month from 12 months on."""
        said = date.fromisoformat(self.value)
        if self.unit == "weeks":
            middle, slack = said - timedelta(weeks=self.count), timedelta(days=3)
            return middle - slack, min(middle + slack, said)
        if self.count >= 12:
            return add_months(said, -self.count - 1), add_months(said, -self.count + 1)
        middle, slack = add_months(said, -self.count), timedelta(days=7)
        return middle - slack, min(middle + slack, said)


Value = str | int | tuple[str, ...] | HonestDate
"""A clean answer. None beside it means: the page was answered and this question left empty."""

Stored = str | int | list[str] | dict[str, str | int] | None


def to_stored(value: Value | None) -> Stored:
    """Give the JSON form of an answer."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, HonestDate):
        return {"way": str(value.way), "value": value.value, "count": value.count, "unit": value.unit}
    return value


def from_stored(stored: object) -> Value | None:
    """Read an answer back from its JSON form; TypeError if it never was one."""
    if stored is None or isinstance(stored, str | int):
        return stored
    if isinstance(stored, list):
        return tuple(str(code) for code in stored)
    if isinstance(stored, Mapping):
        return HonestDate(
            DateWay(stored["way"]), str(stored["value"]), int(stored["count"]), str(stored["unit"])
        )
    raise TypeError(f"not an answer: {type(stored).__name__}")
