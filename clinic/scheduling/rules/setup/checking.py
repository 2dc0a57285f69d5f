"""Is one thing set up soundly? Each image is brought into its one written form, or refused in a sentence."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinic.kernel.errors import Invalid
from clinic.kernel.us import STATES, phone_number, zip_code
from clinic.scheduling.rules.cells import CELL_MINUTES
from clinic.scheduling.rules.hours import DatedKind
from clinic.scheduling.rules.setup.kinds import FIELDS, Edit, Image, Kind
from clinic.scheduling.rules.windows import FURTHEST

PRIORITIES = ("1", "2", "3", "4", "5")
PHASES = (1, 2, 3)
MOST_REMINDERS, LONGEST_REMINDER = 4, 336
LONGEST_VISIT, LONGEST_BUFFER, LONGEST_WAY = 480, 120, 480
# What is quiet nearly all day would never send anything in time.
SHORTEST_LOUD, _DAY = 2 * 60, 24 * 60
LONGEST_NOTICE = 90 * 24 * 60
_LATEST_POSITION = 999


def checked(edit: Edit) -> Edit:
    """The same edit with its image in its one written form.

    Raises:
        Invalid: it cannot be; `field` is the name in the image.
        ValueError: the image lacks a field, or has one that its kind does not know.
    """
    if edit.image is None:
        return edit
    if set(edit.image) != set(FIELDS[edit.kind]):
        odd = set(edit.image) ^ set(FIELDS[edit.kind])
        raise ValueError(f"the image of a {edit.kind} is wrong about {sorted(odd)}")
    found = _CHECKS[edit.kind](edit.image, edit.id)
    return Edit(edit.kind, edit.id, {name: found[name] for name in FIELDS[edit.kind]})


def slug_of(name: str) -> str:
    """What an address calls it: "birmingham-south"."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")


def _location(image: Image, _: UUID) -> Image:
    name = _text(image, "name", 80, "Enter the name of the location.")
    state = str(image["state"]).strip().upper()
    if state not in STATES or state == "XX":
        raise Invalid("Choose a state.", "state")
    zipped = zip_code(str(image["zip_code"]).strip())
    if zipped is None:
        raise Invalid("Enter a ZIP code like 35203.", "zip_code")
    phone = phone_number(str(image["phone"]).strip())
    if phone is None:
        raise Invalid("Enter a phone number with area code, like 205-555-0142.", "phone")
    return {
        "name": name,
        "slug": _slug(image),
        "street": _text(image, "street", 120, "Enter the street and number."),
        "city": _text(image, "city", 80, "Enter the city."),
        "state": state,
        "zip_code": zipped,
        "phone": phone,
        "zone": _zone(str(image["zone"]).strip()),
        **{name: _text(image, name, 2000) for name in ("directions", "parking", "bring", "lateness")},
        "position": _number(image, "position", 0, _LATEST_POSITION),
    }


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("Enter a time zone like America/Chicago.", "zone") from None
    if len(name) > 40:
        raise Invalid("Enter a time zone like America/Chicago.", "zone")
    return name


def _room(image: Image, _: UUID) -> Image:
    return {**image, "name": _text(image, "name", 60, "Enter the name of the room.")}


def _visit_type(image: Image, _: UUID) -> Image:
    return {
        "name": _text(image, "name", 80, "Enter the name of the visit type."),
        "slug": _slug(image),
        "minutes": _fives(image, "minutes", 5, LONGEST_VISIT),
        "before_minutes": _fives(image, "before_minutes", 0, LONGEST_BUFFER),
        "after_minutes": _fives(image, "after_minutes", 0, LONGEST_BUFFER),
        "step_minutes": _fives(image, "step_minutes", 5, LONGEST_VISIT),
        "notice_minutes": _number(image, "notice_minutes", 0, LONGEST_NOTICE),
        "phases": _phases(image["phases"]),
        **{name: bool(image[name]) for name in ("before_decision", "self_bookable", "offered")},
        "window_days": _window_days(image["window_days"]),
        "position": _number(image, "position", 0, _LATEST_POSITION),
        "clinicians": tuple(sorted(set(image["clinicians"]))),
    }


def _phases(given: Iterable[int]) -> tuple[int, ...]:
    phases = tuple(sorted(set(given)))
    if not set(phases) <= set(PHASES):
        raise Invalid("Choose from Phase One, Two and Three.", "phases")
    return phases


def _window_days(given: Mapping[str, int]) -> dict[str, int]:
    for priority, days in given.items():
        if priority not in PRIORITIES:
            raise Invalid("Priorities go from 1 to 5.", "window_days")
        if not 1 <= days <= FURTHEST.days:
            raise Invalid(f"Enter a number of days from 1 to {FURTHEST.days}.", "window_days")
    return {priority: given[priority] for priority in sorted(given)}


def _session(image: Image, session_id: UUID) -> Image:
    weekday = _number(image, "weekday", 0, 6)
    opens, closes = _hours(image)
    _in_order(image["first_day"], image["last_day"])
    return {
        **image,
        "weekday": weekday,
        "opens": opens,
        "closes": closes,
        "breaks": _breaks(image["breaks"], opens, closes, session_id),
        "visit_types": tuple(sorted(set(image["visit_types"]))),
    }


