"""Images and edits for the tests of setting up time."""

from datetime import time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Edit, Image, Kind
from tests.scheduling.scene import MONDAY

# What only grows: an undo adds to it like everything else.
HISTORY = {
    "appointment_event",
    "appointment_override",
    "audit_event",
    "call_back",
    "call_back_event",
    "outbox_message",
    "setup_change",
}
COUNTERS = {("appointment", name) for name in ("version", "sequence", "changed_at", "idempotency_key")}


def image(kind: Kind, one: UUID, **changed: Any) -> Image:
    """What stands, with some fields changed."""
    return {**set_up().of(kind)[one], **changed}


def edited(kind: Kind, one: UUID, **changed: Any) -> Edit:
    """The edit that changes these fields."""
    return Edit(kind, one, image(kind, one, **changed))


def sessions_of(clinician: UUID) -> dict[int, UUID]:
    """The sessions of a clinician by weekday."""
    held = set_up().of(Kind.SESSION)
    return {one["weekday"]: key for key, one in held.items() if one["clinician_id"] == clinician}


def closure(**given: Any) -> Edit:
    """Closed on Monday, everywhere and for all, unless told otherwise."""
    held = {"location_id": None, "clinician_id": None, "first_day": MONDAY, "last_day": MONDAY}
    return Edit(Kind.CLOSURE, uuid4(), {**held, "name": "Training", "holiday": False, **given})


def session(clinician: UUID, location: UUID, **given: Any) -> Edit:
    """Monday afternoon from one to five."""
    held = {"room_id": None, "weekday": 0, "opens": time(13), "closes": time(17), "first_day": MONDAY}
    more = {"last_day": None, "breaks": (), "visit_types": ()}
    who = {"clinician_id": clinician, "location_id": location}
    return Edit(Kind.SESSION, uuid4(), {**who, **held, **more, **given})


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but history, without the counters of appointments, to be compared."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in HISTORY:
            columns = [c for c in table.columns if (table.name, c.name) not in COUNTERS]
            rows = db.session.execute(select(*columns)).all()
            found[table.name] = sorted(tuple(map(repr, row)) for row in rows)
    db.session.rollback()
    return found
