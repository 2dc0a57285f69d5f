"""FACTS are read strictly: what section 3 does not allow is refused by field."""

from datetime import date
from typing import Any

import pytest

from clinic.triage.rules import FactsError, parse_facts
from clinic.triage.rules.codes import Answer, Diagnosis, Status
from tests.triage.examples import worked_examples

LEAST: dict[str, Any] = {"schema_version": "1", "reference_date": "2026-03-31"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"schema_version": "2"}, "schema_version"),
        ({"schema_version": None}, "schema_version"),
        ({"reference_date": None}, "reference_date"),
        ({"reference_date": "2026-02-30"}, "reference_date"),
        ({"reference_date": "2026-3-31"}, "reference_date"),
        ({"reference_date": "٢٠٢٦-03-31"}, "reference_date"),
        ({"reference_date": "9999-12-31"}, "reference_date"),
        ({"reference_date": 20260331}, "reference_date"),
        ({"sex": "female"}, "sex"),
        ({"trend": "better"}, "trend"),
        ({"trend": ["stable"]}, "trend"),
        ({"overall_pgic": 0}, "overall_pgic"),
        ({"overall_pgic": 8}, "overall_pgic"),
        ({"overall_pgic": 4.0}, "overall_pgic"),
        ({"overall_pgic": True}, "overall_pgic"),
        ({"symptom_free_months": -1}, "symptom_free_months"),
        ({"symptom_free_months": 10**400}, "symptom_free_months"),
        ({"symptom_groups": {"pain": "yes"}}, "symptom_groups.pain"),
        ({"onset": "2026-01-01"}, "onset"),
        ({"onset": {"precision": "day"}}, "onset.value"),
        ({"onset": {"precision": "month", "value": "2026-01-01"}}, "onset.value"),
        ({"onset": {"precision": "month", "value": "2026-13"}}, "onset.value"),
        ({"onset": {"precision": "year", "value": 2026}}, "onset.value"),
        ({"onset": {"precision": "unknown", "value": "2026"}}, "onset.value"),
        ({"onset": {"precision": "range", "earliest": "2026-01-01"}}, "onset"),
        ({"onset": {"precision": "day", "value": "2026-01-01", "latest": "2026-01-02"}}, "onset"),
        ({"treatments": {}}, "treatments"),
        ({"treatments": [None]}, "treatments[0]"),
        ({"treatments": [{}]}, "treatments[0].slug"),
        ({"treatments": [{"slug": "magic"}]}, "treatments[0].slug"),
        ({"treatments": [{"slug": "pt", "weeks": "6"}]}, "treatments[0].weeks"),
        ({"treatments": [{"slug": "pt", "weeks": float("nan")}]}, "treatments[0].weeks"),
        ({"treatments": [{"slug": "pt", "status": "maybe"}]}, "treatments[0].status"),
        ({"red_flags": [{"code": "RF-PE"}]}, "red_flags[0].tier"),
        ({"red_flags": [{"code": "RF-X", "tier": "T0"}]}, "red_flags[0].code"),
        ({"ketamine_answers": {"K-X": "yes"}}, "ketamine_answers.K-X"),
        ({"ketamine_answers": []}, "ketamine_answers"),
        ({"implants": [{"kind": "chip"}]}, "implants[0].kind"),
    ],
)
def test_what_is_not_allowed_is_refused_by_field(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts({**LEAST, **changes})
    assert caught.value.path == path


@pytest.mark.parametrize("value", [None, [], "facts", 1])
def test_only_an_object_is_facts(value: object) -> None:
    with pytest.raises(FactsError, match="must be an object"):
        parse_facts(value)


def test_a_missing_key_is_unknown() -> None:
    facts = parse_facts({**LEAST, "treatments": [{"slug": "pt"}]})
    assert facts.diagnosis_status is Diagnosis.UNKNOWN
    assert facts.spread is Answer.UNKNOWN
    assert facts.treatments[0].status is Status.UNSURE
    assert not facts.onset.known


def test_facts_survive_being_written_and_read() -> None:
    for example in worked_examples():
        facts = parse_facts(example.facts)
        assert parse_facts(facts.as_json()) == facts


@pytest.mark.parametrize(
    ("onset", "first", "last"),
    [
        ({"precision": "month", "value": "2024-02"}, date(2024, 2, 1), date(2024, 2, 29)),
        ({"precision": "year", "value": "2024"}, date(2024, 1, 1), date(2024, 12, 31)),
        ({"precision": "before", "value": "2024-02-10"}, None, date(2024, 2, 10)),
        ({"precision": "unknown"}, None, None),
    ],
)
def test_a_date_stands_for_its_days(onset: dict[str, Any], first: date | None, last: date | None) -> None:
    found = parse_facts({**LEAST, "onset": onset}).onset
    assert (found.first, found.last) == (first, last)
