"""Setting up time: what can be set up, what is sound, and what goes together."""

from clinic.scheduling.rules.setup.checking import checked, slug_of
from clinic.scheduling.rules.setup.federal import Holiday, federal_holidays, holiday_edits
from clinic.scheduling.rules.setup.kinds import FIELDS, REMINDERS_ID, Edit, Image, Kind, packed, unpacked
from clinic.scheduling.rules.setup.spans import Span, collide
from clinic.scheduling.rules.setup.whole import SetUp, check_whole, warnings

__all__ = [
    "FIELDS",
    "REMINDERS_ID",
    "Edit",
    "Holiday",
    "Image",
    "Kind",
    "SetUp",
    "Span",
    "check_whole",
    "checked",
    "collide",
    "federal_holidays",
    "holiday_edits",
    "packed",
    "slug_of",
    "unpacked",
    "warnings",
]
