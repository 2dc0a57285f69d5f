"""The visits of one clinician on one day, with what is known of each person's referral."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.kernel.clock import CENTRAL, central_date
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.queries import PatientCard, patient_cards
from clinic.platform.extensions import db
from clinic.referrals.models import Referral
from clinic.scheduling.queries import ON_THE_DAY, AppointmentCard, coming_appointments

STRIP = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a referral says about the phase: the decision if there is one, else what was suggested."""

    reference: str
    phases: tuple[int, ...]
    decided_phase: int | None
    is_decided: bool


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One visit; a person without a referral has no standing."""

    visit: AppointmentCard
    patient: PatientCard
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """One day, and on which days of the coming two weeks there are visits."""

    day: date
    rows: tuple[ScheduleRow, ...]
    strip: Mapping[date, int]


def schedule(actor: Actor, day: date, today: date) -> Schedule:
    """The actor's own visits of a local day, by time; a fixed number of statements.

    Raises:
        NotAllowed: the actor has no visits of their own.
    """
    actor.require(Permission.SCHEDULE_VIEW)
    visits = _visits(actor.id, day, day)
    strip = Counter(central_date(one.start_at) for one in _visits(actor.id, today, today + STRIP))
    people = {one.patient_id for one in visits}
    patients, standings = patient_cards(people), _standings(people)
    rows = (ScheduleRow(one, patients[one.patient_id], standings.get(one.patient_id)) for one in visits)
    return Schedule(day, tuple(rows), dict(sorted(strip.items())))


def _visits(clinician_id: UUID | None, first: date, last: date) -> tuple[AppointmentCard, ...]:
    return coming_appointments(None, first, last, CENTRAL, clinician_id=clinician_id, states=ON_THE_DAY)


def _standings(people: Collection[UUID]) -> dict[UUID, Standing]:
    """By patient, the newest referral of each."""
    rows = db.session.execute(
        select(
            Referral.patient_id,
            Referral.reference,
            Referral.phases,
            Referral.decided_phase,
            Referral.decided_at.is_not(None),
        )
        .where(Referral.patient_id.in_(people))
        .order_by(Referral.submitted_at, Referral.id)
    )
    return {
        patient: Standing(reference, tuple(phases), phase, decided)
        for patient, reference, phases, phase, decided in rows
    }
