"""Referrals without a visit, by the day on which the person should be seen; for the front desk."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, exists, or_, select, text

from clinic.kernel.permissions import Actor, Permission
from clinic.patients.queries import PatientCard, patient_cards
from clinic.platform.extensions import db
from clinic.referrals.models import UNBOOKED_CANDIDATES, Referral
from clinic.referrals.rules import Choice, ReferralStatus
from clinic.safety.queries import blocked_patients
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries.appointments import COMING
from clinic.scheduling.rules import State

SEEN = (State.ARRIVED, State.IN_CONSULTATION, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class UnbookedRow:
    """What the desk may know: who, until when, where, and whether a clinician has looked. No clinical word.

    `call_first`: an urgent answer is open; the desk sees "urgent review" only and cannot confirm a time.
    """

    referral_id: UUID
    reference: str
    patient: PatientCard
    see_by: date
    preferred_location: str | None
    review_complete: bool
    call_first: bool


def unbooked(actor: Actor, *, now: datetime, limit: int = 50) -> tuple[UnbookedRow, ...]:
    """Open referrals whose patient has no coming visit and was not seen yet, the earliest see-by day first.

    Raises:
        NotAllowed: the actor may not book.
    """
    actor.require(Permission.APPOINTMENT_BOOK)
    waiting = db.session.execute(
        select(
            Referral.id,
            Referral.reference,
            Referral.patient_id,
            Referral.see_by,
            Referral.preferred_location,
            Referral.status,
        )
        .where(*_without_visit(now))
        .order_by(Referral.see_by, Referral.id)
        .limit(limit)
    ).all()
    ids = {row.patient_id for row in waiting}
    people, blocked = patient_cards(ids), blocked_patients(ids)
    return tuple(
        UnbookedRow(
            referral_id=row.id,
            reference=row.reference,
            patient=people[row.patient_id],
            see_by=row.see_by,
            preferred_location=row.preferred_location,
            review_complete=row.status is ReferralStatus.DECIDED,
            call_first=row.patient_id in blocked,
        )
        for row in waiting
    )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """What decides until when somebody without a visit may choose a time."""

    referral_id: UUID
    see_by: date
    priority: int
    decided: bool
    decided_phase: int | None
    visit_type: str | None


def waiting_people(now: datetime, *, limit: int) -> tuple[WaitingRow, ...]:
    """The same people, for the worker: the earliest see-by day first."""
    chosen = (
        select(
            Referral.id,
            Referral.see_by,
            Referral.priority,
            Referral.status == ReferralStatus.DECIDED,
            Referral.decided_phase,
            Referral.visit_type,
        )
        .where(*_without_visit(now))
        .order_by(Referral.see_by, Referral.id)
        .limit(limit)
    )
    return tuple(WaitingRow(*row) for row in db.session.execute(chosen))


def _without_visit(now: datetime) -> tuple[ColumnElement[bool] | TextClause, ...]:
    has_visit = exists().where(
        Appointment.patient_id == Referral.patient_id,
        or_(
            and_(Appointment.state.in_(COMING), Appointment.end_at > now),
            and_(Appointment.state.in_(SEEN), Appointment.start_at >= Referral.submitted_at),
        ),
    )
    pursued = or_(Referral.choice.is_(None), Referral.choice != Choice.NOT_FOR_THIS_CLINIC)
    return text(UNBOOKED_CANDIDATES), pursued, ~has_visit
