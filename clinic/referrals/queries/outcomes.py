"""What visits showed. Opens clinical text: whoever shows it records the view."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.accounts.models import Staff
from clinic.platform.extensions import db
from clinic.referrals.models import VisitOutcome
from clinic.referrals.rules import DiagnosisFound


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome; the newest of a visit counts."""

    id: UUID
    appointment_id: UUID
    phase_found: int | None
    diagnosis: DiagnosisFound
    sentence: str
    staff_name: str
    at: datetime


def outcomes_of(referral_id: UUID) -> tuple[OutcomeRow, ...]:
    """Every outcome of a referral's visits, the newest first."""
    rows = db.session.execute(
        select(
            VisitOutcome.id,
            VisitOutcome.appointment_id,
            VisitOutcome.phase_found,
            VisitOutcome.diagnosis,
            VisitOutcome.sentence,
            Staff.name,
            VisitOutcome.at,
        )
        .join(Staff, Staff.id == VisitOutcome.staff_id)
        .where(VisitOutcome.referral_id == referral_id)
        .order_by(VisitOutcome.at.desc(), VisitOutcome.id)
    )
    return tuple(OutcomeRow(*row) for row in rows)
