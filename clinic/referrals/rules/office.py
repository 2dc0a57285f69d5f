"""The office that sent a patient: what staff may type about it, and which news it gets."""

from dataclasses import dataclass, fields
from enum import StrEnum

from clinic.kernel.errors import Conflict, Invalid
from clinic.patients.rules import normal_email, normal_phone

LINE_AT_MOST, ADDRESS_AT_MOST = 100, 300
_FAX = "Enter a fax number with area code, like 205-555-0142."


class OfficeNews(StrEnum):
    """What a referring office is told by e-mail; each once per referral, none with a word about health."""

    RECEIVED = "office_received"
    DECIDED = "office_decided"
    VISIT = "office_visit"


class StaleOffice(Conflict):
    """Somebody else changed the office after the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this office while you had it open. What you typed is kept below, and what is "
            "stored now stands above it. Compare them, then save again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDetails:
    """An office, already checked: making one with bad values raises Invalid.

    `fax` is stored as E.164 and is a US number, `email` in normal form; an address keeps its lines.
    """

    name: str
    clinician: str | None = None
    address: str | None = None
    fax: str | None = None
    email: str | None = None

    def __post_init__(self) -> None:
        """Bring every value into its one form."""
        put = object.__setattr__
        put(self, "name", _line(self.name, "name"))
        if not self.name:
            raise Invalid("Enter the name of the office.", "name")
        put(self, "clinician", _line(self.clinician, "clinician"))
        put(self, "address", _lines(self.address))
        put(self, "fax", _fax(self.fax) if self.fax and self.fax.strip() else None)
        put(self, "email", normal_email(self.email) if self.email and self.email.strip() else None)

    def changed_from(self, other: "OfficeDetails | None") -> list[str]:
        """The names of the fields that differ, never their values."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name, None)]


def _line(text: str | None, field: str) -> str | None:
    found = " ".join((text or "").split())
    if len(found) > LINE_AT_MOST:
        raise Invalid(f"Use {LINE_AT_MOST} characters or fewer.", field)
    return found or None


def _lines(text: str | None) -> str | None:
    found = "\n".join(filter(None, (" ".join(line.split()) for line in (text or "").splitlines())))
    if len(found) > ADDRESS_AT_MOST:
        raise Invalid(f"Use {ADDRESS_AT_MOST} characters or fewer.", "address")
    return found or None


def _fax(text: str) -> str:
    try:
        number = normal_phone(text)
    except Invalid:
        raise Invalid(_FAX, "fax") from None
    if not number.startswith("+1"):
        raise Invalid(_FAX, "fax")
    return number
