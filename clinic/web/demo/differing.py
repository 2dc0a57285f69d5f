"""What makes the demo clinic's weeks less even: a room, a day off, hours away, hours still to come."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.scheduling.presenters.setup import names_around, steps_of, title
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules import DatedKind
from clinic.scheduling.rules.setup import Edit, Kind
from clinic.scheduling.service import setup
from clinic.web.demo.staff import Clinic

# Behind the days on which demo people have visits.
SOON, LATER = timedelta(days=24), timedelta(days=45)
WEDNESDAY = 2


def set_up_differences(clinic: Clinic, now: datetime) -> None:
    """Make the changes one by one, as the manager would."""
    for number, edits in enumerate(_changes(clinic, central_date(now))):
        at, stands = now + timedelta(minutes=4 * number), set_up()
        shown = setup.preview(edits, actor=clinic.manager, now=at)
        steps = steps_of(stands, edits)
        said = title(steps, names_around(stands, steps))
        setup.change(edits, said, digest=shown.digest, choices={}, actor=clinic.manager, now=at)


def _changes(clinic: Clinic, today: date) -> Iterator[list[Edit]]:
    birmingham, auburn = clinic.places["birmingham"], clinic.places["auburn"]
    _, lark, marlow, *_ = clinic.clinicians
    yield [Edit(Kind.ROOM, uuid4(), {"location_id": birmingham, "name": "Room 3"})]
    yield [_closed(today + SOON, "Staff training day", auburn)]
    yield [_away(lark, _next(WEDNESDAY, today + SOON))]
    yield [_mondays(marlow, birmingham, today + LATER)]


def _next(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _closed(day: date, name: str, location_id: UUID) -> Edit:
    image = {"location_id": location_id, "clinician_id": None, "first_day": day, "last_day": day}
    return Edit(Kind.CLOSURE, uuid4(), {**image, "name": name, "holiday": False})


def _away(who: Actor, day: date) -> Edit:
    image: dict[str, Any] = {"clinician_id": who.id, "location_id": None, "room_id": None}
    image |= {"kind": DatedKind.AWAY, "day": day, "opens": time(13), "closes": time(15), "name": "Conference"}
    return Edit(Kind.DATED_HOURS, uuid4(), image)


def _mondays(who: Actor, place: UUID, day: date) -> Edit:
    image: dict[str, Any] = {"clinician_id": who.id, "location_id": place, "room_id": None, "weekday": 0}
    image |= {"opens": time(8), "closes": time(12), "first_day": day, "last_day": None}
    pause = {"opens": time(10), "closes": time(10, 15)}
    return Edit(Kind.SESSION, uuid4(), {**image, "breaks": (pause,), "visit_types": ()})
