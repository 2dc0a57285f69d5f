"""A clinician's week: as a table of days and places, and in one line for each place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from clinic.kernel.wording import DAYS, us_birth_date, us_wall_time
from clinic.scheduling.presenters.setup.lines import Names, hours, listed
from clinic.scheduling.rules.setup import Image, Kind, SetUp

Parts = tuple[tuple[time, time], ...]
RUN = 3  # from so many days in a row on: "Mon to Thu"


@dataclass(frozen=True, slots=True)
class Block:
    """Weekly hours in one cell of the week."""

    id: UUID
    hours: str
    notes: tuple[str, ...]
    begun: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Week:
    """A clinician's weekly hours: a row for each day that has some, a column for each place."""

    places: tuple[str, ...]
    days: tuple[tuple[str, tuple[tuple[Block, ...], ...]], ...]


def own_sessions(stands: SetUp, clinician_id: UUID, today: date) -> dict[UUID, Image]:
    """A clinician's hours that have not ended yet."""
    return {
        key: image
        for key, image in stands.of(Kind.SESSION).items()
        if image["clinician_id"] == clinician_id and not (image["last_day"] and image["last_day"] < today)
    }


def week_of(stands: SetUp, clinician_id: UUID, today: date) -> Week:
    """The week as a table, coming hours included."""
    names, own = Names((stands,)), own_sessions(stands, clinician_id, today)
    used = {image["location_id"] for image in own.values()}
    places = [key for key in stands.of(Kind.LOCATION) if key in used]
    cells: dict[tuple[int, UUID], list[Block]] = defaultdict(list)
    for key, image in sorted(own.items(), key=lambda one: (one[1]["opens"], one[1]["first_day"])):
        cells[image["weekday"], image["location_id"]].append(_block(key, image, names, today))
    days = sorted({image["weekday"] for image in own.values()})
    rows = tuple((DAYS[day], tuple(tuple(cells[day, place]) for place in places)) for day in days)
    return Week(tuple(names.of(Kind.LOCATION, place) for place in places), rows)


def _block(key: UUID, image: Image, names: Names, today: date) -> Block:
    notes = [f"Break {hours(one['opens'], one['closes'])}" for one in image["breaks"]]
    if image["room_id"]:
        notes.append(names.of(Kind.ROOM, image["room_id"]))
    if image["visit_types"]:
        notes.append("Only " + listed(names.of(Kind.VISIT_TYPE, one) for one in image["visit_types"]))
    begun = image["first_day"] <= today
    if not begun:
        notes.append(f"From {us_birth_date(image['first_day'])}")
    if image["last_day"]:
        notes.append(f"Until {us_birth_date(image['last_day'])}")
    return Block(key, hours(image["opens"], image["closes"]), tuple(notes), begun, bool(image["last_day"]))


def week_lines(stands: SetUp, clinician_id: UUID, today: date) -> tuple[tuple[str, str], ...]:
    """Each place with the hours of today's weeks: ("Birmingham", "Mon to Thu 8 to 12, 1 to 5")."""
    names = Names((stands,))
    days: dict[UUID, dict[int, list[tuple[time, time]]]] = defaultdict(lambda: defaultdict(list))
    for image in own_sessions(stands, clinician_id, today).values():
        if image["first_day"] <= today:
            days[image["location_id"]][image["weekday"]].append((image["opens"], image["closes"]))
    places = [key for key in stands.of(Kind.LOCATION) if key in days]
    return tuple((names.of(Kind.LOCATION, key), _in_a_line(days[key])) for key in places)


def _in_a_line(days: Mapping[int, Sequence[tuple[time, time]]]) -> str:
    alike: dict[Parts, list[int]] = defaultdict(list)
    for day in sorted(days):
        alike[tuple(sorted(days[day]))].append(day)
    return "; ".join(f"{_days(found)} {_parts(parts)}" for parts, found in alike.items())


def _days(found: Sequence[int]) -> str:
    if len(found) >= RUN and found[-1] - found[0] == len(found) - 1:
        return f"{DAYS[found[0]][:3]} to {DAYS[found[-1]][:3]}"
    return ", ".join(DAYS[day][:3] for day in found)


def _parts(parts: Iterable[tuple[time, time]]) -> str:
    return ", ".join(f"{_short(opens)} to {_short(closes)}" for opens, closes in parts)


def _short(wall: time) -> str:
    """8 or 3:30: by day nobody mistakes it."""
    said = us_wall_time(wall).split()[0]
    return said.removesuffix(":00")
