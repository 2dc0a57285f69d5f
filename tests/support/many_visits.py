"""As many visits as asked for, written in bulk, with their histories: what a clinic has after years."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from clinic.kernel.permissions import ActorKind
from clinic.patients.models import Patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import Appointment, AppointmentEvent
from clinic.scheduling.rules import BookedBy, State, Step
from tests.support.many import patient, reference_of

BATCH = 5_000
VISITS_EACH = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Values = dict[str, Any]
Where = tuple[uuid.UUID, uuid.UUID]  # a clinician at a location
LIFE = ((Step.ARRIVE, State.ARRIVED), (Step.START, State.IN_CONSULTATION), (Step.COMPLETE, State.COMPLETED))


def fill_visits(
    count: int, now: datetime, *, years: float, places: list[Where], visit_type: uuid.UUID
) -> None:
    """`count` past visits spread evenly over some years, an hour each; three in four took place."""
    first = now - timedelta(days=365 * years)
    step = (now - first) / count * len(places)
    for begin in range(0, count, BATCH):
        numbers = range(begin, min(begin + BATCH, count))
        people = [uuid.UUID(int=(5 << 100) + n) for n in sorted({n // VISITS_EACH for n in numbers})]
        rows: list[Values] = []
        events: list[Values] = []
        for number in numbers:
            start = _on_the_hour(first + step * (number // len(places)))
            row = _visit(number, start, places[number % len(places)], visit_type)
            rows.append(row)
            events += _history(row, number)
        with transaction():
            db.session.execute(insert(Patient), [patient(who, first) for who in people])
            db.session.execute(insert(Appointment), rows)
            db.session.execute(insert(AppointmentEvent), events)


def _on_the_hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def _visit(number: int, start: datetime, where: Where, visit_type: uuid.UUID) -> Values:
    kind = number % 20
    state = State.CANCELLED if kind < 2 else State.NO_SHOW if kind < 4 else State.COMPLETED
    booked = start - timedelta(days=3 + number * 7 % 40)
    return {
        "id": uuid.UUID(int=(6 << 100) + number),
        "reference": reference_of(number),
        "patient_id": uuid.UUID(int=(5 << 100) + number // VISITS_EACH),
        "clinician_id": where[0],
        "location_id": where[1],
        "room_id": None,
        "visit_type_id": visit_type,
        "start_at": start,
        "end_at": start + HOUR,
        "before_minutes": 0,
        "after_minutes": 10,
        "state": state,
        "expires_at": None,
        "version": 1,
        "sequence": 0,
        "idempotency_key": None,
        "booked_by": BookedBy.DESK,
        "created_at": booked,
        "changed_at": booked,
    }


def _history(row: Values, number: int) -> Iterator[Values]:
    """Booked; one in ten was moved by a day before; then what became of it."""
    steps: list[tuple[Step, State, datetime, datetime]] = []
    booked, start = row["created_at"], row["start_at"]
    moved = number % 10 == 9
    steps.append((Step.BOOK, State.BOOKED, booked, start - DAY if moved else start))
    if moved:
        steps.append((Step.MOVE, State.BOOKED, booked + HOUR, start))
    if row["state"] is State.CANCELLED:
        steps.append((Step.CANCEL, State.CANCELLED, start - timedelta(days=number % 3), start))
    elif row["state"] is State.NO_SHOW:
        steps.append((Step.MARK_NO_SHOW, State.NO_SHOW, start + HOUR, start))
    else:
        steps += [(step, state, start, start) for step, state in LIFE]
    row["version"] = len(steps)
    before = State.OPEN
    for version, (step, state, at, begins) in enumerate(steps, 1):
        yield {
            "id": uuid.UUID(int=(7 << 100) + number * 10 + version),
            "appointment_id": row["id"],
            "version": version,
            "step": step,
            "from_state": before,
            "to_state": state,
            "at": at,
            "actor_kind": ActorKind.SYSTEM,
            "actor_id": None,
            "clinician_id": row["clinician_id"],
            "location_id": row["location_id"],
            "start_at": begins,
            "end_at": begins + HOUR,
        }
        before = state
