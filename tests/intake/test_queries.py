"""Reads of intakes."""

from uuid import uuid4

import pytest
from flask import Flask

from clinic.intake import presenters, queries
from clinic.intake.rules import DateWay, HonestDate
from clinic.kernel.errors import NotFound
from clinic.platform.extensions import now
from tests.intake.filling import CONTACT, NOTHING_NEW, begin, save
from tests.support.statements import statements


def test_an_unknown_intake_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        queries.intake_card(uuid4())


def test_the_newest_answer_counts_and_all_kinds_come_back(app: Flask) -> None:
    intake_id = begin(now(), CONTACT | NOTHING_NEW)
    about = {
        "first_symptoms_count": ["5"],
        "first_symptoms_unit": ["months"],
        "first_symptoms_basis": ["injury"],
    }
    save(intake_id, "story-1", {"first_symptoms_unsure": ["yes"]}, now())
    save(intake_id, "story-1", about, now())
    sheet = queries.answer_sheet(intake_id)
    assert sheet.value("first_symptoms") == HonestDate(DateWay.ABOUT, "2026-12-01", 5, "months")
    assert sheet.value("may_we") == ("voicemail", "text")
    assert sheet.value("city_now") == "Opelika"


def test_one_persons_answers_are_not_another_persons(app: Flask) -> None:
    mine, other = begin(now()), begin(now(), {})
    assert queries.answer_sheet(mine).answers
    assert not queries.answer_sheet(other).answers


def test_a_sheet_is_read_in_two_statements_however_long_it_is(app: Flask) -> None:
    intake_id = begin(now(), CONTACT | NOTHING_NEW)
    with statements() as seen:
        queries.answer_sheet(intake_id)
    assert len(seen) == 2


def test_dates_read_back_as_exactly_as_they_were_told(app: Flask) -> None:
    intake_id = begin(now())
    question = queries.intake_card(intake_id).questionnaire.question("first_symptoms")
    told = {
        HonestDate(DateWay.DAY, "2025-06-20"): "June 20, 2025",
        HonestDate(DateWay.MONTH, "2025-06"): "June 2025",
        HonestDate(DateWay.YEAR, "2025"): "2025",
        HonestDate(DateWay.ABOUT, "2026-12-01", 1, "months"): "About 1 month before December 1, 2026",
        HonestDate(DateWay.ABOUT, "2026-12-01", 5, "weeks"): "About 5 weeks before December 1, 2026",
        HonestDate(DateWay.UNKNOWN): "I am not sure",
    }
    assert {said: presenters.answer_words(question, said) for said in told} == {
        said: (words,) for said, words in told.items()
    }
