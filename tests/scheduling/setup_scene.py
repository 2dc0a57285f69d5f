"""Images and edits for the tests of setting up time."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind, CallBackState
from clinic.scheduling import service
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Edit, Image, Kind
from clinic.scheduling.service import setup
from tests.scheduling.scene import DESK, MONDAY, Scene, central

NINE = central(MONDAY, 9)
MINUTE = timedelta(minutes=1)

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


def snapshot(*, history: bool = False) -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table, to be compared; without `history` only what an undo restores.

    Audit events are left out in either case: a look is recorded.
    """
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name == "audit_event" or (not history and table.name in HISTORY):
            continue
        columns = [c for c in table.columns if history or (table.name, c.name) not in COUNTERS]
        rows = db.session.execute(select(*columns)).all()
        found[table.name] = sorted(tuple(map(repr, row)) for row in rows)
    db.session.rollback()
    return found


def open_calls() -> set[tuple[UUID, CallBackKind]]:
    """What the desk is to call about."""
    chosen = select(CallBack.subject_id, CallBack.kind).where(CallBack.state != CallBackState.RESOLVED)
    return {(subject, kind) for subject, kind in db.session.execute(chosen)}


def book(scene: Scene, patient: UUID, start: datetime = NINE) -> UUID:
    """A first visit with Anna in Birmingham, on Monday at nine unless told otherwise."""
    row = service.book(scene.wanted(start), patient_id=patient, key=uuid4().hex, actor=DESK, now=scene.now)
    return row.id


def change(edits: list[Edit], manager: Actor, now: datetime, choices: dict[UUID, str] | None = None) -> UUID:
    """Preview and make a change, as a person does who likes what they see."""
    shown = setup.preview(edits, actor=manager, now=now)
    given = {"choices": choices or {}, "actor": manager, "now": now}
    return setup.change(edits, "A change", digest=shown.digest, **given)  # type: ignore[arg-type]


def calls() -> list[tuple[UUID, CallBackKind]]:
    """What calls were opened about, waiting or not."""
    return [(one, kind) for one, kind in db.session.execute(select(CallBack.subject_id, CallBack.kind))]
