"""Asking back: what a clinician may choose from, and what a patient is asked."""

from collections.abc import Collection
from dataclasses import dataclass

from clinic.intake.presenters import answer_words
from clinic.intake.rules import AnswerSheet, PageRef, Place, Questionnaire, askable, visible_answers
from clinic.referrals.presenters.answers import LANGUAGE


@dataclass(frozen=True, slots=True)
class AskChoice:
    """A question that may be asked again; `value` names its place in the form."""

    value: str
    label: str
    answer: str
    named: bool
    """The rules name it: its answer is missing, or contradicts another."""


@dataclass(frozen=True, slots=True)
class AskGroup:
    """The questions of one section or of one treatment."""

    title: str
    choices: tuple[AskChoice, ...]


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One page that a patient is asked, in the patient's words."""

    ref: PageRef
    title: str
    answers: tuple[str, ...]
    done: bool


def value_of(place: Place) -> str:
    """How a place is written in a form."""
    return f"{place.question}:{place.entry or ''}"


def place_of(value: str) -> Place:
    """The place that a form names."""
    question, _, entry = value.partition(":")
    return Place(question, entry or None)


def ask_groups(
    questionnaire: Questionnaire, sheet: AnswerSheet, named: Collection[Place]
) -> tuple[AskGroup, ...]:
    """Every question that may be asked again, those that the rules name marked."""
    answers = visible_answers(questionnaire, sheet)
    found: dict[str, list[AskChoice]] = {}
    for ref in askable(questionnaire, sheet):
        title = (ref.choice.label if ref.choice else ref.section.title)[LANGUAGE]
        for question in ref.questions:
            place = Place(question.key, ref.entry_id)
            if place not in answers and place not in named:
                continue
            said = "; ".join(answer_words(question, answers.get(place))) or "Left empty"
            label = (question.label or ref.page.title)[LANGUAGE]
            found.setdefault(title, []).append(AskChoice(value_of(place), label, said, place in named))
    return tuple(AskGroup(title, tuple(choices)) for title, choices in found.items())


def asked_lines(
    left: Collection[PageRef], done: Collection[PageRef], sheet: AnswerSheet
) -> tuple[AskedLine, ...]:
    """The pages asked, those that still want an answer first."""
    return tuple(
        AskedLine(ref, _heading(ref), _said(ref, sheet) if ref in done else (), ref in done)
        for ref in (*left, *done)
    )


def _heading(ref: PageRef) -> str:
    """The question itself where the page asks one, else the page's title."""
    words = ref.questions[0].label or ref.title if len(ref.questions) == 1 else ref.title
    about = f"{ref.choice.label[LANGUAGE]}: " if ref.choice and len(ref.questions) == 1 else ""
    return about + words[LANGUAGE]


def _said(ref: PageRef, sheet: AnswerSheet) -> tuple[str, ...]:
    return tuple(
        line
        for question in ref.questions
        for line in answer_words(question, sheet.value(question.key, ref.entry_id))
    )
