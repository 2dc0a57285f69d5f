"""What keeps one time from being given twice: locks on resources first, then cells under a primary key."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, or_, select, union_all

from clinic.platform.extensions import db
from clinic.platform.inserting import insert_ignoring
from clinic.scheduling.models import ClinicianSession, DatedHours, OccupiedCell, Resource
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import Refusal, cells_of_visit, refuse

Cell = tuple[UUID, int]
CLINICIAN, PATIENT, ROOM = "clinician", "patient", "room"
ORDINARY_SEAT = 0


def ensure_resource(kind: str, owner_id: UUID) -> None:
    """Make the row that stands for somebody or something, unless it is there."""
    row = {"id": uuid4(), "kind": kind, "owner_id": owner_id}
    db.session.execute(insert_ignoring(Resource), row)


_ROOMS = union_all(
    *(
        select(hours.room_id).where(
            hours.clinician_id.in_(bindparam("clinicians", expanding=True)),
            hours.location_id.in_(bindparam("locations", expanding=True)),
        )
        for hours in (ClinicianSession, DatedHours)
    )
)
_LOCK = (
    select(Resource.owner_id, Resource.id)
    .where(or_(Resource.owner_id.in_(bindparam("people", expanding=True)), Resource.owner_id.in_(_ROOMS)))
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
    return dict(db.session.execute(_LOCK, given).all())


def cells_of(row: AppointmentRow, resources: dict[UUID, UUID]) -> list[Cell]:
    """Every cell that the appointment must own; the buffer after it is the clinician's alone."""
    own = cells_of_visit(row.start_at, row.end_at)
    padded = cells_of_visit(row.start_at, row.end_at, row.after_minutes)
    found = [(resources[row.clinician_id], cell) for cell in padded]
    found += [(resources[row.patient_id], cell) for cell in own]
    if row.room_id is not None:
        found += [(resources[row.room_id], cell) for cell in own]
    return sorted(found)


def take_cells(appointment_id: UUID, cells: list[Cell]) -> None:
    """Own these cells.

    Raises:
        TimeTaken: somebody owns one of them; the transaction must not commit.
    """
    rows = [
        {"resource_id": resource, "cell": cell, "seat": ORDINARY_SEAT, "appointment_id": appointment_id}
        for resource, cell in cells
    ]
    if not rows:
        return
    insert = insert_ignoring(OccupiedCell).returning(OccupiedCell.__table__.c.cell)
    taken = db.session.execute(insert, rows).all()
    if len(taken) < len(rows):
        refuse((Refusal.TAKEN,))


def free_cells(appointment_id: UUID) -> None:
    """Own no cells any more."""
    db.session.execute(delete(OccupiedCell).where(OccupiedCell.appointment_id == appointment_id))


def swap_cells(appointment_id: UUID, cells: list[Cell]) -> None:
    """Take the new cells first, then free those of the old time that are not among them.

    Raises:
        TimeTaken: somebody owns one of the new ones; the transaction must not commit.
    """
    chosen = select(OccupiedCell.resource_id, OccupiedCell.cell).where(
        OccupiedCell.appointment_id == appointment_id
    )
    owned = set(db.session.execute(chosen).all())
    wanted = set(cells)
    take_cells(appointment_id, [cell for cell in cells if cell not in owned])
    for resource in {resource for resource, _ in owned - wanted}:
        left = [cell for owner, cell in owned - wanted if owner == resource]
        db.session.execute(
            delete(OccupiedCell).where(
                OccupiedCell.resource_id == resource,
                OccupiedCell.cell.in_(left),
                OccupiedCell.appointment_id == appointment_id,
            )
        )
