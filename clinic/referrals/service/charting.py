"""A clinician takes the referral for the chart."""

from datetime import datetime

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.referrals.service.viewing import ReferralScreen, view_referral


@transaction()
def view_chart(reference: str, *, actor: Actor, now: datetime) -> ReferralScreen:
    """What the chart tells; recorded as a view and as a print.

    Raises:
        NotFound: no such referral, or not for this actor.
    """
    screen = view_referral(reference, actor=actor, now=now)
    record(
        Action.CHART_PRINTED,
        actor=actor,
        subject=("referral", screen.referral.id),
        patient_id=screen.referral.patient_id,
        now=now,
    )
    return screen
