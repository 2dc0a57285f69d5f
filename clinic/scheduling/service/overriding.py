"""Setting the rule aside on purpose: who may, what they say to it, and what is kept."""

from datetime import datetime

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.scheduling.models import AppointmentOverride
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import Refusal

REASON_LIMIT = 500


def checked_reason(override: str | None, actor: Actor) -> str | None:
    """The sentence of somebody who sets the rule aside; None when nobody does.

    Raises:
        NotAllowed: the actor may not. Invalid: no sentence, or too long a one; the field is `reason`.
    """
    if override is None:
        return None
    actor.require(Permission.APPOINTMENT_OVERRIDE)
    sentence = " ".join(override.split())
    if not sentence:
        raise Invalid("Write why, in one sentence.", "reason")
    if len(sentence) > REASON_LIMIT:
        raise Invalid(f"Write at most {REASON_LIMIT} letters.", "reason")
    return sentence


def keep_override(
    row: AppointmentRow, set_aside: tuple[Refusal, ...], reason: str, *, actor: Actor, now: datetime
) -> None:
    """Keep what was set aside, if anything, why and by whom; the audit gets the codes, never the sentence."""
    if not set_aside:
        return
    codes = [reason.value for reason in set_aside]
    db.session.add(
        AppointmentOverride(
            appointment_id=row.id,
            version=row.version,
            refusals=codes,
            reason=reason,
            staff_id=actor.id,
            at=now,
        )
    )
    db.session.flush()
    record(
        Action.APPOINTMENT_OVERRIDDEN,
        actor=actor,
        subject=("appointment", row.id),
        patient_id=row.patient_id,
        now=now,
        facts={"version": row.version, "set_aside": codes},
    )
