"""A clinic with as much past as asked for, twenty visits to a patient, and with 900 visits to come."""

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice

from clinic.accounts.models import Grant, Staff
from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.kernel.reference import ALPHABET
from clinic.patients.models import Patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import Appointment, Resource
from clinic.scheduling.rules import BookedBy, State
from clinic.scheduling.service import NewLocation, NewVisitType, add_location, add_session, add_visit_type
from tests.support.bulk import Values, store
from tests.support.many import patient

CLINICIANS = 12
TO_COME = 900
VISITS_EACH = 20
BATCH = 10_000
PLACE = NewLocation(
    slug="one",
    name="One",
    street="1 Street",
    city="Town",
    state="AL",
    zip_code="35203",
    phone="+12055550142",
)


def set_up(rows: int, now: datetime) -> uuid.UUID:
    """Twelve clinicians with hours, `rows` completed visits before `now`; returns the visit type.

    The visit type is one of an hour that is booked before a decision; a shorter one serves phase two.
    """
    system = Actor.system()
    with transaction():
        place = add_location(PLACE, actor=system, now=now)
        first = NewVisitType(slug="first", name="First", minutes=60, before_decision=True, position=1)
        kind = add_visit_type(first, actor=system, now=now)
        short = NewVisitType(slug="short", name="Short", minutes=30, phases=(2,), position=2)
        add_visit_type(short, actor=system, now=now)
        staff = [_clinician(number, now) for number in range(CLINICIANS)]
        for who in staff:
            for weekday in range(5):
                add_session(
                    clinician_id=who,
                    location_id=place,
                    weekday=weekday,
                    opens=time(8),
                    closes=time(16),
                    first_day=now.date(),
                    actor=system,
                    now=now,
                )
    people = _people(max(TO_COME, rows // VISITS_EACH), now)
    shared = {"location_id": place, "visit_type_id": kind}
    _store(_past(rows, staff, people, shared, now))
    _store(_coming(staff, people, shared, now))
    return kind


def _clinician(number: int, now: datetime) -> uuid.UUID:
    staff = Staff(
        email=f"c{number}@example.com",
        name=f"Clinician {number}",
        title="",
        active=True,
        password="-",  # noqa: S106 - nobody signs in here
        fs_uniquifier=uuid.uuid4().hex,
        added_at=now,
        roles=[Grant(name=Role.CLINICIAN)],
    )
    db.session.add(staff)
    db.session.flush()
    return staff.id


def _people(count: int, now: datetime) -> list[uuid.UUID]:
    """Each with the row that a booking locks, as everybody has who was booked once."""
    people = [uuid.UUID(int=(6 << 100) + number) for number in range(count)]
    for begin in range(0, count, BATCH):
        some = people[begin : begin + BATCH]
        with transaction():
            store(Patient, [patient(who, now) for who in some])
            store(Resource, [{"id": uuid.uuid4(), "kind": "patient", "owner_id": who} for who in some])
    return people


def _past(
    rows: int, staff: list[uuid.UUID], people: list[uuid.UUID], shared: Values, now: datetime
) -> Iterator[Values]:
    """One visit an hour for everybody, day and night, back from two days ago."""
    for number in range(rows):
        start = now - timedelta(hours=48 + number // len(staff))
        of = shared | {"patient_id": people[number % len(people)], "clinician_id": staff[number % len(staff)]}
        yield _visit(number, start, State.COMPLETED, of)


def _coming(
    staff: list[uuid.UUID], people: list[uuid.UUID], shared: Values, now: datetime
) -> Iterator[Values]:
    """Visits of the next sixty days, at hours that differ by clinician and day."""
    days = TO_COME // len(staff)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(TO_COME):
        day, hour = 1 + number % days * 59 // days, 14 + number * 5 % 8
        start = midnight + timedelta(days=day, hours=hour, minutes=number % 3 * 15)
        of = shared | {"patient_id": people[number], "clinician_id": staff[number // days]}
        yield _visit((1 << 30) + number, start, State.BOOKED, of)


def _visit(number: int, start: datetime, state: State, of: Values) -> Values:
    return of | {
        "id": uuid.UUID(int=(5 << 100) + number),
        "reference": "".join(ALPHABET[number >> 5 * place & 31] for place in range(9)),
        "room_id": None,
        "start_at": start,
        "end_at": start + timedelta(hours=1),
        "before_minutes": 0,
        "after_minutes": 10,
        "state": state,
        "expires_at": None,
        "version": 1,
        "sequence": 0,
        "idempotency_key": None,
        "booked_by": BookedBy.DESK,
        "created_at": start,
        "changed_at": start,
    }


def _store(visits: Iterator[Values]) -> None:
    while batch := list(islice(visits, BATCH)):
        with transaction():
            store(Appointment, batch)
