"""A clinic with as much past as asked for, and with 900 visits to come, however long its past is."""

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import chain, islice
from typing import Any

from sqlalchemy import insert

from clinic.accounts.models import Grant, Staff
from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.kernel.reference import ALPHABET
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import BookedBy, State
from clinic.scheduling.service import NewLocation, NewVisitType, add_location, add_session, add_visit_type

CLINICIANS = 12
TO_COME = 900
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
Values = dict[str, Any]


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
        details = PatientDetails(
            first_name="A", last_name="B", birth_date=now.date().replace(year=1970), phone="205-555-0100"
        )
        patient = register(details, system, now)
    shared = {"location_id": place, "visit_type_id": kind, "patient_id": patient}
    _store(_past(rows, staff, shared, now))
    _store(_coming(staff, shared, now))
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


def _past(rows: int, staff: list[uuid.UUID], shared: Values, now: datetime) -> Iterator[Values]:
    """One visit an hour for everybody, day and night, back from two days ago."""
    for number in range(rows):
        start = now - timedelta(hours=48 + number // len(staff))
        yield _visit(number, staff[number % len(staff)], start, State.COMPLETED, shared)


def _coming(staff: list[uuid.UUID], shared: Values, now: datetime) -> Iterator[Values]:
    """Visits of the next sixty days, at hours that differ by clinician and day."""
    days = TO_COME // len(staff)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(TO_COME):
        day, hour = 1 + number % days * 59 // days, 14 + number * 5 % 8
        start = midnight + timedelta(days=day, hours=hour, minutes=number % 3 * 15)
        yield _visit((1 << 30) + number, staff[number // days], start, State.BOOKED, shared)


def _visit(number: int, who: uuid.UUID, start: datetime, state: State, shared: Values) -> Values:
    return shared | {
        "id": uuid.UUID(int=(5 << 100) + number),
        "reference": "".join(ALPHABET[number >> 5 * place & 31] for place in range(9)),
        "clinician_id": who,
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
    """In bulk: COPY on PostgreSQL, an INSERT of many rows on SQLite."""
    if db.engine.dialect.name == "postgresql":
        _copy(visits)
        return
    while batch := list(islice(visits, BATCH)):
        with transaction():
            db.session.execute(insert(Appointment), batch)


def _copy(visits: Iterator[Values]) -> None:
    first = next(visits, None)
    if first is None:
        return
    with db.engine.connect() as link:
        driver: Any = link.connection.driver_connection
        copying = f"COPY appointment ({', '.join(first)}) FROM STDIN"
        with driver.transaction(), driver.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # a page is never that slow
            with cursor.copy(copying) as copy:
                for visit in chain([first], visits):
                    copy.write_row([getattr(value, "value", value) for value in visit.values()])
