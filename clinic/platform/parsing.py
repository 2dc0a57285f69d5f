"""How text that people type becomes a value: cleaned text, dates, times of day, phone numbers, e-mail."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from typing import Literal

from clinic.kernel.wording import MONTHS

LINE_LIMIT = 200
TEXT_LIMIT = 2000
PHONE_WORDS = "Enter a US phone number with 10 digits, like 205-555-0142"
EMAIL_WORDS = "Enter an email address in the right form, like name@example.com"
EARLIEST_YEAR = 1900  # nobody who types a date here means one before it

DatePart = Literal["month", "day", "year"]
DATE_PARTS: tuple[DatePart, ...] = ("month", "day", "year")

# Overrides make later text read backwards on somebody else's screen; marks that languages need stay.
_OVERRIDES = {"\u202d", "\u202e"}


class Unreadable(ValueError):  # noqa: N818 - reads as the sentence it carries
    """What was typed cannot be used; the text is ready to be shown, `parts` are the boxes at fault."""

    def __init__(self, message: str, parts: tuple[DatePart, ...] = ()) -> None:
        super().__init__(message)
        self.parts = parts


def clean_text(raw: str, *, lines: bool = False) -> str:
    """NFC text without control characters (NUL included), outer space gone; one line unless `lines`."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(letter for letter in text if letter in "\n\t" or not _is_control(letter))
    if lines:
        return "\n".join(line.rstrip() for line in kept.split("\n")).strip()
    return " ".join(kept.split())


def _is_control(letter: str) -> bool:
    return letter in _OVERRIDES or unicodedata.category(letter) in {"Cc", "Cs"}


def within(text: str, limit: int, noun: str) -> str:
    """The text, if it is not longer than the limit.

    Raises:
        Unreadable: it is longer; the words name the limit.
    """
    if len(text) > limit:
        raise Unreadable(f"{noun} must be {limit:,} characters or fewer")
    return text


def month_number(text: str) -> int | None:
    """1 to 12 from "9", "09", "Sept", "sep." or "September"."""
    word = text.strip().rstrip(".").casefold()
    if re.fullmatch(r"\d{1,2}", word):
        return int(word) if 1 <= int(word) <= 12 else None
    if len(word) < 3:
        return None
    found = [number for number, name in enumerate(MONTHS, 1) if name.casefold().startswith(word)]
    return found[0] if len(found) == 1 else None


def us_date_from(typed: Mapping[str, str], noun: str = "Date", *, not_after: date | None = None) -> date:
    """The date in three boxes: month (number or name), day, year with four digits.

    Raises:
        Unreadable: a box is empty or wrong, there is no such day, or it is later than `not_after`.
    """
    boxes = {part: clean_text(typed.get(part, ""))[:20] for part in DATE_PARTS}
    missing = tuple(part for part in DATE_PARTS if not boxes[part])
    if missing:
        raise Unreadable(f"{noun} must include a {' and a '.join(missing)}", missing)
    if re.fullmatch(r"\d{1,3}|\d{5,}", boxes["year"]):
        raise Unreadable("Year must include 4 numbers", ("year",))
    found = _real_date(boxes)
    if found is None:
        raise Unreadable(f"{noun} must be a real date", DATE_PARTS)
    if found.year < EARLIEST_YEAR:
        raise Unreadable(f"{noun} must be after {EARLIEST_YEAR}", ("year",))
    if not_after is not None and found > not_after:
        raise Unreadable(f"{noun} must be in the past", DATE_PARTS)
    return found


def _real_date(boxes: Mapping[DatePart, str]) -> date | None:
    month = month_number(boxes["month"])
    day = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)?", boxes["day"].casefold())
    if month is None or day is None or not re.fullmatch(r"\d{4}", boxes["year"]):
        return None
    try:
        return date(int(boxes["year"]), month, int(day[1]))
    except ValueError:
        return None


# "8", "8:30", "8.30", "830", "1 pm", "1:00 p.m.", "13:00".
_CLOCK = re.compile(r"(\d{1,2}?)[:.]?(\d{2})?([ap])?m?")


def time_from(typed: str, noun: str = "Time", *, pm_below: int = 7) -> time:
    """A time of day as people in the US type it: "8", "8:30 am", "1 p.m.", "13:00", "noon".

    Without am or pm an hour below `pm_below` is in the afternoon, unless it is written with a zero ("05:30").

    Raises:
        Unreadable: it is no time of a day.
    """
    word = re.sub(r"[\s.]+(?=[apm])|(?<=[apm])\.|\s", "", typed.casefold())
    if word in ("noon", "12noon"):
        return time(12)
    found = _CLOCK.fullmatch(word)
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif half:
            hour = 24  # "13 pm", "0 am"
        elif 1 <= hour < pm_below and not found[1].startswith("0"):
            hour += 12
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Unreadable(f"{noun} must be a time of day, like 8:30 a.m. or 1 p.m.")


def us_phone_from(typed: str) -> str:
    """A US number as +12055550142, from any punctuation people use.

    Raises:
        Unreadable: it is no possible US number.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException as wrong:
        raise Unreadable(PHONE_WORDS) from wrong
    # Possible, not valid: 555-01xx numbers are reserved for examples, and new area codes come out each year.
    if number.country_code != 1 or number.extension or not phonenumbers.is_possible_number(number):
        raise Unreadable(PHONE_WORDS)
    if len(str(number.national_number)) != 10:
        raise Unreadable(PHONE_WORDS)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_from(typed: str) -> str:
    """An e-mail address in its normal form; nothing is looked up on the network.

    Raises:
        Unreadable: it cannot be an address.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as wrong:
        raise Unreadable(EMAIL_WORDS) from wrong
