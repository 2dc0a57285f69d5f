"""Setting up where, when and for what people are seen."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import insert

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import (
    ClinicianSession,
    Closure,
    Location,
    Room,
    SessionVisitType,
    VisitType,
)
from clinic.scheduling.rules import CELL_MINUTES
from clinic.scheduling.service.guards import CLINICIAN, ROOM, ensure_resource


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
    position: int = 0


@transaction()
def add_location(given: NewLocation, *, actor: Actor, now: datetime) -> UUID:
    """Open a place.

    Raises:
        Invalid: no such time zone.
    """
    try:
        ZoneInfo(given.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid("Enter a time zone like America/Chicago.", "zone") from None
    return _add(Location, asdict(given), Action.LOCATION_ADDED, actor, now)


@transaction()
def add_room(location_id: UUID, name: str, *, actor: Actor, now: datetime) -> UUID:
    """Add a room that visits of some sessions need."""
    room_id = _add(Room, {"location_id": location_id, "name": name}, Action.ROOM_ADDED, actor, now)
    ensure_resource(ROOM, room_id)
    return room_id


@transaction()
def add_visit_type(given: NewVisitType, *, actor: Actor, now: datetime) -> UUID:
    """Add a kind of visit.

    Raises:
        Invalid: a length that is not in whole fives of minutes.
    """
    for name in ("minutes", "before_minutes", "after_minutes", "step_minutes"):
        if getattr(given, name) % CELL_MINUTES:
            raise Invalid("Enter minutes in steps of five.", name)
    values = asdict(given) | {"phases": list(given.phases)}
    return _add(VisitType, values, Action.VISIT_TYPE_ADDED, actor, now)


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
    visit_type_ids: tuple[UUID, ...] = (),
    actor: Actor,
    now: datetime,
) -> UUID:
    """Give a clinician weekly hours at a location; without visit types the session serves them all.

    Raises:
        Invalid: hours that end before they begin or are not in whole fives of minutes.
    """
    if opens >= closes:
        raise Invalid("The end must be later than the start.", "closes")
    for name, wall in (("opens", opens), ("closes", closes)):
        if wall.minute % CELL_MINUTES or wall.second or wall.microsecond:
            raise Invalid("Enter times in steps of five minutes.", name)
    values = {
        "clinician_id": clinician_id,
        "location_id": location_id,
        "room_id": room_id,
        "weekday": weekday,
        "opens": opens,
        "closes": closes,
        "first_day": first_day,
        "last_day": last_day,
    }
    session_id = _add(ClinicianSession, values, Action.SESSION_ADDED, actor, now)
    for visit_type_id in visit_type_ids:
        link = {"session_id": session_id, "visit_type_id": visit_type_id}
        db.session.execute(insert(SessionVisitType).values(link))
    ensure_resource(CLINICIAN, clinician_id)
    return session_id


@transaction()
def add_closure(
    *,
    first_day: date,
    last_day: date,
    name: str,
    location_id: UUID | None = None,
    clinician_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Offer no new times on these days; visits that stand already are left for a person to move.

    Raises:
        Invalid: the last day lies before the first.
    """
    if last_day < first_day:
        raise Invalid("The last day must not be before the first.", "last_day")
    values = {
        "first_day": first_day,
        "last_day": last_day,
        "name": name,
        "location_id": location_id,
        "clinician_id": clinician_id,
    }
    return _add(Closure, values, Action.CLOSURE_ADDED, actor, now)


def _add(table: Any, values: dict[str, Any], action: Action, actor: Actor, now: datetime) -> UUID:
    row_id = uuid4()
    db.session.execute(insert(table).values({"id": row_id} | values))
    record(action, actor=actor, subject=(table.__tablename__, row_id), now=now)
    return row_id
