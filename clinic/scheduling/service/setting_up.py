"""Adding one thing to what is set up, without a preview: a new clinic has no visits to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.scheduling.rules.setup import REMINDERS_ID, Edit, Kind, SetUp, checked
from clinic.scheduling.service.setup.writing import write

_NOTHING = SetUp({}, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLocation:
    """A place as it is set up."""

    slug: str
    name: str
    street: str
    city: str
    state: str
    zip_code: str
    phone: str
    zone: str = "America/Chicago"
    directions: str = ""
    parking: str = ""
    bring: str = ""
    lateness: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisitType:
    """A visit type as it is set up; minutes in whole fives."""

    slug: str
    name: str
    minutes: int
    before_minutes: int = 0
    after_minutes: int = 10
    step_minutes: int = 15
    notice_minutes: int = 24 * 60
    phases: tuple[int, ...] = ()
    before_decision: bool = False
    self_bookable: bool = True
    window_days: Mapping[str, int] = field(default_factory=dict)
    offered: bool = True
    clinicians: tuple[UUID, ...] = ()
    position: int = 0


@transaction()
def add_location(given: NewLocation, *, actor: Actor, now: datetime) -> UUID:
    """Open a place.

    Raises:
        Invalid: something about it cannot be; `field` says what.
    """
    return _add(Kind.LOCATION, asdict(given), Action.LOCATION_ADDED, actor, now)


@transaction()
def add_room(location_id: UUID, name: str, *, actor: Actor, now: datetime) -> UUID:
    """Add a room that visits of some sessions need."""
    return _add(Kind.ROOM, {"location_id": location_id, "name": name}, Action.ROOM_ADDED, actor, now)


@transaction()
def add_visit_type(given: NewVisitType, *, actor: Actor, now: datetime) -> UUID:
    """Add a kind of visit.

    Raises:
        Invalid: a length that is not in whole fives of minutes, or something else that cannot be.
    """
    return _add(Kind.VISIT_TYPE, asdict(given), Action.VISIT_TYPE_ADDED, actor, now)


@transaction()
def add_session(
    *,
    clinician_id: UUID,
    location_id: UUID,
    weekday: int,
    opens: time,
    closes: time,
    first_day: date,
    last_day: date | None = None,
    room_id: UUID | None = None,
    breaks: tuple[tuple[time, time], ...] = (),
    visit_type_ids: tuple[UUID, ...] = (),
    actor: Actor,
    now: datetime,
) -> UUID:
    """Give a clinician weekly hours at a location; without visit types the session serves them all.

    Raises:
        Invalid: hours that end before they begin or are not in whole fives of minutes.
    """
    values = {
        "clinician_id": clinician_id,
        "location_id": location_id,
        "room_id": room_id,
        "weekday": weekday,
        "opens": opens,
        "closes": closes,
        "first_day": first_day,
        "last_day": last_day,
        "breaks": tuple({"opens": begins, "closes": ends} for begins, ends in breaks),
        "visit_types": visit_type_ids,
    }
    return _add(Kind.SESSION, values, Action.SESSION_ADDED, actor, now)


@transaction()
def add_closure(
    *,
    first_day: date,
    last_day: date,
    name: str,
    location_id: UUID | None = None,
    clinician_id: UUID | None = None,
    holiday: bool = False,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Offer no new times on these days.

    Raises:
        Invalid: the last day lies before the first.
    """
    values = {
        "first_day": first_day,
        "last_day": last_day,
        "name": name,
        "location_id": location_id,
        "clinician_id": clinician_id,
        "holiday": holiday,
    }
    return _add(Kind.CLOSURE, values, Action.CLOSURE_ADDED, actor, now)


@transaction()
def add_travel_time(one: UUID, other: UUID, minutes: int, *, actor: Actor, now: datetime) -> UUID:
    """Say how long the way between two locations takes."""
    values = {"first_id": one, "second_id": other, "minutes": minutes}
    return _add(Kind.TRAVEL, values, Action.TRAVEL_TIME_ADDED, actor, now)


@transaction()
def set_reminders(
    remind_hours: tuple[int, ...], quiet_from: time, quiet_until: time, *, actor: Actor, now: datetime
) -> UUID:
    """Say when visits are reminded of, where nothing has been said yet."""
    values = {"remind_hours": remind_hours, "quiet_from": quiet_from, "quiet_until": quiet_until}
    return _add(Kind.REMINDERS, values, Action.REMINDERS_SET, actor, now)


def _add(kind: Kind, values: Mapping[str, Any], action: Action, actor: Actor, now: datetime) -> UUID:
    edit = checked(Edit(kind, REMINDERS_ID if kind is Kind.REMINDERS else uuid4(), values))
    write([edit], _NOTHING)
    record(action, actor=actor, subject=(kind.value, edit.id), now=now)
    return edit.id
