"""People who fill in Part 1, checked in as what they type, and a walker that takes them from page to page."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from clinic.intake.rules import (
    AnswerSheet,
    Kind,
    PageRef,
    Question,
    Questionnaire,
    check_page,
    field_names,
    first_unanswered,
    missing_entries,
    next_page,
    offered_questions,
    path,
)
from tests.support.reading import sentences

FOLDER = Path(__file__).parent.parent / "intake" / "personas"
Typed = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Persona:
    """What one person types and ticks; for each treatment what is said on its own page."""

    title: str
    today: date
    most_taps: int
    answers: Typed
    treatments: Mapping[str, Typed] = field(default_factory=dict)

    def raw(self, ref: PageRef, questions: tuple[Question, ...]) -> dict[str, list[str]]:
        """Give the fields that this person sends from a page."""
        typed = self.treatments.get(ref.entry.code, {}) if ref.entry else self.answers
        names = [name for question in questions for name in field_names(question)]
        return {name: _as_list(typed[name]) for name in names if name in typed}


@dataclass
class Walk:
    """What it took."""

    sheet: AnswerSheet
    pages: list[PageRef] = field(default_factory=list)
    taps: int = 0
    words: int = 0


def personas() -> list[Persona]:
    """Read every persona, the one with the shortest story first."""
    found = [Persona(**tomllib.loads(file.read_text(encoding="utf-8"))) for file in FOLDER.glob("*.toml")]
    return sorted(found, key=lambda persona: persona.most_taps)


def walk(questionnaire: Questionnaire, persona: Persona) -> Walk:
    """Go through Part 1 as the persona. A tap is a choice made, a field entered or a button pressed.

    "Start" and "Send my answers" are counted; a choice that stands there already is not.
    """
    walked = Walk(AnswerSheet(), taps=2)
    numbers = count(1)
    ref: PageRef | None = path(questionnaire, walked.sheet)[0]
    while ref is not None:
        questions = offered_questions(questionnaire, walked.sheet, ref)
        raw = persona.raw(ref, questions)
        walked.pages.append(ref)
        walked.taps += sum(len(values) for values in raw.values()) + 1
        walked.words += sum(map(len, sentences(page_text(ref, questions))))
        given = {question.key: [question.default] for question in questions if question.default} | raw
        checked = check_page(questionnaire, walked.sheet, ref, given, today=persona.today)
        assert checked.sound, (persona.title, ref.slug, ref.title, checked.mistakes)
        sheet = walked.sheet.with_answers(checked.values, ref.entry_id)
        new = missing_entries(questionnaire, sheet, lambda: f"entry-{next(numbers)}")
        walked.sheet = sheet.with_entries(new)
        ref = next_page(questionnaire, walked.sheet, ref)
    assert first_unanswered(questionnaire, walked.sheet) is None
    return walked


def page_text(ref: PageRef, questions: tuple[Question, ...], language: str = "en") -> list[str]:
    """List what a person reads on a page: headings, hints, labels, choices, why we ask."""
    blocks = [ref.title, ref.page.lead, ref.page.why]
    for question in questions:
        blocks += [question.label, question.hint]
        if question.kind is not Kind.STATE:
            blocks += [words for choice in question.choices for words in (choice.label, choice.hint)]
    return [words[language] for words in blocks if words]


def _as_list(typed: str | list[str]) -> list[str]:
    return [typed] if isinstance(typed, str) else typed
