"""A clinic with as much past as asked for: past visits do not slow the search for coming times."""

import uuid
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import insert

from clinic.accounts.models import Grant, Staff
from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import BookedBy, State
from clinic.scheduling.service import NewLocation, NewVisitType, add_location, add_session, add_visit_type

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
CLINICIANS = 12
BATCH = 5_000
PLACE = NewLocation(
    slug="one",
    name="One",
    street="1 Street",
    city="Town",
    state="AL",
    zip_code="35203",
    phone="+12055550142",
)


def set_up(rows: int) -> uuid.UUID:
    """Twelve clinicians with hours, and `rows` completed visits before now; returns the visit type."""
    system = Actor.system()
    with transaction():
        place = add_location(PLACE, actor=system, now=NOW)
        kind = add_visit_type(
            NewVisitType(slug="first", name="First", minutes=60, before_decision=True), actor=system, now=NOW
        )
        staff = [_clinician(number) for number in range(CLINICIANS)]
        for who in staff:
            for weekday in range(5):
                add_session(
                    clinician_id=who,
                    location_id=place,
                    weekday=weekday,
                    opens=time(8),
                    closes=time(16),
                    first_day=NOW.date(),
                    actor=system,
                    now=NOW,
                )
        details = PatientDetails(
            first_name="A", last_name="B", birth_date=NOW.date().replace(year=1970), phone="205-555-0100"
        )
        patient = register(details, system, NOW)
    _past(rows, staff, place, kind, patient)
    return kind


def _clinician(number: int) -> uuid.UUID:
    staff = Staff(
        email=f"c{number}@example.com",
        name=f"Clinician {number}",
        title="",
        active=True,
        password="-",  # noqa: S106 - nobody signs in here
        fs_uniquifier=uuid.uuid4().hex,
        added_at=NOW,
        roles=[Grant(name=Role.CLINICIAN)],
    )
    db.session.add(staff)
    db.session.flush()
    return staff.id


def _past(rows: int, staff: list[uuid.UUID], place: uuid.UUID, kind: uuid.UUID, patient: uuid.UUID) -> None:
    for first in range(0, rows, BATCH):
        batch = [
            _visit(number, staff, place, kind, patient) for number in range(first, min(first + BATCH, rows))
        ]
        with transaction():
            db.session.execute(insert(Appointment), batch)


def _visit(
    number: int, staff: list[uuid.UUID], place: uuid.UUID, kind: uuid.UUID, patient: uuid.UUID
) -> dict[str, object]:
    start = NOW - timedelta(hours=48 + number // len(staff))
    return {
        "id": uuid.uuid4(),
        "reference": f"{number:09}",
        "patient_id": patient,
        "clinician_id": staff[number % len(staff)],
        "location_id": place,
        "room_id": None,
        "visit_type_id": kind,
        "start_at": start,
        "end_at": start + timedelta(hours=1),
        "before_minutes": 0,
        "after_minutes": 10,
        "state": State.COMPLETED,
        "expires_at": None,
        "version": 1,
        "sequence": 0,
        "idempotency_key": None,
        "booked_by": BookedBy.DESK,
        "created_at": start,
        "changed_at": start,
    }
