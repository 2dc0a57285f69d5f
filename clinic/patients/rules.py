"""What a patient's details must look like, how names are compared, and when a private link is good."""

import unicodedata
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from clinic.kernel.errors import Invalid

EARLIEST_BIRTH = date(1900, 1, 1)
NAME_LENGTH = 100
# After the birth date was given, pages that read back a referral stay open this long (design: 20/60 minutes).
BIRTH_DATE_IDLE = timedelta(minutes=20)
BIRTH_DATE_ABSOLUTE = timedelta(minutes=60)


class LinkPurpose(StrEnum):
    """What a private link opens, and nothing else."""

    VISIT = "visit"  # see the status; choose, change or cancel a time


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDetails:
    """Who the patient is and how to reach them, already checked: making one with bad values raises Invalid.

    `phone` is stored as E.164, `email` in normal form; both are accepted as people type them.
    """

    first_name: str
    last_name: str
    birth_date: date
    phone: str
    preferred_name: str | None = None
    email: str | None = None
    no_email: bool = False
    voicemail_ok: bool = False
    text_ok: bool = False
    city: str | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        """Bring every value into its one form."""
        put = object.__setattr__
        put(self, "first_name", _required(self.first_name, "first_name", "Enter the first name."))
        put(self, "last_name", _required(self.last_name, "last_name", "Enter the last name."))
        put(self, "preferred_name", _optional(self.preferred_name, "preferred_name"))
        put(self, "city", _optional(self.city, "city"))
        put(self, "state", _optional(self.state, "state"))
        put(self, "phone", normal_phone(self.phone))
        put(self, "email", normal_email(self.email) if self.email and self.email.strip() else None)
        if self.email and self.no_email:
            raise Invalid("Enter an email address, or tell us that there is none. Not both.", "email")
        if self.birth_date < EARLIEST_BIRTH:
            raise Invalid("Check the year of birth.", "birth_date")

    def changed_from(self, other: "PatientDetails") -> list[str]:
        """The names of the fields that differ, never their values."""
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]


@dataclass(frozen=True, slots=True)
class LinkGrant:
    """What an exchanged private link lets its holder do."""

    link_id: UUID
    patient_id: UUID
    purpose: LinkPurpose
    subject_id: UUID


def check_birth_date(birth_date: date, today: date) -> None:
    """Nobody is born in the future.

    Raises:
        Invalid: the date lies after `today` (the date in Alabama).
    """
    if birth_date > today:
        raise Invalid("The date of birth must be in the past.", "birth_date")


def normal_phone(text: str) -> str:
    """A phone number as E.164 (`+12055550142`); numbers without a country are read as US numbers.

    Raises:
        Invalid: no such number is possible.
    """
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid("Enter a phone number with area code, like 205-555-0142.", "phone")
    if number.extension:
        raise Invalid("Enter the phone number without an extension.", "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_email(text: str) -> str:
    """An e-mail address in its one written form, ASCII as every mail server takes it.

    Raises:
        Invalid: the text is no e-mail address.
    """
    try:
        found = validate_email(text.strip(), allow_smtputf8=False, check_deliverability=False)
    except EmailNotValidError:
        raise Invalid("Enter an email address like name@example.com.", "email") from None
    return found.ascii_email or found.normalized


def name_key(name: str) -> str:
    """A name for comparison: without case, accents, spaces and hyphens (O'Néal-Smith: onealsmith)."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in plain if c.isalnum())
    return kept or plain.strip()


def link_is_live(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """May the link still be used at `now`?"""
    return revoked_at is None and now < expires_at


def birth_date_still_counts(confirmed_at: datetime, last_used_at: datetime, now: datetime) -> bool:
    """Is a birth date given in this session recent enough not to be asked again?"""
    return now - confirmed_at < BIRTH_DATE_ABSOLUTE and now - last_used_at < BIRTH_DATE_IDLE


def _required(text: str, field: str, words: str) -> str:
    found = _optional(text, field)
    if found is None:
        raise Invalid(words, field)
    return found


def _optional(text: str | None, field: str) -> str | None:
    """One space between words; None when nothing is there."""
    found = " ".join((text or "").split())
    if len(found) > NAME_LENGTH:
        raise Invalid(f"Use {NAME_LENGTH} characters or fewer.", field)
    return found or None
