"""Questionnaire and triage speak of the same things: slugs, fields, allowed values, safety codes."""

from datetime import date

import pytest

from clinic.intake.questionnaire import current
from clinic.intake.rules import AnswerSheet, Choice, Entry, Kind, Question, facts_from_answers
from clinic.kernel.us import STATES
from clinic.safety.rules import RED_FLAGS, tiers_by_code
from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.parsing import parse_facts
from tests.support.personas import Persona, personas, walk

TODAY = date(2026, 12, 1)
LETTERS_ONLY = {"conservative_care_unspecified"}
TICKED = {
    choice.code: (question.key, choice)
    for question in current().questions()
    if question.makes_entries
    for choice in question.choices
    if not choice.exclusive
}


def said_by(question: Question, choice: Choice, treatment: str | None) -> AnswerSheet:
    """A sheet that holds this one answer, about a treatment where it belongs to one."""
    value = (choice.code,) if question.kind is Kind.MANY else choice.code
    if treatment is None:
        return AnswerSheet().with_answers({"wants": ("next_options",), question.key: value})
    ticked = AnswerSheet().with_answers(
        {"any_treatment": "yes", "gap": "from_1_year", TICKED[treatment][0]: (treatment,)}
    )
    common = {"status": "had" if treatment == "sympathetic_block" else "finished", "how_long": "lt4"}
    return ticked.with_entries((Entry("one", treatment),)).with_answers(
        {**common, question.key: value}, "one"
    )


def every_answer() -> list[tuple[Question, Choice, str | None]]:
    """Every choice of every question; on the treatments' pages once for each kind of treatment."""
    examples = {choice.detail: code for code, (_, choice) in TICKED.items() if choice.detail}
    return [
        (question, choice, examples[kind] if kind else None)
        for page in current().pages()
        for question in page.questions
        for choice in question.choices
        for kind in (page.repeat or (None,))
        if all(not part.only_for or kind in part.only_for for part in (question, choice))
    ]


def test_every_treatment_that_a_patient_can_name_is_asked() -> None:
    assert set(TICKED) == set(CATALOGUE) - LETTERS_ONLY


@pytest.mark.parametrize("slug", TICKED)
def test_exactly_the_treatments_that_count_get_a_page(slug: str) -> None:
    _, choice = TICKED[slug]
    assert bool(choice.detail) == bool(CATALOGUE[slug].counts_for)
    if choice.detail:
        assert (choice.detail == "medicine") == CATALOGUE[slug].is_medicine
        assert (choice.detail == "therapy") == CATALOGUE[slug].is_rehabilitation


def test_every_answer_is_one_that_triage_reads() -> None:
    for question, choice, treatment in every_answer():
        mapped = facts_from_answers(current(), said_by(question, choice, treatment), (), TODAY)
        facts = parse_facts(mapped.facts)
        for treated in facts.as_json()["treatments"]:
            given = mapped.facts["treatments"][0]
            assert {name: treated[name] for name in given} == given


def test_every_safety_answer_becomes_a_flag_that_triage_reads() -> None:
    flags = [
        {"code": code, "tier": tier.value, "state": "open"} for code, tier in tiers_by_code(RED_FLAGS).items()
    ]
    facts = parse_facts(facts_from_answers(current(), AnswerSheet(), flags, TODAY).facts)
    assert len(facts.red_flags) == len(flags)


@pytest.mark.parametrize("persona", personas(), ids=lambda persona: persona.title)
def test_what_a_persona_says_is_read(persona: Persona) -> None:
    mapped = facts_from_answers(current(), walk(current(), persona).sheet, (), persona.today)
    facts = parse_facts(mapped.facts)

    assert {treated.slug for treated in facts.treatments} == set(persona.treatments)
    assert facts.date_of_birth is not None


def test_the_default_state_is_one_of_the_list() -> None:
    assert current().question("state_now").default in STATES
