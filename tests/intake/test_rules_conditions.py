"""Conditions are three-valued, and only what can be read is accepted."""

import pytest

from clinic.intake.rules.conditions import (
    ConditionError,
    NotAsked,
    Truth,
    codes_in,
    questions_in,
    read_condition,
    truth,
)
from clinic.intake.rules.values import DateWay, HonestDate, Value

ANSWERS: dict[str, Value | None] = {
    "colour": "red",
    "ticked": ("a", "b"),
    "empty": None,
    "since": HonestDate(DateWay.YEAR, "2020"),
    "count": 3,
}


def evaluate(declared: object) -> Truth:
    return truth(read_condition(declared), lambda key: ANSWERS.get(key, NotAsked.NOT_ASKED))


RED, BLUE, UNKNOWN = {"equals": ["colour", "red"]}, {"equals": ["colour", "blue"]}, {"equals": ["who", "x"]}


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (None, Truth.YES),
        (RED, Truth.YES),
        (BLUE, Truth.NO),
        ({"equals": ["colour", "blue", "red"]}, Truth.YES),
        ({"equals": ["since", "year"]}, Truth.YES),
        ({"equals": ["since", "unknown"]}, Truth.NO),
        ({"equals": ["count", "3"]}, Truth.YES),
        ({"equals": ["empty", "red"]}, Truth.UNKNOWN),
        (UNKNOWN, Truth.UNKNOWN),
        ({"includes": ["ticked", "b", "c"]}, Truth.YES),
        ({"includes": ["ticked", "c"]}, Truth.NO),
        ({"includes": ["who", "c"]}, Truth.UNKNOWN),
        ({"answered": "colour"}, Truth.YES),
        ({"answered": "empty"}, Truth.NO),
        ({"answered": "who"}, Truth.NO),
        ({"not": BLUE}, Truth.YES),
        ({"not": UNKNOWN}, Truth.UNKNOWN),
        ({"all": [RED, UNKNOWN]}, Truth.UNKNOWN),
        ({"all": [BLUE, UNKNOWN]}, Truth.NO),
        ({"all": [RED, RED]}, Truth.YES),
        ({"any": [RED, UNKNOWN]}, Truth.YES),
        ({"any": [BLUE, UNKNOWN]}, Truth.UNKNOWN),
        ({"any": [BLUE, BLUE]}, Truth.NO),
    ],
)
def test_truth(declared: object, expected: Truth) -> None:
    assert evaluate(declared) is expected


@pytest.mark.parametrize(
    "declared",
    [
        "colour",
        {},
        {"equals": ["colour", "red"], "not": {}},
        {"equals": ["colour"]},
        {"equals": "colour"},
        {"equals": ["colour", 3]},
        {"answered": ["colour"]},
        {"any": []},
        {"any": [None]},
        {"matches": ["colour", ".*"]},
        {"not": None},
    ],
)
def test_what_cannot_be_read_is_refused(declared: object) -> None:
    with pytest.raises(ConditionError):
        read_condition(declared)


def test_names_and_codes_are_found_at_any_depth() -> None:
    condition = read_condition(
        {"any": [{"not": {"all": [RED, {"answered": "x"}]}}, {"includes": ["y", "p", "q"]}]}
    )

    assert questions_in(condition) == {"colour", "x", "y"}
    assert codes_in(condition) == (("colour", "red"), ("y", "p"), ("y", "q"))
    assert questions_in(None) == frozenset()
