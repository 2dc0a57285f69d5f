"""Facts told back as answers give the same facts: the questionnaire loses nothing that a patient can say."""

from typing import Any

import pytest

from clinic.intake.questionnaire import current
from clinic.intake.rules import facts_from_answers
from clinic.triage.rules import evaluate, parse_facts
from tests.support.personas import walk
from tests.support.retelling import CannotBeSaidError, banded, retell
from tests.triage.examples import Example, worked_examples

COMMON: dict[str, Any] = {
    "reference_date": "2026-03-31",
    "date_of_birth": "1979-05-02",
    "diagnosis_status": "confirmed",
    "onset": {"precision": "day", "value": "2025-11-28", "basis": "symptoms"},
    "overall_pgic": 4,
    "trend": "unknown",
    "symptoms_now": "unknown",
    "spread": "unknown",
    "symptom_free_months": None,
    "treatment_list": "complete",
}


def treated(slug: str, weeks: float | None = None, **said: Any) -> dict[str, Any]:
    return {"slug": slug, "status": "past", "weeks": weeks, **said}


# In the order and with the numbers of the worked examples of the triage rules.
TOLD: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "2 untreated and worsening": ({"trend": "worsening", "overall_pgic": None}, []),
    "9 a medicine that was not borne": (
        {},
        [treated("pregabalin", 2, stop_reason="side_effects"), treated("pt", 9, flare="unknown")],
    ),
    "7 a therapy that set off flares": (
        {"overall_pgic": 6, "trend": "worsening"},
        [treated("tca_low_dose", 2), treated("ot", 2, flare="yes")],
    ),
    "13 three kinds": (
        {"overall_pgic": 3, "trend": "stable"},
        [treated("pregabalin", 11), treated("ot", 11), treated("topical", 6)],
    ),
    "15 a therapy that could not be had": (
        {},
        [treated("tca_low_dose", 9), treated("pt", status="not_offered")],
    ),
    "16 a therapy seldom attended": ({}, [treated("pt", 9, adherence="rarely")]),
    "18 an incomplete list": ({"treatment_list": "incomplete", "overall_pgic": None}, []),
    "26 a block": (
        {},
        [
            treated("gabapentin", 30),
            treated("pt", 30),
            treated("sympathetic_block", procedures_count=2, pgic=3, relief_weeks=1),
        ],
    ),
    "36 first signs not known": (
        {"onset": {"precision": "unknown", "basis": "unknown"}, "treatment_list": "incomplete"},
        [],
    ),
    "40 a year": ({"onset": {"precision": "year", "value": "2025", "basis": "symptoms"}}, [treated("pt", 9)]),
    "42 it came back": (
        {
            "onset": {"precision": "month", "value": "2018-03", "basis": "symptoms"},
            "symptom_free_months": 12,
            "current_episode_onset": {"precision": "day", "value": "2025-08-25"},
        },
        [treated("gabapentin", 16, episode="current"), treated("pt", 16, episode="previous")],
    ),
    "52 not diagnosed": (
        {
            "diagnosis_status": "not_diagnosed",
            "symptom_groups": dict.fromkeys(
                ("sensory", "vasomotor", "sudomotor_edema", "motor_trophic"), "yes"
            ),
            "overall_pgic": None,
        },
        [],
    ),
    "55 it has gone": ({"trend": "remission", "symptoms_now": "no"}, [treated("pt", 20, pgic=1)]),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_was_told_is_what_is_mapped(name: str) -> None:
    changes, treatments = TOLD[name]
    told = COMMON | changes | {"treatments": treatments}
    persona = retell(current(), told)
    mapped = facts_from_answers(current(), walk(current(), persona).sheet, (), persona.today).facts

    assert {key: mapped[key] for key in COMMON | changes} == COMMON | changes
    for each in treatments:
        [found] = [treatment for treatment in mapped["treatments"] if treatment["slug"] == each["slug"]]
        said = {key: value for key, value in each.items() if key != "weeks" and value != "unknown"}
        assert {key: found.get(key) for key in said} == said
        if each["weeks"] is not None:
            assert found["weeks_band"] == banded(each["weeks"])


@pytest.mark.parametrize(
    "told",
    [
        {"nothing_tried": "yes", "treatments": [treated("pt", 9)]},
        {"treatments": [treated("conservative_care_unspecified", 9)]},
        {"treatments": [treated("pt", 9, stated_adequate="yes")]},
        {"treatments": [], "implants": [{"kind": "scs", "for_crps": "no"}]},
        {"treatments": [], "onset": {"precision": "before", "value": "2024-01-01"}},
    ],
)
def test_what_a_patient_cannot_say_is_named(told: dict[str, Any]) -> None:
    with pytest.raises(CannotBeSaidError):
        retell(current(), COMMON | told)


# What only a letter says (35, 37), what the form refuses (43: first signs after today), and two answers that
# it never asks of one person (45: nothing tried, and yet something).
NOT_FOR_PATIENTS = {35, 37, 43, 45}
# Asked later, and of those alone who want to talk about it.
ASKED_LATER = {"ketamine_precaution"}


@pytest.mark.parametrize("example", worked_examples(), ids=lambda example: str(example.number))
def test_a_patient_who_says_a_worked_example_gets_its_outcome(example: Example) -> None:
    if example.number in NOT_FOR_PATIENTS:
        with pytest.raises((CannotBeSaidError, AssertionError)):
            walk(current(), retell(current(), example.facts))
        return
    persona = retell(current(), example.facts)
    sheet = walk(current(), persona).sheet
    facts = facts_from_answers(current(), sheet, example.facts["red_flags"], persona.today).facts
    outcome = evaluate(parse_facts(facts)).as_json()

    assert outcome["flags"] == [flag for flag in example.flags if flag not in ASKED_LATER]
    for column in ("phases", "by_time", "by_treatment", "confidence", "priority", "details"):
        assert outcome[column] == getattr(example, column), column
