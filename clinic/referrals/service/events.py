"""Writes the history of a referral; always part of the use case that it tells of."""

from datetime import datetime
from uuid import UUID

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.referrals.models import ReferralEvent
from clinic.referrals.rules import EventKind, WithdrawReason


def keep_event(
    referral_id: UUID,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    reason: WithdrawReason | None = None,
    about: UUID | None = None,
) -> UUID:
    """Add one line; `about` is the member of staff whom an assignment names. Returns its id."""
    event = ReferralEvent(
        referral_id=referral_id,
        kind=kind,
        reason=reason,
        note=note.strip() or None,
        about_staff_id=about,
        actor_kind=actor.kind,
        actor_id=actor.id,
        at=now,
    )
    db.session.add(event)
    db.session.flush()
    return event.id
