"""Questions that are asked again after sending: only they open, and what their answers make newly needed."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from clinic.intake.rules.answers import AnswerSheet, Place
from clinic.intake.rules.navigation import PageRef, is_answered, offered_questions, path, visible_answers
from clinic.intake.rules.vocabulary import Questionnaire

# Who somebody is and how to reach them is changed by the desk, not asked back by a clinician.
# Notices are read once, before sending.
NEVER_ASKED_AGAIN = ("about",)
NOTICES = "notices"


def askable(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[PageRef, ...]:
    """The pages of this person's path whose questions may be asked again."""
    return tuple(
        ref
        for ref in path(questionnaire, sheet)
        if ref.section.key not in NEVER_ASKED_AGAIN and ref.page.key != NOTICES
    )


def asked_pages(
    questionnaire: Questionnaire, sheet: AnswerSheet, asked: Collection[Place]
) -> tuple[PageRef, ...]:
    """The pages with these questions, cut down to them; then what the answers so far newly need.

    A question whose page has meanwhile left the path is not asked any more.
    """
    return tuple(_asked(questionnaire, sheet, asked)) + tuple(_newly_needed(questionnaire, sheet, asked))


def places_on(ref: PageRef) -> frozenset[Place]:
    """Where the answers of a page belong."""
    return frozenset(Place(question.key, ref.entry_id) for question in ref.questions)


def _asked(questionnaire: Questionnaire, sheet: AnswerSheet, asked: Collection[Place]) -> Iterator[PageRef]:
    for ref in askable(questionnaire, sheet):
        keys = {place.question for place in places_on(ref) if place in asked}
        if keys:
            yield _cut_down(ref, keys)


def _newly_needed(
    questionnaire: Questionnaire, sheet: AnswerSheet, asked: Collection[Place]
) -> Iterator[PageRef]:
    answers = visible_answers(questionnaire, sheet)
    for ref in path(questionnaire, sheet):
        if is_answered(questionnaire, sheet, ref):
            continue
        offered = {question.key for question in offered_questions(questionnaire, sheet, ref)}
        places = {place for place in places_on(ref) if place.question in offered and place not in asked}
        empty = {place.question for place in places if answers.get(place) is None}
        if places:
            yield _cut_down(ref, empty or {place.question for place in places})


def _cut_down(ref: PageRef, keys: Collection[str]) -> PageRef:
    kept = tuple(question for question in ref.page.questions if question.key in keys)
    return replace(ref, page=replace(ref.page, questions=kept))