def _breaks(given: Sequence[Image], opens: time, closes: time, session_id: UUID) -> tuple[Image, ...]:
    """In order; a new break gets an id that the same break would get again."""
    found: list[Image] = []
    for one in sorted(given, key=lambda pause: (pause["opens"], pause["closes"])):
        try:
            begins, ends = _hours(one)
        except Invalid as wrong:
            raise Invalid(f"Break: {wrong.message}", "breaks") from None
        if begins < opens or ends > closes:
            raise Invalid("A break must lie inside the session.", "breaks")
        if found and begins < found[-1]["closes"]:
            raise Invalid("Two breaks overlap.", "breaks")
        known = one.get("id") or uuid5(session_id, f"{begins}-{ends}")
        found.append({"id": known, "opens": begins, "closes": ends})
    return tuple(found)


def _dated_hours(image: Image, _: UUID) -> Image:
    kind = DatedKind(image["kind"])
    opens, closes = _hours(image)
    if kind is DatedKind.EXTRA and image["location_id"] is None:
        raise Invalid("Choose where these hours are.", "location_id")
    if kind is DatedKind.AWAY and image["room_id"] is not None:
        raise Invalid("Time away needs no room.", "room_id")
    return {**image, "kind": kind, "opens": opens, "closes": closes, "name": _text(image, "name", 80)}


def _closure(image: Image, _: UUID) -> Image:
    _in_order(image["first_day"], image["last_day"])
    name = _text(image, "name", 80, "Enter the reason, like Staff training day.")
    return {**image, "name": name, "holiday": bool(image["holiday"])}


def _travel(image: Image, _: UUID) -> Image:
    if image["first_id"] == image["second_id"]:
        raise Invalid("Choose two different locations.", "second_id")
    first, second = sorted((image["first_id"], image["second_id"]))
    minutes = _fives(image, "minutes", 5, LONGEST_WAY)
    return {"first_id": first, "second_id": second, "minutes": minutes}


def _reminders(image: Image, _: UUID) -> Image:
    hours = tuple(sorted(set(image["remind_hours"]), reverse=True))
    if len(hours) > MOST_REMINDERS:
        raise Invalid(f"Choose at most {MOST_REMINDERS} reminders.", "remind_hours")
    if not all(1 <= hour <= LONGEST_REMINDER for hour in hours):
        raise Invalid(f"Enter hours from 1 to {LONGEST_REMINDER}.", "remind_hours")
    for name in ("quiet_from", "quiet_until"):
        _wall(image, name)
    if image["quiet_from"] == image["quiet_until"]:
        raise Invalid("Quiet hours must begin and end at different times.", "quiet_until")
    if (_minutes(image["quiet_from"]) - _minutes(image["quiet_until"])) % _DAY < SHORTEST_LOUD:
        raise Invalid("Leave at least two hours a day in which people may be written to.", "quiet_until")
    return {**image, "remind_hours": hours}


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _text(image: Image, name: str, longest: int, missing: str = "") -> str:
    """One or more lines without blanks around them; empty only when it may be."""
    text = "\n".join(line.rstrip() for line in str(image[name]).strip().splitlines())
    if missing and not text:
        raise Invalid(missing, name)
    if len(text) > longest:
        raise Invalid(f"Use {longest} characters or fewer.", name)
    return text


def _slug(image: Image) -> str:
    slug = slug_of(str(image["slug"]) or str(image["name"]))
    if not slug:
        raise Invalid("Use some letters or digits.", "name")
    return slug


def _number(image: Image, name: str, least: int, most: int) -> int:
    number = int(image[name])
    if not least <= number <= most:
        raise Invalid(f"Enter a number from {least} to {most:,}.", name)
    return number


def _fives(image: Image, name: str, least: int, most: int) -> int:
    minutes = _number(image, name, least, most)
    if minutes % CELL_MINUTES:
        raise Invalid("Enter minutes in steps of five.", name)
    return minutes


def _wall(image: Image, name: str) -> time:
    wall: time = image[name]
    if wall.minute % CELL_MINUTES or wall.second or wall.microsecond:
        raise Invalid("Enter times in steps of five minutes.", name)
    return wall


def _hours(image: Image) -> tuple[time, time]:
    opens, closes = _wall(image, "opens"), _wall(image, "closes")
    if opens >= closes:
        raise Invalid("The end must be later than the start.", "closes")
    return opens, closes


def _in_order(first_day: date, last_day: date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise Invalid("The last day must not be before the first.", "last_day")


_CHECKS: Mapping[Kind, Callable[[Any, UUID], Image]] = {
    Kind.LOCATION: _location,
    Kind.ROOM: _room,
    Kind.VISIT_TYPE: _visit_type,
    Kind.SESSION: _session,
    Kind.DATED_HOURS: _dated_hours,
    Kind.CLOSURE: _closure,
    Kind.TRAVEL: _travel,
    Kind.REMINDERS: _reminders,
}
