"""Turns declared questions into the controls of a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clinic.intake.rules import (
    STATES,
    AnswerSheet,
    Kind,
    Mistake,
    PageRef,
    Question,
    as_typed,
    field_name,
)
from clinic.intake.rules.checking import Raw
from clinic.kernel.wording import us_phone
from clinic.platform.controls import Choice, Problem, target
from clinic.platform.controls import Kind as ControlKind
from clinic.platform.parsing import DATE_PARTS

LANGUAGE = "en"
_TEXT_KINDS: Mapping[Kind, ControlKind] = {
    Kind.NAME: "name",
    Kind.TEXT: "text",
    Kind.CITY: "text",
    Kind.LONG_TEXT: "textarea",
    Kind.PHONE: "phone",
    Kind.EMAIL: "email",
    Kind.ZIP: "digits",
    Kind.NUMBER: "digits",
}
_WIDTHS = {Kind.ZIP: "10", Kind.NUMBER: "3"}
# The seven-point change scale is drawn beside its words; it starts with this answer.
_CHANGE_SCALE = "very_much_better"


@dataclass(frozen=True, slots=True)
class Control:
    """One call of `ui_field`: `ui_field(kind, name, label, **options)`."""

    kind: ControlKind
    name: str
    label: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The id that an error summary links to."""
        return target(self.kind, self.name, self.options.get("faulty_parts", ()))

    @property
    def error(self) -> str:
        """What is wrong with it, in words."""
        return str(self.options.get("error", ""))


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """What a page of questions shows. Without `heading` its only control carries the heading."""

    heading: str
    lead: str
    why: str
    controls: tuple[Control, ...]

    def problems(self) -> list[Problem]:
        """The errors of the page, for its summary."""
        return [Problem(one.error, one.target) for one in self.controls if one.error]


def typed_answers(ref: PageRef, sheet: AnswerSheet) -> Raw:
    """The page's stored answers in the form in which they are typed."""
    typed: dict[str, Sequence[str]] = {}
    for question in ref.questions:
        value = sheet.value(question.key, ref.entry_id)
        if question.kind is Kind.PHONE and isinstance(value, str):
            value = us_phone(value)
        typed |= as_typed(question, value) if value is not None else _default(question)
    return typed


def question_page(
    ref: PageRef, questions: Sequence[Question], typed: Raw, mistakes: Sequence[Mistake]
) -> QuestionPage:
    """The page as it is shown; an only question without words of its own is headed by the page's title."""
    title, lead = _words(ref.title), _words(ref.page.lead)
    if ref.entry is not None and not lead:
        lead = _words(ref.page.title)
    alone = len(questions) == 1 and not questions[0].label
    head = {"heading": True, "label": title, "lead": lead} if alone else {"label": title}
    return QuestionPage(
        heading="" if alone else title,
        lead="" if alone else lead,
        why=_words(ref.page.why),
        controls=tuple(
            control
            for question in questions
            for control in _controls(
                question, typed, [one for one in mistakes if one.question == question.key], head
            )
        ),
    )


def _controls(
    question: Question, typed: Raw, mistakes: Sequence[Mistake], head: Mapping[str, Any]
) -> Iterator[Control]:
    hint = " ".join(words for words in (head.get("lead"), _words(question.hint)) if words)
    options: dict[str, Any] = {"hint": hint, "optional": not question.required}
    options["heading"] = bool(head.get("heading"))
    label, key = _words(question.label) or str(head["label"]), question.key
    wrong = {one.field: one.text for one in mistakes}
    if question.kind in (Kind.BIRTH_DATE, Kind.HONEST_DATE):
        boxes = {part: _one(typed, field_name(question, part)) for part in DATE_PARTS}
        faulty = [part for part in DATE_PARTS if field_name(question, part) in wrong]
        said = next((wrong[field_name(question, part)] for part in faulty), "")
        dated = {"value": boxes, "error": said, "faulty_parts": faulty, "autocomplete": question.autocomplete}
        yield Control("date", key, label, options | dated)
        if question.kind is Kind.HONEST_DATE:
            yield from _otherwise(question, typed, wrong)
        return
    options["error"] = wrong.get(key, "")
    if question.kind is Kind.MANY:
        options |= {"value": list(typed.get(key, ())), "choices": _choices(question)}
        yield Control("checkboxes", key, label, options)
    elif question.choices:
        scale = question.choices[0].code == _CHANGE_SCALE
        options |= {"value": _one(typed, key), "choices": _choices(question, divided=scale)}
        options["appearance"] = "change" if scale else "rows"
        yield Control("radios", key, label, options)
    elif question.kind is Kind.STATE:
        options |= {"value": _one(typed, key), "choices": _states()}
        yield Control("select", key, label, options)
    else:
        options |= {"value": _one(typed, key), "width": _WIDTHS.get(question.kind, "")}
        options["autocomplete"] = question.autocomplete
        yield Control(_TEXT_KINDS[question.kind], key, label, options)
    if question.kind is Kind.EMAIL:
        none = field_name(question, "none")
        yield _tick(none, "If you have none", "I have no e-mail", typed=typed, wrong=wrong)


def _otherwise(question: Question, typed: Raw, wrong: Mapping[str, str]) -> Iterator[Control]:
    """The other ways to say when: how long ago, or not at all."""
    count, unit = field_name(question, "count"), field_name(question, "unit")
    yield Control(
        "digits",
        count,
        "Or, about how long ago?",
        {"value": _one(typed, count), "width": "3", "error": wrong.get(count, "")},
    )
    yield Control(
        "radios",
        unit,
        "Weeks or months?",
        {
            "value": _one(typed, unit),
            "choices": [Choice("weeks", "weeks"), Choice("months", "months")],
            "appearance": "seg",
            "error": wrong.get(unit, ""),
        },
    )
    unsure = field_name(question, "unsure")
    yield _tick(unsure, "Or, if you do not know", "I am not sure", typed=typed, wrong=wrong)


def _tick(name: str, label: str, text: str, *, typed: Raw, wrong: Mapping[str, str]) -> Control:
    options = {"value": list(typed.get(name, ())), "choices": [Choice("yes", text)]}
    return Control("checkboxes", name, label, options | {"error": wrong.get(name, "")})


def _choices(question: Question, *, divided: bool = False) -> list[Choice]:
    last = len(question.choices) - 1
    return [
        Choice(
            one.code,
            _words(one.label),
            hint=_words(one.hint),
            exclusive=one.exclusive,
            divider="or" if (one.exclusive or divided) and place == last and place else "",
        )
        for place, one in enumerate(question.choices)
    ]


def _states() -> list[Choice]:
    return [Choice("", "Choose a state"), *(Choice(code, name) for code, name in STATES.items())]


def _default(question: Question) -> Mapping[str, list[str]]:
    return {question.key: [question.default]} if question.default else {}


def _one(typed: Raw, name: str) -> str:
    values = typed.get(name, ())
    return values[0] if values else ""


def _words(words: Mapping[str, str]) -> str:
    return words.get(LANGUAGE, "")
