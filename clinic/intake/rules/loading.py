"""Reads a declared questionnaire (parsed TOML) into the vocabulary and takes its fingerprint."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from clinic.intake.rules.conditions import ConditionError, read_condition
from clinic.intake.rules.vocabulary import (
    Choice,
    Kind,
    Page,
    Question,
    Questionnaire,
    Section,
    Words,
)

LANGUAGES = ("en", "es")
"""Keys under which wording may stand. Which of them must be complete is for `integrity` to say."""

Declared = Mapping[str, Any]
ChoiceSets = Mapping[str, tuple[Choice, ...]]


class QuestionnaireError(ValueError):
    """The declaration is wrong; the message names the place."""


def read_questionnaire(shared: Declared, sections: Sequence[Declared]) -> Questionnaire:
    """Build the questionnaire from its shared document (version, title, choice sets) and its sections."""
    table = _Table("questionnaire", shared)
    sets = {
        name: _choices(f"choice set {name}", declared) for name, declared in table.take("choices", {}).items()
    }
    questionnaire = Questionnaire(
        version=table.take("version"),
        title=table.words("title"),
        sections=tuple(_section(declared, sets) for declared in sections),
        fingerprint=_fingerprint([shared, *sections]),
    )
    table.close()
    return questionnaire


def _fingerprint(documents: Sequence[Declared]) -> str:
    """SHA-256 of the content as canonical JSON: spacing and key order do not matter, every word does."""
    canonical = json.dumps(documents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


class _Table:
    """Takes fields out of one declared table; what is missing or left over is named by its place."""

    def __init__(self, where: str, declared: Declared) -> None:
        self.where = where
        self.fields = {key: value for key, value in declared.items() if key not in LANGUAGES}
        self.spoken = {language: dict(declared[language]) for language in LANGUAGES if language in declared}

    def take(self, name: str, *default: Any) -> Any:
        if name not in self.fields and not default:
            raise QuestionnaireError(f"{self.where}: {name} is missing")
        return self.fields.pop(name, *default)

    def words(self, name: str, *, optional: bool = False) -> Words:
        found = {language: texts.pop(name) for language, texts in self.spoken.items() if name in texts}
        if not found and not optional:
            raise QuestionnaireError(f"{self.where}: no wording for {name}")
        return MappingProxyType(found)

    def close(self) -> None:
        unknown = [*self.fields, *(f"{key}.{name}" for key, texts in self.spoken.items() for name in texts)]
        if unknown:
            raise QuestionnaireError(f"{self.where}: unknown {', '.join(sorted(unknown))}")


def _section(declared: Declared, sets: ChoiceSets) -> Section:
    table = _Table(f"section {declared.get('key')}", declared)
    section = Section(
        key=table.take("key"),
        title=table.words("title"),
        entries_title=table.words("entries_title", optional=True),
        pages=tuple(_page(page, sets) for page in table.take("page")),
    )
    table.close()
    return section


def _page(declared: Declared, sets: ChoiceSets) -> Page:
    table = _Table(f"page {declared.get('key')}", declared)
    title = table.words("title")
    questions = table.take("question")
    page = Page(
        key=table.take("key"),
        slug=table.take("slug"),
        title=title,
        lead=table.words("lead", optional=True),
        why=table.words("why", optional=True),
        shown_when=_condition(table),
        repeat=tuple(table.take("repeat", ())),
        questions=tuple(_question(question, sets, alone=len(questions) == 1) for question in questions),
    )
    table.close()
    return page


def _question(declared: Declared, sets: ChoiceSets, *, alone: bool) -> Question:
    """Read one question. The only question of a page may leave its wording to the page's title."""
    table = _Table(f"question {declared.get('key')}", declared)
    kind = _kind(table)
    choices = table.take("choices", "yes_no_unsure" if kind is Kind.YES_NO_UNSURE else [])
    question = Question(
        key=table.take("key"),
        kind=kind,
        label=table.words("label", optional=alone),
        hint=table.words("hint", optional=True),
        missing=table.words("missing", optional=True),
        choices=sets[choices] if isinstance(choices, str) else _choices(table.where, choices),
        autocomplete=table.take("autocomplete", ""),
        max_length=table.take("max_length", 0),
        lowest=table.take("lowest", 0),
        highest=table.take("highest", 0),
        default=table.take("default", ""),
        shown_when=_condition(table),
        not_before=table.take("not_before", None),
        too_early=table.words("too_early", optional=True),
        fact=table.take("fact", None),
        makes_entries=table.take("makes_entries", False),
        only_for=tuple(table.take("only_for", ())),
    )
    table.close()
    return question


def _choices(where: str, declared: Sequence[Declared]) -> tuple[Choice, ...]:
    return tuple(_choice(f"{where}, choice {choice.get('code')}", choice) for choice in declared)


def _choice(where: str, declared: Declared) -> Choice:
    """Read one choice; `en = "Yes"` is short for a label without a hint."""
    full = {
        key: {"label": value} if key in LANGUAGES and isinstance(value, str) else value
        for key, value in declared.items()
    }
    table = _Table(where, full)
    choice = Choice(
        code=table.take("code"),
        label=table.words("label"),
        hint=table.words("hint", optional=True),
        exclusive=table.take("exclusive", False),
        red_flag=table.take("red_flag", None),
        detail=table.take("detail", None),
        value=table.take("value", None),
        facts=MappingProxyType(dict(table.take("facts", {}))),
        only_for=tuple(table.take("only_for", ())),
    )
    table.close()
    return choice


def _kind(table: _Table) -> Kind:
    try:
        return Kind(table.take("kind"))
    except ValueError as error:
        raise QuestionnaireError(f"{table.where}: {error}") from error


def _condition(table: _Table) -> Any:
    try:
        return read_condition(table.take("shown_when", None))
    except ConditionError as error:
        raise QuestionnaireError(f"{table.where}: {error}") from error
