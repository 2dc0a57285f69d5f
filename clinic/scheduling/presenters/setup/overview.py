"""Everything that is set up, on one page: places, visit types, days that differ, ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.kernel.wording import us_birth_date
from clinic.scheduling.presenters.setup.lines import (
    Facts,
    Names,
    counted,
    facts,
    hours,
    listed,
    minutes,
    subject,
)
from clinic.scheduling.rules.setup import Holiday, Image, Kind, SetUp

PLACE_FACTS = {"Address", "Phone", "Time zone"}


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place and its rooms."""

    id: UUID
    name: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A visit type in a line."""

    id: UUID
    name: str
    length: str
    buffers: str
    booked: str
    who: str
    offered: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """A closure, or hours of one day, that is still to come."""

    kind: str
    id: UUID
    heading: str
    details: str


def place_cards(stands: SetUp) -> tuple[PlaceCard, ...]:
    """The places, each with address, phone and rooms."""
    names, found = Names((stands,)), []
    for key, image in stands.of(Kind.LOCATION).items():
        rooms = [str(room["name"]) for room in stands.of(Kind.ROOM).values() if room["location_id"] == key]
        shown = [fact for fact in facts(Kind.LOCATION, image, names) if fact[0] in PLACE_FACTS]
        found.append(PlaceCard(key, image["name"], (*shown, ("Rooms to share", listed(rooms)))))
    return tuple(found)


def type_rows(stands: SetUp, names: Names) -> tuple[TypeRow, ...]:
    """The visit types in the clinic's order."""
    return tuple(
        TypeRow(
            key,
            image["name"],
            minutes(image["minutes"]),
            f"{image['before_minutes']} before, {image['after_minutes']} after",
            "By patients and staff" if image["self_bookable"] else "By staff alone",
            listed((names.person(one) for one in image["clinicians"]), "Every clinician"),
            image["offered"],
        )
        for key, image in stands.of(Kind.VISIT_TYPE).items()
    )


def day_rows(stands: SetUp, names: Names, today: date) -> tuple[DayRow, ...]:
    """Closures and dated hours that have not passed, the next one first; holidays have their own line."""
    closures = [
        (image["first_day"], "closure", key, image, Kind.CLOSURE)
        for key, image in stands.of(Kind.CLOSURE).items()
        if image["last_day"] >= today and not image["holiday"]
    ]
    dated = [
        (image["day"], "exception", key, image, Kind.DATED_HOURS)
        for key, image in stands.of(Kind.DATED_HOURS).items()
        if image["day"] >= today
    ]
    rows = sorted([*closures, *dated], key=lambda row: (row[0], row[1], str(row[2])))
    return tuple(
        DayRow(what, key, subject(kind, image, names), _details(image, names))
        for _, what, key, image, kind in rows
    )


def _details(image: Image, names: Names) -> str:
    """What the heading leaves open: "1:00 p.m. to 3:00 p.m., Birmingham. Conference"."""
    said = []
    if "opens" in image:
        where = [names.of(Kind.LOCATION, image["location_id"])] if image["location_id"] else []
        said.append(", ".join([hours(image["opens"], image["closes"]), *where]))
    if image["name"]:
        said.append(image["name"])
    return "; ".join(said)


def holiday_line(coming: Sequence[Holiday]) -> str:
    """Closed on 11 of the 15 coming federal holidays, and on which one next."""
    closed = [one for one in coming if one.chosen]
    if not closed:
        return "You are open on every federal holiday."
    holidays = counted(len(coming), "coming federal holiday")
    return f"Closed on {len(closed)} of {holidays}. Next: {closed[0].name}, {us_birth_date(closed[0].day)}."


def way_lines(stands: SetUp, names: Names) -> tuple[tuple[str, str], ...]:
    """Each way with its minutes."""
    return tuple(
        (subject(Kind.TRAVEL, image, names), minutes(image["minutes"]))
        for image in stands.of(Kind.TRAVEL).values()
    )
