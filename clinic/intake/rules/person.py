"""Which answers say who the patient is, and when there are enough of them to register the patient."""

from collections.abc import Iterable
from datetime import date

from clinic.intake.rules.answers import Place
from clinic.intake.rules.navigation import Answers
from clinic.intake.rules.values import NO_EMAIL, Value
from clinic.patients.rules import PatientDetails

BIRTH_DATE = "birth_date"
NEEDED = ("first_name", "last_name", BIRTH_DATE, "phone")
TOLD_BY = frozenset({*NEEDED, "email", "may_we", "city_now", "state_now"})
# A field of the patient's details that is answered under another name.
_QUESTIONS = {"city": "city_now", "state": "state_now"}


def details_from(answers: Answers) -> PatientDetails | None:
    """The patient's details, as soon as name, birth date and phone are known; None before.

    Raises:
        Invalid: the patient's record refuses a value; `field` is its name there.
    """
    if not all(_text(answers, key) for key in NEEDED):
        return None
    may_we = answers.get(Place("may_we")) or ()
    allowed: tuple[str, ...] = may_we if isinstance(may_we, tuple) else ()
    email = _text(answers, "email")
    return PatientDetails(
        first_name=_text(answers, "first_name"),
        last_name=_text(answers, "last_name"),
        birth_date=date.fromisoformat(_text(answers, BIRTH_DATE)),
        phone=_text(answers, "phone"),
        email=None if email in ("", NO_EMAIL) else email,
        no_email=email == NO_EMAIL,
        voicemail_ok="voicemail" in allowed,
        text_ok="text" in allowed,
        city=_text(answers, "city_now") or None,
        state=_text(answers, "state_now") or None,
    )


def tells_who(questions: Iterable[str]) -> bool:
    """Do answers to these questions say anything that `details_from` reads?"""
    return not TOLD_BY.isdisjoint(questions)


def question_of(field: str | None) -> str | None:
    """The question that a field of the patient's details is answered by."""
    return _QUESTIONS.get(field, field) if field else None


def _text(answers: Answers, key: str) -> str:
    value: Value | None = answers.get(Place(key))
    return value if isinstance(value, str) else ""
