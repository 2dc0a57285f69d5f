"""The parts of the intake and how far each has come; the words for a birth date that does not fit."""

from dataclasses import dataclass

from clinic.intake.presenters.controls import LANGUAGE
from clinic.intake.rules import (
    AnswerSheet,
    PageRef,
    Place,
    Questionnaire,
    first_unanswered,
    is_answered,
    path,
    visible_answers,
)


@dataclass(frozen=True, slots=True)
class Task:
    """One part. Without `ref` it cannot be opened yet."""

    title: str
    status: str
    look: str  # the class of the status word
    ref: PageRef | None


def tasks(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[Task]:
    """Every part in order; a part behind the first gap cannot start yet."""
    gap = first_unanswered(questionnaire, sheet)
    gap_part = questionnaire.sections.index(gap.section) if gap else len(questionnaire.sections)
    refs = path(questionnaire, sheet)
    found = []
    for number, section in enumerate(questionnaire.sections):
        own = [ref for ref in refs if ref.section.key == section.key]
        title = section.title[LANGUAGE]
        if number > gap_part:
            found.append(Task(title, "Cannot start yet", "", None))
        elif all(is_answered(questionnaire, sheet, ref) for ref in own):
            found.append(Task(title, "Completed", "tag--teal", own[0] if own else None))
        elif _is_begun(questionnaire, sheet, own):
            found.append(Task(title, "In progress", "tag--amber", gap))
        else:
            found.append(Task(title, "Not yet started", "", gap))
    return found


def wrong_birth_date(left: int) -> str:
    """What a person reads after a birth date that does not fit."""
    if not left:
        return "That is not the birth date on this form. There are no more tries."
    tries = "1 more try" if left == 1 else f"{left} more tries"
    return f"That is not the birth date on this form. You have {tries}."


def _is_begun(questionnaire: Questionnaire, sheet: AnswerSheet, refs: list[PageRef]) -> bool:
    answers = visible_answers(questionnaire, sheet)
    return any(Place(question.key, ref.entry_id) in answers for ref in refs for question in ref.questions)
