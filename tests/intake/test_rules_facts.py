"""Answers become the facts of the triage rules, each with its place; what nobody said stays unknown."""

from datetime import date
from typing import Any

import pytest

from clinic.intake.questionnaire import current
from clinic.intake.rules import (
    AnswerSheet,
    DateWay,
    Entry,
    FactsWithSources,
    HonestDate,
    Place,
    Value,
    facts_from_answers,
    red_flags_in,
    red_flags_of,
)
from clinic.safety.rules import RED_FLAGS
from tests.support.personas import personas, walk

TODAY = date(2026, 12, 1)
Treated = dict[str, dict[str, Value]]


def sheet_of(answers: dict[str, Value], treatments: Treated | None = None) -> AnswerSheet:
    """Answer some questions; treatments are ticked and their pages answered."""
    sheet = AnswerSheet().with_answers(answers)
    for number, (code, said) in enumerate((treatments or {}).items()):
        question = next(
            question
            for question in current().questions()
            if question.makes_entries and question.choice(code) is not None
        )
        before = sheet.value(question.key) or ()
        assert isinstance(before, tuple)
        sheet = sheet.with_answers({"any_treatment": "yes", question.key: (*before, code)})
        sheet = sheet.with_entries((Entry(f"id-{number}", code),)).with_answers(said, f"id-{number}")
    return sheet


def map_answers(answers: dict[str, Value], treatments: Treated | None = None) -> FactsWithSources:
    return facts_from_answers(current(), sheet_of(answers, treatments), (), TODAY)


def test_nothing_said_is_nothing_known() -> None:
    mapped = map_answers({})

    assert mapped.sources == {}
    assert mapped.facts["onset"] == {"precision": "unknown", "basis": "unknown"}
    assert mapped.facts["treatments"] == []
    assert mapped.facts["reference_date"] == "2026-12-01"
    unknown = ("diagnosis_status", "trend", "symptoms_now", "spread", "nothing_tried", "treatment_list")
    assert {mapped.facts[name] for name in unknown} == {"unknown"}
    assert [mapped.facts[name] for name in ("overall_pgic", "date_of_birth", "symptom_free_months")] == [
        None
    ] * 3


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (HonestDate(DateWay.DAY, "2025-06-20"), {"precision": "day", "value": "2025-06-20"}),
        (HonestDate(DateWay.MONTH, "2025-06"), {"precision": "month", "value": "2025-06"}),
        (HonestDate(DateWay.YEAR, "2025"), {"precision": "year", "value": "2025"}),
        (HonestDate(DateWay.UNKNOWN), {"precision": "unknown"}),
        (
            HonestDate(DateWay.ABOUT, "2026-12-01", 7, "weeks"),
            {"precision": "range", "earliest": "2026-10-10", "latest": "2026-10-16"},
        ),
        (
            HonestDate(DateWay.ABOUT, "2026-11-30", 1, "months"),
            {"precision": "range", "earliest": "2026-10-23", "latest": "2026-11-06"},
        ),
    ],
)
def test_first_signs_keep_their_precision(said: HonestDate, expected: dict[str, str]) -> None:
    mapped = map_answers({"first_symptoms": said, "first_symptoms_basis": "injury"})
    basis = "unknown" if said.way is DateWay.UNKNOWN else "injury"

    assert mapped.facts["onset"] == expected | {"basis": basis}
    assert mapped.source_of("onset.value") == Place("first_symptoms")


@pytest.mark.parametrize(
    ("question", "code", "fact", "expected"),
    [
        ("diagnosis", "other", "diagnosis_status", "other_diagnosis"),
        ("diagnosis", "not_sure", "diagnosis_status", "unknown"),
        ("spread", "yes", "spread", "yes"),
        ("signs_now", "not_sure", "symptoms_now", "unknown"),
        ("gap", "never", "symptom_free_months", 0),
        ("gap", "from_1_year", "symptom_free_months", 12),
        ("gap", "not_sure", "symptom_free_months", None),
        ("trend", "relapsed", "trend", "relapsed"),
        ("overall_change", "very_much_better", "overall_pgic", 1),
        ("overall_change", "very_much_worse", "overall_pgic", 7),
        ("overall_change", "not_sure", "overall_pgic", None),
    ],
)
def test_choices_say_their_fact(question: str, code: str, fact: str, expected: object) -> None:
    assert map_answers({"any_treatment": "yes", question: code}).facts[fact] == expected


