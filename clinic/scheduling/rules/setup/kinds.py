"""What can be set up: kinds of things, the image of each, and how an image is kept as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from clinic.scheduling.rules.hours import DatedKind

# Everything that is set up about one thing, by the names of its fields.
Image = Mapping[str, Any]


class Kind(StrEnum):
    """What is set up. Whatever stands earlier is pointed to by what stands later."""

    LOCATION = "location"
    ROOM = "room"
    VISIT_TYPE = "visit_type"
    SESSION = "session"
    DATED_HOURS = "dated_hours"
    CLOSURE = "closure"
    TRAVEL = "travel"
    REMINDERS = "reminders"


# The one row of the reminder policy always has this id.
REMINDERS_ID = UUID(int=1)

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.LOCATION: (
        "slug",
        "name",
        "street",
        "city",
        "state",
        "zip_code",
        "phone",
        "zone",
        "directions",
        "parking",
        "bring",
        "lateness",
        "position",
    ),
    Kind.ROOM: ("location_id", "name"),
    Kind.VISIT_TYPE: (
        "slug",
        "name",
        "minutes",
        "before_minutes",
        "after_minutes",
        "step_minutes",
        "notice_minutes",
        "phases",
        "before_decision",
        "self_bookable",
        "window_days",
        "offered",
        "position",
        "clinicians",  # ids; none: all of them
    ),
    Kind.SESSION: (
        "clinician_id",
        "location_id",
        "room_id",
        "weekday",
        "opens",
        "closes",
        "first_day",
        "last_day",
        "breaks",  # mappings of "opens", "closes" and, once it is stored, "id"
        "visit_types",  # ids; none: all of them
    ),
    Kind.DATED_HOURS: (
        "clinician_id",
        "location_id",
        "room_id",
        "kind",
        "day",
        "opens",
        "closes",
        "name",
    ),
    Kind.CLOSURE: ("location_id", "clinician_id", "first_day", "last_day", "name", "holiday"),
    Kind.TRAVEL: ("first_id", "second_id", "minutes"),
    Kind.REMINDERS: ("remind_hours", "quiet_from", "quiet_until"),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing as it is to be; no image takes it away.

    An image holds every field of its kind, typed: times, dates, ids, numbers. A session brings its breaks and
    visit types along, a visit type its clinicians. A new thing gets its id before the first preview, so that
    preview and change speak of the same.
    """

    kind: Kind
    id: UUID
    image: Image | None


def packed(image: Image | None) -> dict[str, Any] | None:
    """The image as JSON keeps it."""
    return None if image is None else {name: _packed(value) for name, value in image.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, UUID | StrEnum):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _packed(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(held) for held in value]
    return value


def unpacked(image: Mapping[str, Any] | None) -> Image | None:
    """The image behind its JSON."""
    if image is None:
        return None
    return {
        name: value if value is None else _READERS.get(name, _as_it_is)(value)
        for name, value in image.items()
    }


def _as_it_is(value: Any) -> Any:
    return value


def _ids(values: list[str]) -> tuple[UUID, ...]:
    return tuple(UUID(value) for value in values)


def _numbers(values: list[int]) -> tuple[int, ...]:
    return tuple(values)


def _breaks(values: list[dict[str, str]]) -> tuple[Image, ...]:
    return tuple(
        {
            "id": UUID(value["id"]),
            "opens": time.fromisoformat(value["opens"]),
            "closes": time.fromisoformat(value["closes"]),
        }
        for value in values
    )


_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("location_id", "clinician_id", "room_id", "first_id", "second_id"), UUID),
    **dict.fromkeys(("opens", "closes", "quiet_from", "quiet_until"), time.fromisoformat),
    **dict.fromkeys(("first_day", "last_day", "day"), date.fromisoformat),
    **dict.fromkeys(("clinicians", "visit_types"), _ids),
    **dict.fromkeys(("phases", "remind_hours"), _numbers),
    "breaks": _breaks,
    "kind": DatedKind,
}
