"""What `flask doctor` asks of appointments: nobody twice at a time, cells and history true to the rows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, true

from clinic.kernel.clock import CENTRAL, central_date
from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment, AppointmentEvent, OccupiedCell, Resource
from clinic.scheduling.queries.horizon import IS_LIVE
from clinic.scheduling.rules import APPOINTMENT, State, cell_at, cells_of_visit, first_instant

# The worker sweeps every minute; a hold that ran out this long ago says that it does not.
_SWEEP_GRACE = timedelta(minutes=15)
Cells = set[tuple[UUID, int]]


def doctor_checks(now: datetime) -> list[str]:
    """Problems in words, each with the reference of the appointment; none when all is well."""
    return [*shared_time(now), *wrong_cells(now), *stale_holds(now), *broken_histories()]


def shared_time(now: datetime) -> Iterator[str]:
    """D1: no cell is shared, and no two live appointments of one clinician, patient or room overlap.

    What was placed over others on purpose may share; but no patient is ever in two places.
    """
    meant = and_(Appointment.overridden, Resource.kind != "patient")
    shared = (
        select(OccupiedCell.resource_id, OccupiedCell.cell)
        .join(Appointment, Appointment.id == OccupiedCell.appointment_id)
        .join(Resource, Resource.id == OccupiedCell.resource_id)
        .where(~meant)
        .group_by(OccupiedCell.resource_id, OccupiedCell.cell)
        .having(func.count() > 1)
    )
    for resource, cell in db.session.execute(shared):
        yield f"cell {cell} of resource {resource} is owned more than once"
    for owner in (Appointment.clinician_id, Appointment.patient_id, Appointment.room_id):
        yield from _overlaps(owner, now)


def _overlaps(owner: Any, now: datetime) -> Iterator[str]:
    counted = true() if owner is Appointment.patient_id else ~Appointment.overridden
    chosen = (
        select(owner, Appointment.start_at, Appointment.end_at, Appointment.reference)
        .where(
            IS_LIVE,
            owner.is_not(None),
            counted,
            or_(Appointment.state != State.HELD, Appointment.expires_at > now),
        )
        .order_by(owner, Appointment.start_at)
    )
    previous: tuple[UUID, datetime, str] | None = None
    for who, start, end, reference in db.session.execute(chosen):
        if previous is not None and previous[0] == who and start < previous[1]:
            yield f"appointments {previous[2]} and {reference} overlap ({owner.key})"
        if previous is None or previous[0] != who or end > previous[1]:
            previous = (who, end, reference)


def wrong_cells(now: datetime) -> Iterator[str]:
    """D2: every live appointment of today or later owns exactly its cells, and no other row owns any."""
    today = cell_at(first_instant(central_date(now), time(0), CENTRAL))
    owned: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    cells = select(OccupiedCell.appointment_id, OccupiedCell.resource_id, OccupiedCell.cell)
    for appointment, resource, cell in db.session.execute(cells.where(OccupiedCell.cell >= today)):
        owned[appointment].append((resource, cell))
    resources = dict(db.session.execute(select(Resource.owner_id, Resource.id)).all())
    chosen = select(
        Appointment.id,
        Appointment.reference,
        Appointment.clinician_id,
        Appointment.patient_id,
        Appointment.room_id,
        Appointment.start_at,
        Appointment.end_at,
        Appointment.after_minutes,
    ).where(IS_LIVE, Appointment.end_at >= now - timedelta(days=2))
    for row in db.session.execute(chosen):
        due = {pair for pair in _due_cells(row, resources) if pair[1] >= today}
        if sorted(owned.pop(row.id, [])) != sorted(due):
            yield f"appointment {row.reference} does not own exactly its cells"
    for appointment in owned:
        yield f"appointment {appointment} owns cells and is not live"


def _due_cells(row: Any, resources: dict[UUID, UUID]) -> Cells:
    own = cells_of_visit(row.start_at, row.end_at)
    padded = cells_of_visit(row.start_at, row.end_at, row.after_minutes)
    due = {(resources[row.clinician_id], cell) for cell in padded}
    due |= {(resources[row.patient_id], cell) for cell in own}
    if row.room_id is not None:
        due |= {(resources[row.room_id], cell) for cell in own}
    return due


def stale_holds(now: datetime) -> Iterator[str]:
    """D3: holds that have run out are swept, so that they own no cells."""
    chosen = select(Appointment.reference).where(
        Appointment.expires_at < now - _SWEEP_GRACE, Appointment.state == State.HELD
    )
    for reference in db.session.scalars(chosen):
        yield f"the hold {reference} has run out and was not swept"


def broken_histories() -> Iterator[str]:
    """D4: the history of every appointment is legal, without a gap, and ends where the row stands."""
    chosen = (
        select(
            Appointment.reference,
            Appointment.state,
            Appointment.version.label("last"),
            AppointmentEvent.version,
            AppointmentEvent.step,
            AppointmentEvent.from_state,
            AppointmentEvent.to_state,
        )
        .outerjoin(AppointmentEvent, AppointmentEvent.appointment_id == Appointment.id)
        .order_by(Appointment.id, AppointmentEvent.version)
        .execution_options(yield_per=1000)
    )
    for reference, events in groupby(db.session.execute(chosen), key=lambda row: row.reference):
        if not _is_whole(list(events)):
            yield f"the history of appointment {reference} does not lead to where it stands"


def _is_whole(events: Sequence[Any]) -> bool:
    at = State.OPEN
    for place, event in enumerate(events, start=1):
        if event.step is None or event.version != place or event.from_state is not at:
            return False
        if not APPOINTMENT.may(at, event.step) or APPOINTMENT.next(at, event.step) is not event.to_state:
            return False
        at = event.to_state
    return at is events[0].state and len(events) == events[0].last
