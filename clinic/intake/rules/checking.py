"""Turns what one page sent into clean answers, or into sentences that say what to mend."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clinic.intake.rules.answers import AnswerSheet, Place, look_up_in
from clinic.intake.rules.conditions import Lookup, NotAsked, Truth, truth
from clinic.intake.rules.dates import Boxes, DateError, read_birth_date, read_honest_date, surely_before
from clinic.intake.rules.navigation import PageRef, visible_answers
from clinic.intake.rules.values import NO_EMAIL, DateWay, HonestDate, Value
from clinic.intake.rules.vocabulary import CHOSEN, Kind, Question, Questionnaire
from clinic.intake.rules.wording import sentence
from clinic.kernel.us import STATES, phone_number, zip_code

Raw = Mapping[str, Sequence[str]]
"""What the browser sent: each field name with its values."""

_PARTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.BIRTH_DATE: ("month", "day", "year"),
    Kind.HONEST_DATE: ("month", "day", "year", "count", "unit", "unsure"),
    Kind.EMAIL: ("", "none"),
}
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class Mistake:
    """What is wrong, at which field of the page, in words for the person who answered."""

    question: str
    field: str
    text: str


@dataclass(frozen=True)
class Checked:
    """The page's answers that can be kept, and the mistakes. All or nothing is for the caller to decide."""

    values: Mapping[str, Value | None]
    mistakes: tuple[Mistake, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing has to be mended."""
        return not self.mistakes


class AnswerError(ValueError):
    """What was sent is no answer to this question."""

    def __init__(self, text: str, part: str = "") -> None:
        super().__init__(text)
        self.text, self.part = text, part


def field_name(question: Question, part: str = "") -> str:
    """Give the name of the question's field on the page, or of one box of it."""
    return f"{question.key}_{part}" if part else question.key


def field_names(question: Question) -> tuple[str, ...]:
    """List the names of all fields that belong to the question."""
    return tuple(field_name(question, part) for part in _PARTS.get(question.kind, ("",)))


def check_page(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    ref: PageRef,
    raw: Raw,
    *,
    today: date,
    language: str = "en",
) -> Checked:
    """Check everything that the page sent. `today` is the calendar day in Central Time.

    Answers to questions that the page's other answers rule out are dropped and give no mistakes.
    """
    own = {Place(question.key, ref.entry_id) for question in ref.questions}
    earlier = visible_answers(questionnaire, sheet).items()
    known = {place: value for place, value in earlier if place not in own}
    look_up = look_up_in(known, ref.entry_id)
    values: dict[str, Value | None] = {}
    mistakes: list[Mistake] = []
    for question in ref.questions:
        applies = truth(question.shown_when, look_up)
        if applies is Truth.NO:
            continue
        try:
            value = _read(question, raw, today, language)
            _require(question, value, look_up, language)
        except AnswerError as wrong:
            mistakes.append(Mistake(question.key, field_name(question, wrong.part), wrong.text))
        else:
            values[question.key] = known[Place(question.key, ref.entry_id)] = value
    return Checked(values, tuple(mistakes))


def as_typed(question: Question, value: Value | None) -> Mapping[str, list[str]]:
    """Give the field values that show a stored answer again."""
    match value:
        case None:
            return {}
        case tuple():
            return {field_name(question): list(value)}
        case HonestDate():
            return {field_name(question, part): [text] for part, text in _boxes_of(value).items() if text}
        case _ if question.kind is Kind.BIRTH_DATE:
            year, month, day = str(value).split("-")
            boxes = {"month": month.lstrip("0"), "day": day.lstrip("0"), "year": year}
            return {field_name(question, part): [text] for part, text in boxes.items()}
        case _ if question.kind is Kind.EMAIL and value == NO_EMAIL:
            return {field_name(question, "none"): ["yes"]}
        case _:
            return {field_name(question): [str(value)]}


def _boxes_of(value: HonestDate) -> Mapping[str, str]:
    if value.way is DateWay.UNKNOWN:
        return {"unsure": "yes"}
    if value.way is DateWay.ABOUT:
        return {"count": str(value.count), "unit": value.unit}
    year, month, day = [*value.value.split("-"), "", ""][:3]
    return {"year": year, "month": month.lstrip("0"), "day": day.lstrip("0")}


def _require(question: Question, value: Value | None, look_up: Lookup, language: str) -> None:
    """Refuse an empty answer where one is needed, and a date before the date that it must follow."""
    if value is None and question.required and truth(question.shown_when, look_up) is Truth.YES:
        raise AnswerError(question.missing[language], _PARTS.get(question.kind, ("",))[0])
    if question.not_before:
        other = look_up(question.not_before)
        if not isinstance(other, NotAsked) and surely_before(value, other):
            raise AnswerError(question.too_early[language], "year")


def _read(question: Question, raw: Raw, today: date, language: str) -> Value | None:
    """Read one question's fields; None when they are empty."""
    if question.kind in CHOSEN:
        return _chosen(question, raw.get(question.key, ()), language)
    if question.kind in _DATES:
        return _date(question, raw, today, language)
    if question.kind is Kind.EMAIL:
        return _email(question, raw, language)
    typed = _typed(question, raw)
    return _TYPED.get(question.kind, _worded)(question, typed, language) if typed else None


def _chosen(question: Question, codes: Sequence[str], language: str) -> Value | None:
    known = [choice for choice in question.choices if choice.code in codes]
    if len(known) != len(set(codes)):
        raise AnswerError(sentence("choose_listed", language))
    if not known:
        return None
    if question.kind is not Kind.MANY:
        if len(known) > 1:
            raise AnswerError(sentence("choose_single", language))
        return known[0].code
    alone = next((choice for choice in known if choice.exclusive), None)
    if alone and len(known) > 1:
        raise AnswerError(sentence("none_alone", language, none=alone.label[language]))
    return tuple(choice.code for choice in known)


def _date(question: Question, raw: Raw, today: date, language: str) -> Value | None:
    boxes = Boxes.of(lambda part: _typed(question, raw, part))
    if boxes.empty:
        return None
    try:
        if question.kind is Kind.BIRTH_DATE:
            return read_birth_date(boxes, today).isoformat()
        return read_honest_date(boxes, today)
    except DateError as wrong:
        raise AnswerError(sentence(wrong.sentence, language, **wrong.parts), wrong.part) from wrong


def _email(question: Question, raw: Raw, language: str) -> Value | None:
    """Check the shape only; the form layer looks closer."""
    typed, has_none = _typed(question, raw), bool(_typed(question, raw, "none"))
    if typed and has_none:
        raise AnswerError(sentence("email_or_none", language))
    if has_none:
        return NO_EMAIL
    if typed and (len(typed) > question.max_length or not _EMAIL.fullmatch(typed)):
        raise AnswerError(sentence("email_shape", language))
    return typed or None


def _typed(question: Question, raw: Raw, part: str = "") -> str:
    """Give the field's first value without what cannot be seen, spaces joined, composed (NFC)."""
    values = raw.get(field_name(question, part), ())
    return clean_text(values[0], keep_lines=question.kind is Kind.LONG_TEXT) if values else ""


def clean_text(text: str, *, keep_lines: bool = False) -> str:
    """Drop NUL, control and direction-override characters; join runs of spaces."""
    composed = _BIDI.sub("", unicodedata.normalize("NFC", text))
    lines = composed.replace("\r\n", "\n").split("\n") if keep_lines else [composed]
    kept = (
        "".join(" " if mark.isspace() else mark for mark in line if mark.isspace() or not _unseen(mark))
        for line in lines
    )
    return "\n".join(" ".join(line.split()) for line in kept).strip()


def _unseen(mark: str) -> bool:
    return unicodedata.category(mark) in ("Cc", "Cs")


def _worded(question: Question, typed: str, language: str) -> Value:
    if len(typed) > question.max_length:
        raise AnswerError(sentence("too_long", language, limit=question.max_length, used=len(typed)))
    if question.kind in (Kind.NAME, Kind.CITY) and not any(mark.isalpha() for mark in typed):
        raise AnswerError(sentence("no_letters", language))
    return typed


def _number(question: Question, typed: str, language: str) -> Value:
    if not _NUMBER.fullmatch(typed):
        raise AnswerError(sentence("number_needed", language, lowest=question.lowest))
    if not question.lowest <= int(typed) <= question.highest:
        limits = {"lowest": question.lowest, "highest": question.highest}
        raise AnswerError(sentence("number_range", language, **limits))
    return int(typed)


def _phone(question: Question, typed: str, language: str) -> Value:
    return _found(phone_number(typed), "phone_shape", language)


def _zip(question: Question, typed: str, language: str) -> Value:
    return _found(zip_code(typed), "zip_shape", language)


def _state(question: Question, typed: str, language: str) -> Value:
    return _found(typed if typed in STATES else None, "choose_listed", language)


def _found(value: str | None, otherwise: str, language: str) -> str:
    if value is None:
        raise AnswerError(sentence(otherwise, language))
    return value


_DATES = frozenset({Kind.BIRTH_DATE, Kind.HONEST_DATE})
_TYPED: Mapping[Kind, Callable[[Question, str, str], Value]] = {
    Kind.NUMBER: _number,
    Kind.PHONE: _phone,
    Kind.ZIP: _zip,
    Kind.STATE: _state,
}
