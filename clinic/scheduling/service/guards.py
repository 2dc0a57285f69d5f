"""What keeps one time from being given twice: locks on resources first, then cells under a primary key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, delete, select, text, union_all

from clinic.platform.extensions import db
from clinic.platform.inserting import insert_ignoring
from clinic.platform.reading import run
from clinic.scheduling.models import ClinicianSession, DatedHours, OccupiedCell, Resource
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import Refusal, cells_of_visit, refuse

Cell = tuple[UUID, int]
CLINICIAN, PATIENT, ROOM = "clinician", "patient", "room"
ORDINARY_SEAT = 0


def ensure_resource(kind: str, owner_id: UUID) -> None:
    """Make the row that stands for somebody or something, unless it is there.

    A room's has the room's own id: a room that is taken away and brought back is locked as before.
    """
    row = {"id": owner_id if kind == ROOM else uuid4(), "kind": kind, "owner_id": owner_id}
    run(insert_ignoring(Resource), row)


_OWNED = select(Resource.id).where(Resource.owner_id.in_(bindparam("people", expanding=True)))
_ROOMS = (
    select(hours.room_id).where(
        hours.clinician_id.in_(bindparam("clinicians", expanding=True)),
        hours.location_id.in_(bindparam("locations", expanding=True)),
    )
    for hours in (ClinicianSession, DatedHours)
)
# By id alone: with an OR of owner and rooms PostgreSQL reads the resources of all patients.
_LOCK = (
    select(Resource.owner_id, Resource.id)
    .where(Resource.id.in_(union_all(_OWNED, *_ROOMS)))
    .order_by(Resource.id)
    .with_for_update()
)


def lock(patients: Iterable[UUID], clinicians: Iterable[UUID], locations: Iterable[UUID]) -> dict[UUID, UUID]:
    """Let no other booking of these people and of their rooms run until this transaction ends.

    PostgreSQL locks the resource rows in order of id, so that two bookings never wait for each other in a
    circle. On SQLite the transaction itself is the lock. Appointments are no use as locks: a free time has no
    row. Whoever changes many visits in one transaction locks all that they touch first, in one call. Returns
    the resource of each owner.
    """
    who = list(clinicians)
    given = {"clinicians": who, "locations": list(locations), "people": [*patients, *who]}
    return dict(run(_LOCK, given).all())


def cells_of(row: AppointmentRow, resources: dict[UUID, UUID]) -> list[Cell]:
    """Every cell that the appointment must own; the buffer after it is the clinician's alone."""
    own = cells_of_visit(row.start_at, row.end_at)
    padded = cells_of_visit(row.start_at, row.end_at, row.after_minutes)
    found = [(resources[row.clinician_id], cell) for cell in padded]
    found += [(resources[row.patient_id], cell) for cell in own]
    if row.room_id is not None:
        found += [(resources[row.room_id], cell) for cell in own]
    return sorted(found)


def is_clinician(owner_id: UUID) -> bool:
    """Is this somebody who sees people?"""
    chosen = select(Resource.id).where(Resource.owner_id == owner_id, Resource.kind == CLINICIAN)
    return db.session.scalar(chosen) is not None


def take_cells(appointment_id: UUID, cells: list[Cell], *, over: bool = False) -> None:
    """Own these cells: the first seat of each, or with `over` the next free one of clinician and room.

    The first seat is filled first, so that an ordinary booking always meets whoever is there.

    Raises:
        TimeTaken: somebody owns one of them; the transaction must not commit.
    """
    seats = _next_seats(cells) if over else {}
    rows = [
        {
            "resource_id": resource,
            "cell": cell,
            "seat": seats.get((resource, cell), ORDINARY_SEAT),
            "appointment_id": appointment_id,
        }
        for resource, cell in cells
    ]
    if not rows:
        return
    if put_cells(rows) < len(rows):
        refuse((Refusal.TAKEN,))


# What a clinician, a patient and a room own of one visit goes over as three lists, not as a hundred values.
_PUT = text(
    "INSERT INTO occupied_cell (resource_id, cell, seat, appointment_id) "
    "SELECT resource_id, cell, seat, :appointment_id FROM unnest("
    "CAST(:resources AS uuid[]), CAST(:cells AS integer[]), CAST(:seats AS smallint[])) "
    "AS wanted (resource_id, cell, seat) ON CONFLICT DO NOTHING RETURNING cell"
).bindparams(bindparam("appointment_id", type_=Uuid()))


def put_cells(rows: Sequence[Mapping[str, Any]]) -> int:
    """Write cells of one appointment, in this order, but those that somebody owns; how many were written."""
    if db.session.get_bind().dialect.name != "postgresql":
        return len(run(insert_ignoring(OccupiedCell, "cell"), rows).all())
    given = {
        "appointment_id": rows[0]["appointment_id"],
        "resources": [row["resource_id"] for row in rows],
        "cells": [row["cell"] for row in rows],
        "seats": [row["seat"] for row in rows],
    }
    return len(run(_PUT, given).all())


def _next_seats(cells: list[Cell]) -> dict[Cell, int]:
    """The lowest free seat of each of these cells; a patient has one seat only."""
    chosen = (
        select(OccupiedCell.resource_id, OccupiedCell.cell, OccupiedCell.seat)
        .join(Resource, Resource.id == OccupiedCell.resource_id)
        .where(
            Resource.kind != PATIENT,
            OccupiedCell.resource_id.in_({resource for resource, _ in cells}),
            OccupiedCell.cell.between(min(cell for _, cell in cells), max(cell for _, cell in cells)),
        )
    )
    used: dict[Cell, set[int]] = defaultdict(set)
    for resource, cell, seat in db.session.execute(chosen):
        used[resource, cell].add(seat)
    return {cell: next(seat for seat in count() if seat not in seats) for cell, seats in used.items()}


def free_cells(appointment_id: UUID) -> None:
    """Own no cells any more."""
    db.session.execute(delete(OccupiedCell).where(OccupiedCell.appointment_id == appointment_id))


def swap_cells(appointment_id: UUID, cells: list[Cell], *, over: bool = False) -> None:
    """Take the new cells first, then free those of the old time that are not among them.

    Whoever moves without `over` gives up the further seats of an earlier override.

    Raises:
        TimeTaken: somebody owns one of the new ones; the transaction must not commit.
    """
    own = OccupiedCell.appointment_id == appointment_id
    columns = (OccupiedCell.resource_id, OccupiedCell.cell, OccupiedCell.seat)
    owned = {
        (resource, cell): seat for resource, cell, seat in db.session.execute(select(*columns).where(own))
    }
    wanted = set(cells)
    kept = {one for one, seat in owned.items() if one in wanted and (over or seat == ORDINARY_SEAT)}
    take_cells(appointment_id, [cell for cell in cells if cell not in kept], over=over)
    left: dict[tuple[UUID, int], list[int]] = defaultdict(list)
    for (resource, cell), seat in owned.items():
        if (resource, cell) not in kept:
            left[resource, seat].append(cell)
    for (resource, seat), gone in left.items():
        db.session.execute(
            delete(OccupiedCell).where(
                own,
                OccupiedCell.resource_id == resource,
                OccupiedCell.seat == seat,
                OccupiedCell.cell.in_(gone),
            )
        )
