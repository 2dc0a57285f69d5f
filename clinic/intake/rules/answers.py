"""A set of answers at one moment: what was said where, and the list entries with their lasting ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clinic.intake.rules.conditions import Lookup, NotAsked
from clinic.intake.rules.values import Value
from clinic.intake.rules.vocabulary import Choice, Questionnaire


@dataclass(frozen=True, order=True)
class Place:
    """Where an answer belongs: a question, and for a repeated page the list entry."""

    question: str
    entry: str | None = None


@dataclass(frozen=True)
class Entry:
    """One treatment that was ticked. The id is opaque, lasts, and outlives unticking, so nothing is lost."""

    id: str
    code: str


@dataclass(frozen=True)
class AnswerSheet:
    """The newest answer at each place. Answers that a branch hides are kept; `path` leaves them out."""

    answers: Mapping[Place, Value | None] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    # What `navigation` has found for this sheet; it goes with the sheet, so no answer outlives its request.
    walks: dict[int, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def value(self, question: str, entry: str | None = None) -> Value | None:
        """Give the answer, or None when there is none."""
        return self.answers.get(Place(question, entry))

    def was_asked(self, question: str, entry: str | None = None) -> bool:
        """Whether the question was answered or left empty on purpose."""
        return Place(question, entry) in self.answers

    def entry(self, entry_id: str) -> Entry | None:
        """Give the list entry with this id."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)

    def with_answers(self, values: Mapping[str, Value | None], entry: str | None = None) -> "AnswerSheet":
        """Give a sheet that also holds one page's values."""
        added = {Place(question, entry): value for question, value in values.items()}
        return replace(self, answers={**self.answers, **added})

    def with_entries(self, added: tuple[Entry, ...]) -> "AnswerSheet":
        """Give a sheet with these entries at the end of its list."""
        return replace(self, entries=self.entries + added)


def look_up_in(answers: Mapping[Place, Value | None], entry: str | None) -> Lookup:
    """Answer a condition's questions: first from the list entry at hand, then from the common answers."""

    def look_up(question: str) -> Value | NotAsked | None:
        for place in (Place(question, entry), Place(question)):
            if place in answers:
                return answers[place]
        return NotAsked.NOT_ASKED

    return look_up


def ticked_choices(
    questionnaire: Questionnaire, answers: Mapping[Place, Value | None]
) -> tuple[tuple[str, Choice], ...]:
    """List (question key, choice) of every treatment ticked, in the questionnaire's order."""
    ticked: list[tuple[str, Choice]] = []
    for question in questionnaire.questions():
        codes = answers.get(Place(question.key)) if question.makes_entries else None
        if isinstance(codes, tuple):
            chosen = [choice for choice in question.choices if choice.code in codes and not choice.exclusive]
            ticked.extend((question.key, choice) for choice in chosen)
    return tuple(ticked)


def missing_entries(
    questionnaire: Questionnaire, sheet: AnswerSheet, new_id: Callable[[], str]
) -> tuple[Entry, ...]:
    """Make an entry for each ticked treatment that has none; one ticked again keeps its old entry."""
    known = {entry.code for entry in sheet.entries}
    ticked = ticked_choices(questionnaire, sheet.answers)
    return tuple(Entry(new_id(), choice.code) for _, choice in ticked if choice.code not in known)
