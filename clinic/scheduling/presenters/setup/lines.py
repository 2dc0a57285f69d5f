"""What is set up, thing by thing, in words: each fact with its label."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from clinic.kernel.wording import DAYS, us_date_long, us_phone, us_wall_time
from clinic.scheduling.rules import DatedKind
from clinic.scheduling.rules.setup import Image, Kind, SetUp

PRIORITY_WORDS = {"1": "Urgent", "2": "Safety call", "3": "Soon", "4": "Standard", "5": "Routine"}
PHASE_WORDS = {1: "One", 2: "Two", 3: "Three"}
ZONE_WORDS = {
    "America/Chicago": "Central Time",
    "America/New_York": "Eastern Time",
    "America/Denver": "Mountain Time",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific Time",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
}
DATED_WORDS = {DatedKind.AWAY: "Away", DatedKind.EXTRA: "Extra hours"}
GONE = "one that is not there any more"
NOTHING = "None"
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What places, rooms, visit types and people are called, also those of another time."""

    of_time: tuple[SetUp, ...]

    def of(self, kind: Kind, key: UUID | None, nobody: str = NOTHING) -> str:
        """The name of a place, a room or a visit type."""
        if key is None:
            return nobody
        found = (one.of(kind).get(key) for one in self.of_time)
        return next((str(image["name"]) for image in found if image is not None), GONE)

    def person(self, key: UUID | None, nobody: str = "Everybody") -> str:
        """The name of a clinician."""
        if key is None:
            return nobody
        return next((one.people[key] for one in self.of_time if key in one.people), GONE)


def hours(opens: time, closes: time) -> str:
    """8:00 a.m. to 12:00 p.m."""
    return f"{us_wall_time(opens)} to {us_wall_time(closes)}"


def minutes(count: int) -> str:
    """45 minutes, or 1 hour 30 minutes."""
    whole, rest = divmod(count, 60) if count > 60 else (0, count)
    said = [counted(whole, "hour")] if whole else []
    return " ".join([*said, counted(rest, "minute")] if rest or not whole else said)


