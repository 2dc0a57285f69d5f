"""Who acts in the tests of this slice."""

from datetime import date, datetime
from uuid import UUID, uuid4

from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register

CLINICIAN = Actor(
    ActorKind.STAFF,
    uuid4(),
    "Clinician",
    frozenset({Permission.SAFETY_VIEW, Permission.SAFETY_RESOLVE, Permission.CALL_BACK_VIEW}),
    "clinician",
)
DESK = Actor(
    ActorKind.STAFF,
    uuid4(),
    "Desk",
    frozenset({Permission.CALL_BACK_VIEW, Permission.CALL_BACK_PLACE}),
    "front_desk",
)


def enter_patient(now: datetime, last_name: str = "Fields") -> UUID:
    """A patient in the database."""
    details = PatientDetails(
        first_name="Hazel", last_name=last_name, birth_date=date(1980, 2, 29), phone="205-555-0164"
    )
    return register(details, Actor.system(), now)
