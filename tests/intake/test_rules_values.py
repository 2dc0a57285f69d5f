"""Honest dates stand for the days they can mean; every answer survives being stored."""

import json
from datetime import date

import pytest

from clinic.intake.rules import DateWay, HonestDate, Value, from_stored, to_stored

SAID = "2026-03-31"


@pytest.mark.parametrize(
    ("known", "earliest", "latest"),
    [
        (HonestDate(DateWay.DAY, "2025-06-20"), date(2025, 6, 20), date(2025, 6, 20)),
        (HonestDate(DateWay.MONTH, "2024-02"), date(2024, 2, 1), date(2024, 2, 29)),
        (HonestDate(DateWay.YEAR, "2020"), date(2020, 1, 1), date(2020, 12, 31)),
        (HonestDate(DateWay.ABOUT, SAID, 3, "weeks"), date(2026, 3, 7), date(2026, 3, 13)),
        (HonestDate(DateWay.ABOUT, SAID, 1, "months"), date(2026, 2, 21), date(2026, 3, 7)),
        (HonestDate(DateWay.ABOUT, SAID, 12, "months"), date(2025, 2, 28), date(2025, 4, 30)),
        (HonestDate(DateWay.UNKNOWN), None, None),
    ],
)
def test_interval(known: HonestDate, earliest: date | None, latest: date | None) -> None:
    assert known.interval() == (earliest, latest)


@pytest.mark.parametrize(
    "value",
    [None, "red", 7, ("a", "b"), HonestDate(DateWay.ABOUT, SAID, 7, "weeks"), HonestDate(DateWay.UNKNOWN)],
)
def test_an_answer_survives_being_stored(value: Value | None) -> None:
    assert from_stored(json.loads(json.dumps(to_stored(value)))) == value


def test_what_never_was_an_answer_is_refused() -> None:
    with pytest.raises(TypeError):
        from_stored(1.5)