def counted(count: int, word: str) -> str:
    """1 hour, 2 hours."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def listed(words: Iterable[str], otherwise: str = NOTHING) -> str:
    """First, second and third."""
    *first, last = tuple(words) or (otherwise,)
    return f"{', '.join(first)} and {last}" if first else last


def span(first: date, last: date) -> str:
    """Tuesday, December 8, 2026, or from one day to another."""
    return us_date_long(first) if first == last else f"{us_date_long(first)} to {us_date_long(last)}"


def facts(kind: Kind, image: Image, names: Names) -> Facts:
    """Every fact of one thing."""
    return _FACTS[kind](image, names)


def subject(kind: Kind, image: Image, names: Names) -> str:
    """What it is called in a heading."""
    return _SUBJECTS[kind](image, names)


def _location(image: Image, _: Names) -> Facts:
    return (
        ("Name", image["name"]),
        ("Address", f"{image['street']}, {image['city']}, {image['state']} {image['zip_code']}"),
        ("Phone", us_phone(image["phone"])),
        ("Time zone", ZONE_WORDS.get(image["zone"], str(image["zone"]))),
        ("How to find it", image["directions"] or NOTHING),
        ("Parking", image["parking"] or NOTHING),
        ("What to bring", image["bring"] or NOTHING),
        ("Who runs late", image["lateness"] or NOTHING),
    )


def _room(image: Image, _: Names) -> Facts:
    return (("Name", image["name"]),)


def _visit_type(image: Image, names: Names) -> Facts:
    return (
        ("Name", image["name"]),
        ("Length", minutes(image["minutes"])),
        ("Buffer before", minutes(image["before_minutes"])),
        ("Buffer after", minutes(image["after_minutes"])),
        ("Starts every", minutes(image["step_minutes"])),
        ("Notice", minutes(image["notice_minutes"])),
        ("Who does it", listed(map(names.person, image["clinicians"]), "Every clinician")),
        ("Confirmed phases", listed(PHASE_WORDS[one] for one in image["phases"])),
        ("Before a decision", _yes_no(image["before_decision"])),
        ("Patients may book it", _yes_no(image["self_bookable"])),
        ("Offered", _yes_no(image["offered"])),
        ("How far ahead", windows(image["window_days"])),
    )


def windows(days: Mapping[str, int]) -> str:
    """1 Urgent: 7 days; the see-by date alone where nothing is said."""
    if not days:
        return "Until the see-by date"
    said = [f"{number} {PRIORITY_WORDS[number]}: {counted(days[number], 'day')}" for number in sorted(days)]
    others = ["others until the see-by date"] if len(days) < len(PRIORITY_WORDS) else []
    return "; ".join([*said, *others])


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def _session(image: Image, names: Names) -> Facts:
    last = image["last_day"]
    return (
        ("Day", f"{DAYS[image['weekday']]}s"),
        ("Place", names.of(Kind.LOCATION, image["location_id"])),
        ("Hours", hours(image["opens"], image["closes"])),
        ("Breaks", listed(hours(one["opens"], one["closes"]) for one in image["breaks"])),
        ("Room", names.of(Kind.ROOM, image["room_id"])),
        ("From", us_date_long(image["first_day"])),
        ("Until", us_date_long(last) if last else "It goes on"),
        ("Visits", listed((names.of(Kind.VISIT_TYPE, one) for one in image["visit_types"]), "All")),
    )


def _dated(image: Image, names: Names) -> Facts:
    extra = image["kind"] is DatedKind.EXTRA
    return (
        ("What", DATED_WORDS[image["kind"]]),
        ("Clinician", names.person(image["clinician_id"])),
        ("Day", us_date_long(image["day"])),
        ("Hours", hours(image["opens"], image["closes"])),
        ("Place", names.of(Kind.LOCATION, image["location_id"], "Wherever they are")),
        *((("Room", names.of(Kind.ROOM, image["room_id"])),) if extra else ()),
        ("Why", image["name"] or NOTHING),
    )


def _closure(image: Image, names: Names) -> Facts:
    return (
        ("Days", span(image["first_day"], image["last_day"])),
        ("Where", names.of(Kind.LOCATION, image["location_id"], "All places")),
        ("Who", names.person(image["clinician_id"])),
        ("Why", image["name"]),
    )


def _travel(image: Image, _: Names) -> Facts:
    return (("The way takes", minutes(image["minutes"])),)


def _reminders(image: Image, _: Names) -> Facts:
    sent = listed(counted(one, "hour") for one in image["remind_hours"])
    return (
        ("Reminders", f"{sent} before the visit" if image["remind_hours"] else "None"),
        ("Quiet hours", hours(image["quiet_from"], image["quiet_until"])),
    )


def _of_session(image: Image, names: Names) -> str:
    where = names.of(Kind.LOCATION, image["location_id"])
    when = f"{DAYS[image['weekday']]}s {hours(image['opens'], image['closes'])}"
    return f"Hours of {names.person(image['clinician_id'])}, {when}, {where}"


def _of_dated(image: Image, names: Names) -> str:
    who = names.person(image["clinician_id"])
    return f"{DATED_WORDS[image['kind']]}: {who}, {us_date_long(image['day'])}"


def _of_closure(image: Image, names: Names) -> str:
    if image["holiday"]:
        return f"Holiday: {image['name']}, {span(image['first_day'], image['last_day'])}"
    where = names.of(Kind.LOCATION, image["location_id"], "all places")
    who = names.person(image["clinician_id"])
    closed = f"Away: {who}" if image["clinician_id"] else "Closed"
    at = "" if image["clinician_id"] and not image["location_id"] else f", {where}"
    return f"{closed}{at}, {span(image['first_day'], image['last_day'])}"


def _of_travel(image: Image, names: Names) -> str:
    ends = sorted(names.of(Kind.LOCATION, image[end]) for end in ("first_id", "second_id"))
    return f"The way between {' and '.join(ends)}"


_FACTS: Mapping[Kind, Callable[[Any, Names], Facts]] = {
    Kind.LOCATION: _location,
    Kind.ROOM: _room,
    Kind.VISIT_TYPE: _visit_type,
    Kind.SESSION: _session,
    Kind.DATED_HOURS: _dated,
    Kind.CLOSURE: _closure,
    Kind.TRAVEL: _travel,
    Kind.REMINDERS: _reminders,
}
_SUBJECTS: Mapping[Kind, Callable[[Any, Names], str]] = {
    Kind.LOCATION: lambda image, _: f"Place {image['name']}",
    Kind.ROOM: lambda image, names: f"{image['name']} at {names.of(Kind.LOCATION, image['location_id'])}",
    Kind.VISIT_TYPE: lambda image, _: f"Visit type {image['name']}",
    Kind.SESSION: _of_session,
    Kind.DATED_HOURS: _of_dated,
    Kind.CLOSURE: _of_closure,
    Kind.TRAVEL: _of_travel,
    Kind.REMINDERS: lambda _image, _names: "Reminders",
}
