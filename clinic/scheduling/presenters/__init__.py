"""How scheduling reads on pages."""

from clinic.scheduling.presenters.times import (
    STATE_LABELS,
    STATE_SENTENCES,
    STEP_LABELS,
    ZONE,
    DayTimes,
    LocationTimes,
    by_day,
    by_location,
    when,
)

__all__ = [
    "STATE_LABELS",
    "STATE_SENTENCES",
    "STEP_LABELS",
    "ZONE",
    "DayTimes",
    "LocationTimes",
    "by_day",
    "by_location",
    "when",
]
