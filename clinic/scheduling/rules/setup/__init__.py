"""Setting up time: what can be set up, what is sound, and what goes together."""

from clinic.scheduling.rules.setup.checking import checked, slug_of
from clinic.scheduling.rules.setup.kinds import FIELDS, REMINDERS_ID, Edit, Image, Kind, packed, unpacked
from clinic.scheduling.rules.setup.spans import Span, collide
from clinic.scheduling.rules.setup.whole import SetUp, check_whole, warnings

__all__ = [
    "FIELDS",
    "REMINDERS_ID",
    "Edit",
    "Image",
    "Kind",
    "SetUp",
    "Span",
    "check_whole",
    "checked",
    "collide",
    "packed",
    "slug_of",
    "unpacked",
    "warnings",
]