def test_the_birth_date_and_the_symptom_groups() -> None:
    mapped = map_answers(
        {
            "birth_date": "1979-05-02",
            "diagnosis": "suspected",
            "sign_touch": "yes",
            "sign_movement": "not_sure",
        }
    )
    groups = {
        "sensory": "yes",
        "vasomotor": "unknown",
        "sudomotor_edema": "unknown",
        "motor_trophic": "unknown",
    }

    assert mapped.facts["date_of_birth"] == "1979-05-02"
    assert mapped.facts["symptom_groups"] == groups
    assert mapped.source_of("symptom_groups.sensory") == Place("sign_touch")


def test_answers_hidden_by_a_branch_say_nothing() -> None:
    mapped = map_answers({"diagnosis": "confirmed", "sign_touch": "yes"})
    assert mapped.facts["symptom_groups"]["sensory"] == "unknown"


THERAPY: dict[str, Value] = {
    "status": "travel",
    "how_long": "6to12",
    "how_regular": "rarely",
    "response": "a_little_worse",
    "flare": "yes",
}


def test_a_therapy_with_all_that_was_said_about_it() -> None:
    mapped = map_answers({"gap": "from_3_months"}, {"nsaid": {}, "pt": THERAPY | {"episode": "this_time"}})

    assert mapped.facts["treatments"][1] == {
        "slug": "pt",
        "status": "past",
        "stop_reason": "travel_access",
        "for_crps": "yes",
        "weeks_band": "6to12",
        "adherence": "rarely",
        "pgic": 5,
        "flare": "yes",
        "episode": "current",
    }
    assert mapped.source_of("treatments[1]") == Place("tried_therapy")
    assert mapped.source_of("treatments[1].pgic") == Place("response", "id-1")
    assert mapped.source_of("treatments[1].weeks") == Place("how_long", "id-1")
    assert mapped.source_of("treatments[1].stop_reason") == Place("status", "id-1")
    assert mapped.source_of("treatments[1].stated_adequate") == Place("tried_therapy")
    assert mapped.source_of("ketamine_answers.K-BP") is None


def test_a_block_with_how_often_and_how_long_it_helped() -> None:
    said: dict[str, Value] = {
        "status": "had",
        "how_many": "3",
        "relief": "weeks",
        "response": "a_little_better",
    }
    assert map_answers({}, {"sympathetic_block": said}).facts["treatments"] == [
        {
            "slug": "sympathetic_block",
            "status": "past",
            "for_crps": "yes",
            "procedures_count": 3,
            "relief_weeks": 1,
            "pgic": 3,
        }
    ]


@pytest.mark.parametrize(
    ("code", "status", "for_crps"),
    [("planned", "planned", "yes"), ("declined", "declined", "yes"), ("not_offered", "not_offered", "yes"),
     ("elsewhere", "past", "no"), ("not_sure", "unsure", "yes")],
)  # fmt: skip
def test_a_treatment_that_was_not_had_for_this(code: str, status: str, for_crps: str) -> None:
    [treatment] = map_answers({}, {"scs": {"status": code, "response": "no_change"}}).facts["treatments"]
    assert treatment == {"slug": "scs", "status": status, "for_crps": for_crps}


def test_a_tick_without_a_page_is_known_to_be_ticked_and_no_more() -> None:
    assert map_answers({}, {"vitamin_c": {}}).facts["treatments"] == [
        {"slug": "vitamin_c", "status": "unsure", "for_crps": "yes"}
    ]


