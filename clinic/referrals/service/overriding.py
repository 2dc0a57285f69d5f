"""Reads how often, and why, clinicians decided otherwise than the rules; who is in it is recorded."""

from datetime import datetime, timedelta

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.transaction import transaction
from clinic.referrals.queries.overrides import judged_since
from clinic.referrals.rules.overriding import DAYS_A_MONTH, Judged


@transaction()
def view_overrides(months: int, *, actor: Actor, now: datetime) -> tuple[Judged, ...]:
    """The decisions of the last months, the newest first.

    Raises:
        NotAllowed: the report is for clinicians.
    """
    actor.require(Permission.OVERRIDES_VIEW)
    judged = judged_since(now - timedelta(days=months * DAYS_A_MONTH))
    seen = sorted({str(one.patient_id) for one in judged})
    record(
        Action.OVERRIDES_VIEWED,
        actor=actor,
        subject=("overrides", None),
        now=now,
        facts={"months": months, "patients": seen},
    )
    return judged
