"""How dates, times, counts and phone numbers read: US forms for patients and desk, clinical for charts."""

from datetime import date, datetime, time

from clinic.kernel.clock import central

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# Above it nobody counts on: a count of everything would cost more than the page.
COUNT_CAP = 1_000


def _local(moment: date) -> date:
    """Instants are read on a clock in Alabama; plain dates stay as they are."""
    return central(moment) if isinstance(moment, datetime) else moment


def us_date(moment: date) -> str:
    """Tuesday, December 8."""
    day = _local(moment)
    return f"{DAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"


def us_date_long(moment: date) -> str:
    """Tuesday, December 8, 2026."""
    return f"{us_date(moment)}, {_local(moment).year}"


def us_date_short(moment: date) -> str:
    """Tue, Dec 8."""
    day = _local(moment)
    return f"{DAYS[day.weekday()][:3]}, {MONTHS[day.month - 1][:3]} {day.day}"


def us_birth_date(moment: date) -> str:
    """September 27, 1967."""
    day = _local(moment)
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def us_time(instant: datetime) -> str:
    """10:30 a.m., always on a clock in Alabama; the page says "Central Time" once."""
    return us_wall_time(central(instant).time())


def us_wall_time(wall: time) -> str:
    """10:30 a.m., of a time of day that belongs to no date."""
    return f"{(wall.hour - 1) % 12 + 1}:{wall.minute:02} {'a.m.' if wall.hour < 12 else 'p.m.'}"


def us_date_time(instant: datetime) -> str:
    """Tuesday, December 8, 10:30 a.m."""
    return f"{us_date(instant)}, {us_time(instant)}"


def clinical_date(moment: date) -> str:
    """20 Feb 2026, which cannot be read as the 2nd of another month."""
    day = _local(moment)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def us_phone(number: str) -> str:
    """(205) 555-0142 from any US number; other numbers stay as they are."""
    digits = "".join(letter for letter in number if letter.isdecimal())
    digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else number


def tel(number: str) -> str:
    """The address of a phone link: tel:+12055550142; short numbers (911, 988) as they are."""
    digits = "".join(letter for letter in number if letter.isdecimal())
    return f"tel:+1{digits}" if len(digits) == 10 else f"tel:{'+' if len(digits) > 10 else ''}{digits}"


def count_words(count: int) -> str:
    """14, 1,000, or "1,000+" for whatever is more."""
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"
