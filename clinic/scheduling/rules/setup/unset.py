"""What holds while something is not set up."""

from clinic.scheduling.rules.reminders import ReminderTerms
from clinic.scheduling.rules.setup.kinds import REMINDERS_ID, Image, Kind
from clinic.scheduling.rules.setup.whole import SetUp

_TERMS = ReminderTerms()
_REMINDERS: Image = {
    "remind_hours": _TERMS.hours,
    "quiet_from": _TERMS.quiet_from,
    "quiet_until": _TERMS.quiet_until,
}


def in_force(kind: Kind, image: Image | None) -> Image | None:
    """The image, or what holds without one: reminders go out even if nobody has set them up."""
    return _REMINDERS if image is None and kind is Kind.REMINDERS else image


def reminders_in_force(stands: SetUp) -> Image:
    """When visits are reminded of, and the quiet hours."""
    return stands.of(Kind.REMINDERS).get(REMINDERS_ID, _REMINDERS)
