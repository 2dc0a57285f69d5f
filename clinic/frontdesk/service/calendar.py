"""Look at the calendar: who was on it is recorded."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.frontdesk.calendar.reading import Calendar, calendar
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction


@transaction()
def view_calendar(
    days: Sequence[date],
    visit_type_id: UUID,
    *,
    place_id: UUID | None,
    clinician_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> Calendar:
    """Some days of the calendar.

    Raises:
        NotFound: no such visit type.
    """
    shown = calendar(days, visit_type_id, now, place_id=place_id, clinician_id=clinician_id)
    seen = sorted({str(visit.patient.id) for visit in shown.visits.values()})
    record(Action.DAY_VIEWED, actor=actor, subject=("calendar", None), now=now, facts={"patients": seen})
    return shown
