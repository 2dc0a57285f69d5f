"""What the intake's pages send: answers by the names of their controls, and the birth date on return."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from clinic.intake.rules import Kind, Question, field_names
from clinic.intake.rules.checking import Raw, clean_text
from clinic.platform.forms import HouseForm, UsDateField

ABOUT = "about"
"""Names the treatment of a repeated page, so that its answers find their place even in a new draft."""

_DATES = (Kind.BIRTH_DATE, Kind.HONEST_DATE)
_BOXES = ("month", "day", "year")
_LONGEST = 20_000  # characters kept of one field; the rules refuse far fewer in words


class BirthDateForm(HouseForm):
    """Asked after a pause, before an earlier answer is shown."""

    birth_date = UsDateField(
        "What is your birth date?",
        required="Enter your birth date.",
        hint="For example, 9 27 1967",
        autocomplete="bday",
        noun="Birth date",
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What one page sent. `strange` are names that the page never had; `trusted`: it came from our page."""

    raw: Raw
    strange: tuple[str, ...]
    trusted: bool
    about: str


def control_name(question: Question, field: str) -> str:
    """The name of the control for a field of the rules: the boxes of a date are joined by a hyphen."""
    part = field.removeprefix(f"{question.key}_")
    return f"{question.key}-{part}" if question.kind in _DATES and part in _BOXES else field


def read_sent(questions: Iterable[Question]) -> Sent:
    """Read the request as answers to these questions, whatever else it holds."""
    known = {control_name(one, field): field for one in questions for field in field_names(one)}
    raw = {
        field: [clean_text(text[:_LONGEST], keep_lines=True) for text in request.form.getlist(name)]
        for name, field in known.items()
        if name in request.form
    }
    strange = sorted(set(request.form) - set(known) - {"csrf_token", ABOUT})
    return Sent(raw, tuple(strange), _trusted(), request.form.get(ABOUT, ""))


def _trusted() -> bool:
    """Does the form carry the token of this session? A false one is no crime: the session may be over."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