NONE_TICKED: dict[str, Value] = {
    "tried_pain_medicines": ("none",),
    "tried_other_medicines": ("none",),
    "tried_therapy": ("none",),
    "tried_mind": ("none",),
    "tried_injections": ("none",),
    "tried_devices": ("none",),
}


@pytest.mark.parametrize(
    ("answers", "nothing_tried", "treatment_list"),
    [
        ({"any_treatment": "no"}, "yes", "complete"),
        ({"any_treatment": "not_sure", **NONE_TICKED, "told_all": "yes"}, "yes", "complete"),
        ({"any_treatment": "yes", **NONE_TICKED, "told_all": "no"}, "unknown", "incomplete"),
        ({"any_treatment": "not_sure", **NONE_TICKED, "told_all": "not_sure"}, "unknown", "unknown"),
        ({"any_treatment": "yes"}, "unknown", "unknown"),
    ],
)
def test_whether_nothing_was_tried(
    answers: dict[str, Value], nothing_tried: str, treatment_list: str
) -> None:
    facts = map_answers(answers).facts
    assert (facts["nothing_tried"], facts["treatment_list"]) == (nothing_tried, treatment_list)


def test_something_tried() -> None:
    assert map_answers({}, {"pt": {}}).facts["nothing_tried"] == "no"


@pytest.mark.parametrize(
    ("implants", "reason", "treated", "expected"),
    [
        (("none",), None, {}, []),
        (("heart",), None, {}, [("pacemaker_or_icd", "unknown")]),
        (("scs",), "no", {}, [("scs", "no")]),
        (("scs",), "not_sure", {}, [("scs", "unknown")]),
        (("scs",), None, {"scs": {"status": "in_place"}}, [("scs", "yes")]),
        (("scs",), None, {"scs": {"status": "elsewhere"}}, [("scs", "no")]),
        (("drg", "pump"), "yes", {}, [("drg", "yes"), ("intrathecal_pump", "yes")]),
    ],
)
def test_implants(
    implants: tuple[str, ...], reason: str | None, treated: Treated, expected: list[tuple[str, str]]
) -> None:
    answers: dict[str, Value] = {"wants": ("next_options",), "implants": implants}
    mapped = map_answers(answers | ({"implant_reason": reason} if reason else {}), treated)

    assert [(each["kind"], each["for_crps"]) for each in mapped.facts["implants"]] == expected


def test_flags_come_from_safety_and_not_from_the_answers() -> None:
    sheet = sheet_of({"safety_body": ("stroke",)})
    flag = {"code": "RF-PE", "tier": "T0", "state": "closed_by_clinician"}

    assert facts_from_answers(current(), sheet, (), TODAY).facts["red_flags"] == []
    assert facts_from_answers(current(), sheet, (flag,), TODAY).facts["red_flags"] == [flag]


def test_every_safety_answer_names_its_code() -> None:
    values: dict[str, Value | None] = {
        question.key: tuple(choice.code for choice in question.choices if choice.red_flag)
        for question in current().questions()
        if question.key.startswith("safety_")
    }
    assert set(red_flags_in(current(), values)) == set(RED_FLAGS)


def test_safety_codes_of_a_sheet() -> None:
    sheet = sheet_of({"safety_body": ("stroke", "fever"), "safety_thoughts": "now", "safety_danger": "no"})
    assert red_flags_of(current(), sheet) == ("RF-STROKE", "RF-SEPSIS", "RF-SUICIDE-NOW")
    assert red_flags_of(current(), sheet_of({"safety_limb": ("none",)})) == ()


def test_every_fact_that_was_said_has_its_source() -> None:
    for persona in personas():
        mapped = facts_from_answers(current(), walk(current(), persona).sheet, (), TODAY)
        for number, treatment in enumerate(mapped.facts["treatments"]):
            assert all(mapped.source_of(f"treatments[{number}].{name}") for name in treatment)
        top: dict[str, Any] = {
            name: mapped.facts[name] for name in ("onset", "trend", "spread", "treatment_list")
        }
        assert all(mapped.source_of(name) for name in top)
