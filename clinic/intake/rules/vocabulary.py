"""The words in which a questionnaire is declared: sections, pages, questions, choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from clinic.intake.rules.conditions import Condition

Words = Mapping[str, str]
"""The same text under each language key: `words["en"]`. Empty where there is nothing to say."""

FactValue = str | int | float
NO_WORDS: Words = MappingProxyType({})


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    YES_NO_UNSURE = "yes_no_unsure"
    NAME = "name"
    TEXT = "text"
    LONG_TEXT = "long_text"
    CITY = "city"
    STATE = "state"
    ZIP = "zip"
    NUMBER = "number"
    BIRTH_DATE = "birth_date"
    HONEST_DATE = "honest_date"
    PHONE = "phone"
    EMAIL = "email"


CHOSEN = frozenset({Kind.ONE, Kind.MANY, Kind.YES_NO_UNSURE})
"""Kinds answered with one or more of the question's choices."""


@dataclass(frozen=True)
class Choice:
    """One answer to tick, and what ticking it means."""

    code: str
    label: Words
    hint: Words = field(default_factory=lambda: NO_WORDS)
    exclusive: bool = False
    """Cannot stand beside another tick: "None of these"."""
    red_flag: str | None = None
    """Safety code raised by this answer (triage rules 9.4)."""
    detail: str | None = None
    """The kind of follow-up page that this ticked treatment gets; None: it gets no page."""
    value: FactValue | None = None
    """What the answer says about its question's `fact`; None: nothing, it stays unknown."""
    facts: Mapping[str, FactValue] = field(default_factory=lambda: MappingProxyType({}))
    """What the answer says about several fields at once."""
    only_for: tuple[str, ...] = ()
    """On a repeated page: the kinds of treatment (`detail`) for which it is offered. Empty: all."""


@dataclass(frozen=True)
class Question:
    """One thing asked. `key` is its name in stored answers and on the page, for good."""

    key: str
    kind: Kind
    label: Words
    """Empty for the only question of a page that is asked by the page's title (`Questionnaire.asked`)."""
    hint: Words = field(default_factory=lambda: NO_WORDS)
    missing: Words = field(default_factory=lambda: NO_WORDS)
    """The error sentence when it was left empty. A question without one is optional."""
    choices: tuple[Choice, ...] = ()
    autocomplete: str = ""
    max_length: int = 0
    lowest: int = 0
    highest: int = 0
    default: str = ""
    shown_when: Condition | None = None
    not_before: str | None = None
    """The honest date or birth date that this date cannot come before."""
    too_early: Words = field(default_factory=lambda: NO_WORDS)
    """The error sentence when it does."""
    fact: str | None = None
    """The field of the triage rules that the answer fills; on a repeated page, of that treatment."""
    makes_entries: bool = False
    """Each ticked choice becomes an entry of the list of treatments."""
    only_for: tuple[str, ...] = ()
    """On a repeated page: the kinds of treatment (`detail`) for which it is asked. Empty: all."""

    @property
    def required(self) -> bool:
        """Whether an empty answer is an error."""
        return bool(self.missing)

    def choice(self, code: str) -> Choice | None:
        """Give the choice with this code."""
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True)
class Page:
    """One question or one small related group, with its address and the reason for asking."""

    key: str
    slug: str
    """Its address. Neutral: an address never carries a health word."""
    title: Words
    questions: tuple[Question, ...]
    lead: Words = field(default_factory=lambda: NO_WORDS)
    why: Words = field(default_factory=lambda: NO_WORDS)
    shown_when: Condition | None = None
    repeat: tuple[str, ...] = ()
    """Shown once for every ticked treatment whose `detail` is one of these."""


@dataclass(frozen=True)
class Section:
    """A part of the questionnaire. Its title may stand in a browser tab, so it carries no health word."""

    key: str
    title: Words
    pages: tuple[Page, ...]
    entries_title: Words = field(default_factory=lambda: NO_WORDS)
    """Heads the count of repeated pages: "Your treatments: 3 of 7"."""


@dataclass(frozen=True)
class Questionnaire:
    """One published version. Its content never changes under the same version (`fingerprint`)."""

    version: str
    title: Words
    sections: tuple[Section, ...]
    fingerprint: str

    def pages(self) -> Iterator[Page]:
        """Every page, in order."""
        return (page for section in self.sections for page in section.pages)

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        return (question for page in self.pages() for question in page.questions)

    def question(self, key: str) -> Question:
        """Give the question with this key; KeyError if there is none."""
        for question in self.questions():
            if question.key == key:
                return question
        raise KeyError(key)

    def asked(self, key: str) -> Words:
        """Give the words in which the question is asked; KeyError if there is none with this key."""
        for page in self.pages():
            for question in page.questions:
                if question.key == key:
                    return question.label or page.title
        raise KeyError(key)
