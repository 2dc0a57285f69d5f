"""Who and what the tests of referrals begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.accounts.rules import Role, permissions_of
from clinic.intake.models import Intake
from clinic.intake.rules.status import IntakeStatus
from clinic.intake.service import start
from clinic.kernel.permissions import Actor, ActorKind
from clinic.patients.rules import PatientDetails
from clinic.patients.service import link_token, register
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries, service
from clinic.referrals.queries import ReferralRow
from clinic.referrals.service import submitting, triaging
from clinic.referrals.service.triaging import Known
from clinic.scheduling.queries import open_times
from clinic.scheduling.rules import OpenTime
from clinic.triage.rules import parse_facts
from tests.support.client import PageClient
from tests.support.staff import add_staff

BORN = date(1980, 2, 29)
PLAIN: dict[str, Any] = {
    "schema_version": "1",
    "reference_date": "2026-12-01",
    "date_of_birth": BORN.isoformat(),
    "diagnosis_status": "confirmed",
    "onset": {"precision": "day", "value": "2025-06-20", "basis": "symptoms"},
    "overall_pgic": 2,
    "trend": "improving",
    "symptoms_now": "yes",
    "nothing_tried": "no",
    "treatment_list": "complete",
    "treatments": [
        {"slug": "gabapentin", "status": "current", "weeks": 60, "pgic": 2, "adherence": "most"},
        {"slug": "pt", "status": "current", "weeks": 60, "pgic": 2, "adherence": "most", "flare": "no"},
        {"slug": "topical", "status": "past", "weeks": 30, "pgic": 2},
        {"slug": "cbt", "status": "past", "weeks": 30, "pgic": 2},
    ],
}


@dataclass(frozen=True)
class Sent:
    """A referral and the one who sent it."""

    referral: ReferralRow
    patient: Actor

    @property
    def fresh(self) -> ReferralRow:
        """The referral as it stands now."""
        db.session.rollback()
        return queries.referral_by_id(self.referral.id)


def staff_actor(role: Role, name: str = "Robin Vale") -> Actor:
    """A member of staff with a row in the table."""
    staff_id = add_staff(
        role, email=f"{name.split(maxsplit=1)[0].lower()}-{role.value}@example.com", name=name
    )
    return Actor(ActorKind.STAFF, staff_id, name, permissions_of([role]), role.value)


def enter_patient(now: datetime, **given: Any) -> UUID:
    """Hazel, or somebody else."""
    values: dict[str, Any] = {
        "first_name": "Hazel",
        "last_name": "Exampleton",
        "birth_date": BORN,
        "phone": "205-555-0164",
        "email": "hazel@example.com",
    }
    return register(PatientDetails(**(values | given)), Actor.system(), now)


def send_in(
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    *,
    patient_id: UUID | None = None,
    **details: Any,
) -> Sent:
    """A submitted referral whose facts are given, in place of pages that somebody filled in."""
    who = patient_id or enter_patient(now, **details)
    intake_id = start(Actor.anonymous(), now)
    with transaction():
        db.session.execute(
            update(Intake)
            .where(Intake.id == intake_id)
            .values(patient_id=who, status=IntakeStatus.SUBMITTED, submitted_at=now)
        )
    known = Known(parse_facts(dict(facts or PLAIN)), {})
    monkeypatch.setattr(submitting, "mark_submitted", lambda *_: who)
    monkeypatch.setattr(triaging, "facts_of", lambda *_: known)
    reference = service.submit(intake_id, actor=Actor.anonymous(), now=now)
    found = queries.referral_of_intake(intake_id)
    assert found is not None
    assert found.reference == reference
    return Sent(found, Actor.patient(who))


def times_for(sent: Sent, now: datetime, days: int = 14) -> tuple[OpenTime, ...]:
    """The times that the patient could take."""
    way = service.way_to_visit(sent.fresh, now)
    return open_times(way.visit_type_id, from_=now, until=now + timedelta(days=days), now=now)


def come_in(client: PageClient, sent: Sent) -> TestResponse:
    """Open the private link, press its button, give the birth date."""
    url = f"/go/{link_token(sent.referral.link_id)}"
    client.get(url)
    client.post(url, status=303)
    client.get("/visit/birth-date")
    born = {"born-month": str(BORN.month), "born-day": str(BORN.day), "born-year": str(BORN.year)}
    return client.follow(client.post("/visit/birth-date", born, status=303))


def rows_of(model: Any) -> list[Any]:
    """Every row of a table, read afresh, in no order."""
    db.session.rollback()
    return list(db.session.scalars(select(model).execution_options(populate_existing=True)))
