"""Every worked example comes out as the table says, column by column."""

import pytest

from clinic.triage.rules import evaluate, parse_facts
from tests.triage.examples import Example, worked_examples

EXAMPLES = [pytest.param(one, id=str(one.number)) for one in worked_examples()]


def test_the_table_is_whole() -> None:
    assert [one.number for one in worked_examples()] == list(range(1, 56))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_column(example: Example) -> None:
    outcome = evaluate(parse_facts(example.facts)).as_json()
    columns = ("phases", "by_time", "by_treatment", "confidence", "priority", "flags", "details")
    assert {name: outcome[name] for name in columns} == {name: getattr(example, name) for name in columns}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_next_date(example: Example) -> None:
    flips = evaluate(parse_facts(example.facts)).as_json()["would_change_if"]
    dates = [(flip["on"], flip["phases"]) for flip in flips if flip["kind"] == "date"]
    assert (dates[0] if dates else None) == example.next_date
