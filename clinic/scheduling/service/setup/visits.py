"""What a change does to visits: some get another time, the others a call by the desk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_

from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.safety.queries import unresolved_subjects
from clinic.safety.rules import CallBackKind
from clinic.safety.service import open_call_back
from clinic.scheduling import queries
from clinic.scheduling.models import OccupiedCell
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import APPOINTMENT, Step, Wanted, cell_at, cells_in, first_cell_from
from clinic.scheduling.rules.setup import SetUp, Span, collide
from clinic.scheduling.service.guards import cells_of, put_cells, swap_cells
from clinic.scheduling.service.judging import place_at
from clinic.scheduling.service.moving import advance_to
from clinic.scheduling.service.steps import advance

NO_LONGER_FITS = CallBackKind.VISIT_NO_LONGER_FITS
# What a move changes of a visit, and what an undo gives back.
PLACE = (
    "clinician_id",
    "location_id",
    "room_id",
    "visit_type_id",
    "start_at",
    "end_at",
    "before_minutes",
    "after_minutes",
    "overridden",
    "attendance_confirmed_at",
)


def move_visit(
    row: AppointmentRow,
    wanted: Wanted,
    resources: Mapping[UUID, UUID],
    before: SetUp,
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Give a visit its new time before the old one is free; returns what an undo needs.

    `before` is what was set up when it stood at its old time.

    Raises:
        TimeTaken, NotBookable: the time is not open under what is set up now.
        Conflict: a visit in this state is not moved.
    """
    APPOINTMENT.next(row.state, Step.MOVE)
    owned, beside = _owned(row.id), _beside(row, before)
    place = place_at(
        wanted,
        patient_id=row.patient_id,
        now=now,
        last_day=None,
        with_notice=False,
        ignoring=row.id,
    )
    new = advance_to(row, wanted, place, actor=actor, now=now)
    swap_cells(row.id, cells_of(new, dict(resources)))
    return {
        "appointment": str(row.id),
        "version": new.version,
        "from": {name: _kept(getattr(row, name)) for name in PLACE},
        "to": {name: _kept(getattr(new, name)) for name in PLACE},
        "cells": owned,
        "beside": beside,
    }


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _owned(appointment_id: UUID) -> list[list[Any]]:
    """The cells that the visit owns, seats included."""
    cell = (OccupiedCell.resource_id, OccupiedCell.cell, OccupiedCell.seat)
    chosen = select(*cell).where(OccupiedCell.appointment_id == appointment_id).order_by(*cell)
    return [[str(resource), number, seat] for resource, number, seat in db.session.execute(chosen)]


def place_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Where a moved visit was, as columns."""
    held = dict(kept["from"])
    for name, value in held.items():
        if value is not None and name.endswith("_at"):
            held[name] = datetime.fromisoformat(value)
        elif value is not None and name.endswith("_id"):
            held[name] = UUID(value)
    return held


def move_back(
    kept: Mapping[str, Any],
    setup: SetUp,
    *,
    together: Collection[UUID],
    actor: Actor,
    now: datetime,
) -> None:
    """Give a visit that a change moved its old time, room and cells again, exactly; the patient is told.

    Args:
        setup: what is set up after the undo.
        together: all visits that the change moved; they go back as well.

    Raises:
        Conflict: the visit was changed since, or its old time is over or taken.
    """
    row = queries.appointment_row(UUID(kept["appointment"]))
    if row.version != kept["version"] or not APPOINTMENT.may(row.state, Step.MOVE):
        raise Conflict(f"Visit {row.reference} was changed since, so this cannot be undone as one.")
    old = place_of(kept)
    if old["start_at"] <= now:
        raise Conflict(f"The old time of visit {row.reference} is over, so this cannot be undone as one.")
    new = advance(row, Step.MOVE, actor=actor, now=now, **old)
    free = not any(one not in kept["beside"] for one in _beside(new, setup) if UUID(one[0]) not in together)
    if not free or not _swap_exactly(row.id, [(UUID(one), cell, seat) for one, cell, seat in kept["cells"]]):
        raise Conflict(f"The old time of visit {row.reference} was taken, so this cannot be undone as one.")


def _beside(row: AppointmentRow, setup: SetUp) -> list[list[str]]:
    """Visits of the same clinician that are too close, squeezed in on purpose: which, and from when."""
    return [
        [str(other.id), other.start_at.isoformat()]
        for other in queries.visits_around(row.clinician_id, row.start_at)
        if other.id != row.id
        and collide(_span(row), _span(other), setup.way(row.location_id, other.location_id))
    ]


def _span(row: AppointmentRow) -> Span:
    buffers = cells_in(row.before_minutes), cells_in(row.after_minutes)
    return Span(cell_at(row.start_at), first_cell_from(row.end_at), *buffers, row.location_id)


def _swap_exactly(appointment_id: UUID, wanted: list[tuple[UUID, int, int]]) -> bool:
    """Own exactly these cells and seats, the new ones first; False when somebody owns one of them."""
    own = OccupiedCell.appointment_id == appointment_id
    cell = (OccupiedCell.resource_id, OccupiedCell.cell, OccupiedCell.seat)
    owned = {
        (resource, number, seat) for resource, number, seat in db.session.execute(select(*cell).where(own))
    }
    missing = [
        {"resource_id": resource, "cell": number, "seat": seat, "appointment_id": appointment_id}
        for resource, number, seat in wanted
        if (resource, number, seat) not in owned
    ]
    if missing and put_cells(missing) < len(missing):
        return False
    surplus = owned - set(wanted)
    if surplus:
        db.session.execute(delete(OccupiedCell).where(own, tuple_(*cell).in_(surplus)))
    return True


def ask_desk(rows: Sequence[AppointmentRow], *, actor: Actor, now: datetime) -> list[str]:
    """The desk calls about each of these visits; returns the calls that were not waiting already."""
    waiting = unresolved_subjects(NO_LONGER_FITS, [row.id for row in rows])
    opened = []
    for row in _by_patient(rows):
        call = open_call_back(row.patient_id, NO_LONGER_FITS, subject_id=row.id, actor=actor, now=now)
        if row.id not in waiting:
            opened.append(str(call))
    return opened


def _by_patient(rows: Iterable[AppointmentRow]) -> list[AppointmentRow]:
    return sorted(rows, key=lambda row: (row.patient_id, row.start_at))
