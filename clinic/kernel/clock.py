"""The one place that asks what time it is; everything else is told."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

# All of Alabama is legally Central Time; clinic dates (submission, opening hours) are read there.
CENTRAL = ZoneInfo("America/Chicago")


def utc_now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def central(instant: datetime) -> datetime:
    """The same instant on a clock in Alabama."""
    return instant.astimezone(CENTRAL)


def central_date(instant: datetime) -> date:
    """The calendar date in Alabama at this instant (at 23:30 UTC already says tomorrow)."""
    return central(instant).date()
