"""What was set aside on purpose for a visit, why, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.accounts.models import Staff
from clinic.platform.extensions import db
from clinic.scheduling.models import AppointmentOverride
from clinic.scheduling.rules import Refusal


@dataclass(frozen=True, slots=True)
class Override:
    """One time against the rule: the version that it made, the reasons set aside, the sentence."""

    version: int
    set_aside: tuple[Refusal, ...]
    reason: str
    staff_name: str
    at: datetime


def overrides(appointment_id: UUID) -> tuple[Override, ...]:
    """Every override of an appointment, the newest first; earlier ones stay after an ordinary move."""
    chosen = (
        select(AppointmentOverride, Staff.name)
        .join(Staff, Staff.id == AppointmentOverride.staff_id)
        .where(AppointmentOverride.appointment_id == appointment_id)
        .order_by(AppointmentOverride.version.desc())
    )
    return tuple(
        Override(row.version, tuple(Refusal(code) for code in row.refusals), row.reason, name, row.at)
        for row, name in db.session.execute(chosen)
    )
