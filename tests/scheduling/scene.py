"""A small clinic for the tests of scheduling: two locations, two clinicians, a few patients."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from clinic.accounts.models import Staff
from clinic.kernel.clock import CENTRAL
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import service
from clinic.scheduling.rules import Wanted
from clinic.scheduling.service import NewLocation, NewVisitType

MONDAY = date(2026, 12, 7)
SYSTEM = Actor.system()
DESK = Actor(ActorKind.STAFF, UUID(int=7), "desk", frozenset({Permission.APPOINTMENT_CHANGE}), "desk")
CLINICIAN = Actor(ActorKind.STAFF, UUID(int=8), "Dr.", frozenset({Permission.SAFETY_RESOLVE}), "clinician")


def central(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time in Alabama, as an instant."""
    return datetime.combine(day, time(hour, minute), tzinfo=CENTRAL)


@dataclass(frozen=True)
class Scene:
    """Anna sees people in Birmingham, Ben in Auburn, weekdays 8 to 12; both kinds of visit everywhere."""

    now: datetime
    birmingham: UUID
    auburn: UUID
    anna: UUID
    ben: UUID
    first_visit: UUID  # 60 minutes, 10 after, every 15 minutes, 24 hours' notice
    short_visit: UUID  # 30 minutes, nothing after

    def wanted(
        self,
        start: datetime,
        *,
        clinician: UUID | None = None,
        location: UUID | None = None,
        visit_type: UUID | None = None,
    ) -> Wanted:
        """A time with Anna in Birmingham, unless told otherwise."""
        return Wanted(
            start,
            clinician or self.anna,
            location or self.birmingham,
            visit_type or self.first_visit,
        )


def add_patient(now: datetime, name: str = "Hazel", *, mail: bool = True) -> UUID:
    """Somebody to book for."""
    details = PatientDetails(
        first_name=name,
        last_name="Testcase",
        birth_date=date(1980, 5, 17),
        phone="205-555-0142",
        email=f"{name.lower()}@example.com" if mail else None,
        no_email=not mail,
    )
    return register(details, SYSTEM, now)


def add_clinician(name: str, now: datetime) -> UUID:
    """A clinician who never signs in."""
    with transaction():
        staff = Staff(
            email=f"{uuid4().hex}@example.com",
            name=name,
            title="MD",
            active=True,
            password="",
            fs_uniquifier=uuid4().hex,
            added_at=now,
        )
        db.session.add(staff)
    return staff.id


def add_manager(now: datetime) -> Actor:
    """Somebody who may change what is set up."""
    permissions = frozenset({Permission.SETUP_CHANGE})
    return Actor(ActorKind.STAFF, add_clinician("Mo Manager", now), "manager", permissions, "admin")


def build_scene(now: datetime) -> Scene:
    """The clinic as it opens."""
    places = [
        service.add_location(
            NewLocation(
                slug=name.lower(),
                name=name,
                street="1200 Quiet River Way",
                city=name,
                state="AL",
                zip_code="35200",
                phone="205-555-0142",
                bring="A photo ID\nYour insurance card",
                position=n,
            ),
            actor=SYSTEM,
            now=now,
        )
        for n, name in enumerate(("Birmingham", "Auburn"))
    ]
    first, short = (
        service.add_visit_type(given, actor=SYSTEM, now=now)
        for given in (
            NewVisitType(slug="first", name="First consultation", minutes=60, before_decision=True),
            NewVisitType(
                slug="short",
                name="Follow-up",
                minutes=30,
                after_minutes=0,
                notice_minutes=0,
                phases=(2,),
                position=1,
            ),
        )
    )
    people = [add_clinician(name, now) for name in ("Anna Rivers", "Ben Woods")]
    for who, where in zip(people, places, strict=True):
        for weekday in range(5):
            service.add_session(
                clinician_id=who,
                location_id=where,
                weekday=weekday,
                opens=time(8),
                closes=time(12),
                first_day=MONDAY - timedelta(days=30),
                actor=SYSTEM,
                now=now,
            )
    return Scene(now, places[0], places[1], people[0], people[1], first, short)
