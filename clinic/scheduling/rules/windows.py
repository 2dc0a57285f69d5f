"""Until when, and how soon, a visit may start."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.scheduling.rules.hours import first_instant

HOLD_FOR = timedelta(minutes=15)
# However often a hold is extended, the time is somebody else's chance after this.
HOLD_AT_MOST = timedelta(minutes=60)
# Nobody plans a consultation further ahead than this.
FURTHEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Window:
    """Starts from `first` until before `end`."""

    first: datetime
    end: datetime


def booking_window(now: datetime, *, notice_minutes: int, last_day: date | None, zone: ZoneInfo) -> Window:
    """From now plus the notice until the end of the last day (the see-by date), read in the location's zone.

    Staff give a notice of 0. Without a last day the window ends after a year. It may be empty: that is a task
    for the desk.
    """
    end = now + FURTHEST
    if last_day is not None:
        end = min(end, first_instant(last_day + timedelta(days=1), time(0), zone))
    return Window(now + timedelta(minutes=notice_minutes), end)


def hold_until(now: datetime) -> datetime:
    """When a hold that begins or is extended now runs out."""
    return now + HOLD_FOR


def may_extend(held_since: datetime, now: datetime) -> bool:
    """May a hold that began then get another full turn?"""
    return hold_until(now) - held_since <= HOLD_AT_MOST
