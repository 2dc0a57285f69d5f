"""Answers in words, as they are read back before sending."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from clinic.intake.presenters.controls import LANGUAGE
from clinic.intake.rules import (
    NO_EMAIL,
    STATES,
    AnswerSheet,
    DateWay,
    HonestDate,
    Kind,
    PageRef,
    Place,
    Question,
    Questionnaire,
    Value,
    path,
    visible_answers,
)
from clinic.kernel.wording import MONTHS, us_birth_date, us_phone


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. `name` completes the words of its "Change" link, so that no two are alike."""

    label: str
    lines: tuple[str, ...]
    name: str
    slug: str
    entry_id: str | None
    large: bool = False  # an e-mail address: every letter counts


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one section, or about one treatment."""

    title: str
    rows: tuple[Row, ...]
    part_of_section: bool = False


def groups(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[Group]:
    """Every answer that counts: each section, followed by a group for each treatment told there."""
    answers = visible_answers(questionnaire, sheet)
    found: list[Group] = []
    for _, refs in groupby(path(questionnaire, sheet), key=lambda ref: ref.section.key):
        rows: dict[str | None, list[Row]] = {None: []}
        titles: dict[str | None, str] = {}
        for ref in refs:
            titles.setdefault(ref.entry_id, (ref.choice.label if ref.choice else ref.section.title)[LANGUAGE])
            rows.setdefault(ref.entry_id, []).extend(
                _row(ref, question, answers[Place(question.key, ref.entry_id)])
                for question in ref.questions
                if Place(question.key, ref.entry_id) in answers
            )
        found += [Group(titles[key], tuple(own), key is not None) for key, own in rows.items() if own]
    return found


def answer_words(question: Question, value: Value | None) -> tuple[str, ...]:
    """The answer in the words that were offered; empty when it was left empty."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return tuple(line for code in value for line in _chosen(question, code))
    if isinstance(value, HonestDate):
        return (_honest_date(value),)
    if question.choices:
        return tuple(_chosen(question, str(value)))
    return (_typed(question.kind, str(value)),)


def _row(ref: PageRef, question: Question, value: Value | None) -> Row:
    label = (question.label or ref.page.title)[LANGUAGE]
    name = f"{ref.choice.label[LANGUAGE]}: {label}" if ref.choice else label
    large = question.kind is Kind.EMAIL and value not in (None, NO_EMAIL)
    return Row(label, answer_words(question, value), name, ref.slug, ref.entry_id, large)


def _chosen(question: Question, code: str) -> Iterator[str]:
    choice = question.choice(code)
    if choice is not None:
        yield choice.label[LANGUAGE]


def _typed(kind: Kind, value: str) -> str:
    match kind:
        case Kind.BIRTH_DATE:
            return us_birth_date(date.fromisoformat(value))
        case Kind.PHONE:
            return us_phone(value)
        case Kind.STATE:
            return STATES[value]
        case Kind.EMAIL if value == NO_EMAIL:
            return "I have no e-mail"
        case _:
            return value


def _honest_date(said: HonestDate) -> str:
    if said.way is DateWay.UNKNOWN:
        return "I am not sure"
    if said.way is DateWay.ABOUT:
        unit = said.unit if said.count != 1 else said.unit.removesuffix("s")
        return f"About {said.count} {unit} before {us_birth_date(date.fromisoformat(said.value))}"
    if said.way is DateWay.DAY:
        return us_birth_date(date.fromisoformat(said.value))
    year, *month = said.value.split("-")
    return f"{MONTHS[int(month[0]) - 1]} {year}" if month else year
