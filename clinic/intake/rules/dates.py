"""Reads dates as people type them in three boxes, and as exactly as they know them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from clinic.intake.rules.values import DateWay, HonestDate, Value

OLDEST_YEARS = 120
MOST = {"weeks": 520, "months": 1200}
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_SMALL = re.compile(r"\d{1,4}", re.ASCII)


class DateError(ValueError):
    """The boxes hold no date. Names the box that is wrong and the sentence that says why."""

    def __init__(self, part: str, sentence: str, **parts: object) -> None:
        super().__init__(sentence)
        self.part, self.sentence, self.parts = part, sentence, parts


@dataclass(frozen=True)
class Boxes:
    """What was typed, trimmed."""

    month: str = ""
    day: str = ""
    year: str = ""
    count: str = ""
    unit: str = ""
    unsure: bool = False

    @classmethod
    def of(cls, typed: Callable[[str], str]) -> "Boxes":
        """Read the boxes by their names."""
        return cls(
            typed("month"),
            typed("day"),
            typed("year"),
            typed("count"),
            typed("unit"),
            unsure=bool(typed("unsure")),
        )

    @property
    def has_date(self) -> bool:
        """Whether any box of the calendar date was filled in."""
        return bool(self.month or self.day or self.year)

    @property
    def has_count(self) -> bool:
        """Whether "how long ago" was filled in. A chosen unit alone says nothing."""
        return bool(self.count)

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.has_date or self.has_count or self.unsure)


def read_birth_date(boxes: Boxes, today: date) -> date:
    """Read a whole date that is not in the future and at most 120 years ago; DateError if it is not one."""
    for part, sentence in (("month", "month_missing"), ("day", "day_missing"), ("year", "year_missing")):
        if not getattr(boxes, part):
            raise DateError(part, sentence)
    born = _real_day(_year(boxes.year, today), _month(boxes.month), boxes.day)
    if born > today:
        raise DateError("year", "in_the_future")
    return born


def read_honest_date(boxes: Boxes, today: date) -> HonestDate:
    """Read a date as exactly as it is known; DateError if it is impossible, in the future or said twice."""
    if boxes.has_date + boxes.has_count + boxes.unsure > 1:
        raise DateError("unsure" if boxes.unsure else "count", "one_way_only")
    if boxes.unsure:
        return HonestDate(DateWay.UNKNOWN)
    if boxes.has_count:
        return _about(boxes, today)
    known = _known_date(boxes, today)
    earliest, _ = known.interval()
    if earliest and earliest > today:
        raise DateError("year", "in_the_future")
    return known


def surely_before(one: Value | None, other: Value | None) -> bool:
    """Whether the one date lies before the other on every day that both can mean."""
    _, latest = _interval(one)
    earliest, _ = _interval(other)
    return latest is not None and earliest is not None and latest < earliest


def _interval(value: Value | None) -> tuple[date | None, date | None]:
    if isinstance(value, HonestDate):
        return value.interval()
    if isinstance(value, str):
        day = date.fromisoformat(value)
        return day, day
    return None, None


def _about(boxes: Boxes, today: date) -> HonestDate:
    if boxes.unit not in MOST:
        raise DateError("unit", "unit_missing")
    highest = MOST[boxes.unit]
    count = int(boxes.count) if _SMALL.fullmatch(boxes.count) else 0
    if not 1 <= count <= highest:
        raise DateError("count", "count_range", highest=highest)
    return HonestDate(DateWay.ABOUT, today.isoformat(), count, boxes.unit)


def _known_date(boxes: Boxes, today: date) -> HonestDate:
    if not boxes.year:
        raise DateError("year", "year_missing")
    if boxes.day and not boxes.month:
        raise DateError("month", "month_before_day")
    year = _year(boxes.year, today)
    if not boxes.month:
        return HonestDate(DateWay.YEAR, f"{year:04}")
    month = _month(boxes.month)
    if not boxes.day:
        return HonestDate(DateWay.MONTH, f"{year:04}-{month:02}")
    return HonestDate(DateWay.DAY, _real_day(year, month, boxes.day).isoformat())


def _year(typed: str, today: date) -> int:
    if not _SMALL.fullmatch(typed) or len(typed) != 4:
        raise DateError("year", "year_unknown")
    oldest = today.year - OLDEST_YEARS
    if int(typed) < oldest:
        raise DateError("year", "too_long_ago", year=oldest)
    if int(typed) > today.year:
        raise DateError("year", "in_the_future")
    return int(typed)


def _month(typed: str) -> int:
    """Accept 9, 09, Sep, Sept., September."""
    word = typed.lower().rstrip(".")
    if _SMALL.fullmatch(word) and 1 <= int(word) <= 12:
        return int(word)
    fitting = [number for number, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    if not fitting:
        raise DateError("month", "month_unknown")
    return fitting[0]


def _real_day(year: int, month: int, typed: str) -> date:
    if not _SMALL.fullmatch(typed) or not 1 <= int(typed) <= 31:
        raise DateError("day", "day_unknown")
    try:
        return date(year, month, int(typed))
    except ValueError as error:
        raise DateError("day", "no_such_day", day=int(typed)) from error
