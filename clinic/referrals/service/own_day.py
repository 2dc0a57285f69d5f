"""A clinician looks at their own day."""

from datetime import date, datetime

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.referrals.queries.schedule import Schedule, schedule


@transaction()
def view_schedule(day: date, *, actor: Actor, now: datetime) -> Schedule:
    """The actor's own visits of one day; who is on it is recorded.

    Raises:
        NotAllowed: the actor has no visits of their own.
    """
    shown = schedule(actor, day, central_date(now))
    record(
        Action.SCHEDULE_VIEWED,
        actor=actor,
        subject=("schedule", actor.id),
        now=now,
        facts={"patients": [str(row.patient.id) for row in shown.rows]},
    )
    return shown
