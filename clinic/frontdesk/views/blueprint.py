"""The blueprint of the front desk, and how its pages read what came back."""

from datetime import date

from flask import Blueprint

from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid
from clinic.platform.extensions import now

pages = Blueprint("frontdesk", __name__, url_prefix="/staff")
TAMPERED = "This page sent something we do not know. Please go back and try again."


def day_from(text: str | None) -> date:
    """The day named in the address; today when there is none or it is no date."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return central_date(now())


def whole(text: str | None) -> int:
    """A number of a hidden field.

    Raises:
        Invalid: it is none; the page was changed.
    """
    if not (text or "").isdecimal():
        raise Invalid(TAMPERED)
    return int(text or "")


def filled(text: str | None) -> str:
    """The key of a form, which every page of ours carries.

    Raises:
        Invalid: there is none; the page was changed.
    """
    if not text:
        raise Invalid(TAMPERED)
    return text[:80]
