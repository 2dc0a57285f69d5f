"""The command that explains facts by hand."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from clinic.triage.cli import triage
from clinic.triage.rules import evaluate, parse_facts
from tests.triage.examples import worked_examples

KEYS = [
    *("rule_version", "config_hash", "facts_hash", "phases", "no_phase_reason", "by_time", "by_treatment"),
    *("confidence", "priority", "flags", "details", "reasons", "readings", "would_change_if"),
]


def explain(text: str | bytes, *arguments: str) -> Result:
    return CliRunner().invoke(triage, ["explain", *(arguments or ["-"])], input=text)


def facts(number: int = 3) -> dict[str, Any]:
    return worked_examples()[number - 1].facts


def test_one_object_may_span_lines() -> None:
    result = explain(json.dumps(facts(), indent=2))
    assert result.exit_code == 0
    outcome = json.loads(result.stdout)
    assert list(outcome) == KEYS
    assert outcome == evaluate(parse_facts(facts())).as_json()


def test_a_stream_gives_one_outcome_for_each_line(tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_text("\n\n".join(json.dumps(one.facts) for one in worked_examples()) + "\n")
    result = explain("", str(file))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["phases"] for line in lines] == [one.phases for one in worked_examples()]


def test_a_malformed_object_is_named_by_line_and_field() -> None:
    wrong = facts() | {"treatments": [{"slug": "pt"}, {"slug": "ot", "weeks": "six"}]}
    result = explain(json.dumps(facts()) + "\n" + json.dumps(wrong))
    assert result.exit_code == 2
    assert "line 2, treatments[1].weeks: must be a number" in result.stderr
    assert len(result.stdout.splitlines()) == 1


def test_what_is_not_facts_is_refused_with_its_line() -> None:
    for text, said in (
        ('{"schema_version": "1",\n "reference_date" }', "line 2, column"),
        ("[]", "line 1: must be an object"),
        ("", "line 1: holds no FACTS object"),
        ('{"onset": null, "onset": null}', "line 1, onset: is given twice"),
        ("[" * 100_000, "line 1: is nested too deeply"),
        ('{"overall_pgic": ' + "9" * 5000 + "}", "line 1: is not JSON"),
        (
            '{"schema_version": "1", "reference_date": "2026-03-31", "symptom_free_months": 1e999}',
            "months: must",
        ),
        (
            '{"schema_version": "1", "reference_date": "2026-03-31", "symptom_free_months": NaN}',
            "months: must",
        ),
        (b"\xff\xfe", "line 1: is not UTF-8 text"),
    ):
        result = explain(text)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_a_missing_file_is_said_so() -> None:
    result = explain("", "/nowhere/facts.json")
    assert result.exit_code == 2
    assert "facts.json" in result.stderr
