"""What the clinic has set about reminders and quiet hours."""

from datetime import datetime

from sqlalchemy import select

from clinic.platform.reading import run
from clinic.scheduling.models import ReminderPolicy
from clinic.scheduling.rules import ReminderTerms, first_loud

_TERMS = select(ReminderPolicy.remind_hours, ReminderPolicy.quiet_from, ReminderPolicy.quiet_until)


def reminder_terms() -> ReminderTerms:
    """The clinic's own terms; as long as it has set none, those of the rules."""
    row = run(_TERMS).one_or_none()
    return ReminderTerms() if row is None else ReminderTerms(tuple(row[0]), row[1], row[2])


def loud_from(instant: datetime) -> datetime:
    """The first moment from this one at which the clinic writes to people by itself, as it is set now."""
    return first_loud(instant, reminder_terms())
