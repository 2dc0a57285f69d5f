"""Reads of what is set up: everything at once, for pages and changes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.accounts.queries import colleagues
from clinic.platform.extensions import db
from clinic.scheduling.models import (
    ClinicianSession,
    Closure,
    DatedHours,
    Location,
    ReminderPolicy,
    Room,
    SessionBreak,
    SessionVisitType,
    TravelTime,
    VisitType,
    VisitTypeClinician,
)
from clinic.scheduling.rules.setup import FIELDS, Image, Kind, SetUp

TABLES: Mapping[Kind, Any] = {
    Kind.LOCATION: Location,
    Kind.ROOM: Room,
    Kind.VISIT_TYPE: VisitType,
    Kind.SESSION: ClinicianSession,
    Kind.DATED_HOURS: DatedHours,
    Kind.CLOSURE: Closure,
    Kind.TRAVEL: TravelTime,
    Kind.REMINDERS: ReminderPolicy,
}
# Fields of an image that are rows of other tables.
ASIDE = ("clinicians", "breaks", "visit_types")
# JSON gives lists back; images hold tuples, so that nobody changes them.
_LISTS = ("phases", "remind_hours")


def columns_of(kind: Kind) -> tuple[str, ...]:
    """The fields of an image that are columns of its own table."""
    return tuple(name for name in FIELDS[kind] if name not in ASIDE)


def set_up() -> SetUp:
    """Everything that is set up, in the order that pages show it: a dozen statements, whatever there is."""
    things = {kind: _rows(kind) for kind in Kind}
    for kind, name, found in (
        (Kind.VISIT_TYPE, "clinicians", _restricted_to()),
        (Kind.SESSION, "visit_types", _served()),
        (Kind.SESSION, "breaks", _breaks()),
    ):
        things[kind] = {
            thing: {**image, name: tuple(found.get(thing, ()))} for thing, image in things[kind].items()
        }
    return SetUp(things, {who: known.full_name for who, known in colleagues().items()})


_ORDER: Mapping[Kind, tuple[Any, ...]] = {
    Kind.LOCATION: (Location.position, Location.slug),
    Kind.ROOM: (Room.name,),
    Kind.VISIT_TYPE: (VisitType.position, VisitType.slug),
    Kind.SESSION: (ClinicianSession.weekday, ClinicianSession.opens, ClinicianSession.first_day),
    Kind.DATED_HOURS: (DatedHours.day, DatedHours.opens),
    Kind.CLOSURE: (Closure.first_day, Closure.name),
    Kind.TRAVEL: (TravelTime.minutes,),
    Kind.REMINDERS: (),
}


def _rows(kind: Kind) -> dict[UUID, Image]:
    table = TABLES[kind]
    chosen = select(table.id, *(getattr(table, name) for name in columns_of(kind)))
    found = db.session.execute(chosen.order_by(*_ORDER[kind], table.id)).mappings()
    return {row["id"]: {name: _read(name, row[name]) for name in columns_of(kind)} for row in found}


def _read(name: str, value: Any) -> Any:
    return tuple(value) if name in _LISTS else value


def _restricted_to() -> dict[UUID, list[UUID]]:
    pair = (VisitTypeClinician.visit_type_id, VisitTypeClinician.clinician_id)
    return _grouped(db.session.execute(select(*pair).order_by(*pair)))


def _served() -> dict[UUID, list[UUID]]:
    pair = (SessionVisitType.session_id, SessionVisitType.visit_type_id)
    return _grouped(db.session.execute(select(*pair).order_by(*pair)))


def _grouped(rows: Any) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for owner, one in rows:
        found[owner].append(one)
    return {owner: sorted(held) for owner, held in found.items()}


def _breaks() -> dict[UUID, list[Image]]:
    found: dict[UUID, list[Image]] = defaultdict(list)
    columns = (SessionBreak.session_id, SessionBreak.id, SessionBreak.opens, SessionBreak.closes)
    chosen = select(*columns).order_by(SessionBreak.opens, SessionBreak.id)
    for session_id, break_id, opens, closes in db.session.execute(chosen):
        found[session_id].append({"id": break_id, "opens": opens, "closes": closes})
    return found
