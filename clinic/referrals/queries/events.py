"""The history of a referral besides its runs and decisions. Opens clinical text: the view is recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from clinic.accounts.models import Staff
from clinic.kernel.permissions import ActorKind
from clinic.platform.extensions import db
from clinic.referrals.models import ReferralEvent
from clinic.referrals.rules import EventKind, WithdrawReason


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line. `staff_name` is empty when no member of staff did it, `about` when it names nobody."""

    id: UUID
    kind: EventKind
    reason: WithdrawReason | None
    note: str | None
    about: str
    actor_kind: ActorKind
    staff_name: str
    at: datetime


def events_of(referral_id: UUID) -> tuple[EventRow, ...]:
    """Every line, the newest first."""
    who, about = aliased(Staff), aliased(Staff)
    rows = db.session.execute(
        select(
            ReferralEvent.id,
            ReferralEvent.kind,
            ReferralEvent.reason,
            ReferralEvent.note,
            about.name,
            ReferralEvent.actor_kind,
            who.name,
            ReferralEvent.at,
        )
        .outerjoin(who, who.id == ReferralEvent.actor_id)
        .outerjoin(about, about.id == ReferralEvent.about_staff_id)
        .where(ReferralEvent.referral_id == referral_id)
        .order_by(ReferralEvent.at.desc(), ReferralEvent.id)
    )
    return tuple(
        EventRow(key, kind, reason, note, named or "", actor, name or "", at)
        for key, kind, reason, note, named, actor, name, at in rows
    )
