"""Red flags in the answers reach clinical staff with the page that tells them."""

import pytest
from flask import Flask

from clinic.intake import queries
from clinic.intake.questionnaire import current
from clinic.intake.rules import Choice, Question
from clinic.platform.extensions import now
from clinic.safety.queries import blocks_self_booking, flags_of
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS, FlagState
from tests.intake.filling import CONTACT, NOTHING_NEW, REACH, WHO, begin, save

TOLD = [
    (page.slug, question, choice)
    for page in current().pages()
    for question in page.questions
    for choice in question.choices
    if choice.red_flag
]
BLOCKING = [told for told in TOLD if RED_FLAGS[str(told[2].red_flag)].tier in BLOCKING_TIERS]


def names(told: tuple[str, Question, Choice]) -> str:
    return f"{told[1].key}-{told[2].code}"


@pytest.mark.parametrize("told", BLOCKING, ids=names)
def test_each_flag_alone_is_raised_with_its_page(app: Flask, told: tuple[str, Question, Choice]) -> None:
    slug, question, choice = told
    intake_id = begin(now())
    saved = save(intake_id, slug, {question.key: [choice.code]}, now())
    assert saved.red_flags == (choice.red_flag,)
    patient_id = queries.intake_card(intake_id).patient_id
    assert patient_id is not None
    assert [flag.code for flag in flags_of(patient_id)] == [RED_FLAGS[str(choice.red_flag)].flag]
    assert blocks_self_booking(patient_id)


def test_retracting_keeps_the_flag_open(app: Flask) -> None:
    intake_id = begin(now(), CONTACT | NOTHING_NEW | {"today-4": {"safety_thoughts": ["now"]}})
    save(intake_id, "today-4", {"safety_thoughts": ["no"]}, now())
    patient_id = queries.intake_card(intake_id).patient_id
    assert patient_id is not None
    [flag] = flags_of(patient_id)
    assert flag.state is FlagState.OPEN
    assert flag.retracted_at is not None
    assert blocks_self_booking(patient_id)


def test_saying_the_same_again_raises_nothing_new(app: Flask) -> None:
    intake_id = begin(now())
    for _ in range(2):
        save(intake_id, "today-1", {"safety_body": ["stroke"]}, now())
    patient_id = queries.intake_card(intake_id).patient_id
    assert patient_id is not None
    assert len(flags_of(patient_id)) == 1


def test_told_before_anybody_could_be_called_it_is_raised_as_soon_as_somebody_can(app: Flask) -> None:
    intake_id = begin(now(), {"you": WHO})
    saved = save(intake_id, "today-1", {"safety_body": ["chest"]}, now())
    assert saved.red_flags == ("RF-PE",)
    save(intake_id, "reach-you", REACH, now())
    patient_id = queries.intake_card(intake_id).patient_id
    assert patient_id is not None
    assert [flag.code for flag in flags_of(patient_id)] == ["RF-PE"]


def test_an_empty_list_is_no_answer(app: Flask) -> None:
    intake_id = begin(now())
    saved = save(intake_id, "today-1", {}, now())
    assert not saved.checked.sound
    assert not queries.answer_sheet(intake_id).was_asked("safety_body")
