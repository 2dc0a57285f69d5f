"""When a visit is reminded of, and the hours in which the clinic writes to nobody by itself.

Hours before a visit are hours that pass, whatever the clocks do in between; quiet hours are read on the
clinic's wall.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from clinic.kernel.clock import CENTRAL
from clinic.scheduling.rules.hours import first_instant

# Within an hour of the confirmation a reminder says nothing new.
WITH_THE_CONFIRMATION = timedelta(hours=1)
# What must go before the quiet hours goes so much earlier: a worker that is a little late still may.
BEFORE_QUIET = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ReminderTerms:
    """How many hours before a visit people are reminded, the longest first, and the quiet hours."""

    hours: tuple[int, ...] = (72, 24)
    quiet_from: time = time(21)
    quiet_until: time = time(8)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: so many hours before the visit, sent at `due`.

    `gives_way` is the hours of the next one: once its moment has come, this one says nothing new. None: it is
    the last.
    """

    hours: int
    due: datetime
    gives_way: int | None


def quiet_stretch(instant: datetime, terms: ReminderTerms) -> tuple[datetime, datetime] | None:
    """The quiet hours around this instant: their first moment and their end. None: it is not quiet."""
    today = instant.astimezone(CENTRAL).date()
    over_midnight = timedelta(days=terms.quiet_from > terms.quiet_until)
    for day in (today - timedelta(days=1), today):
        begins = first_instant(day, terms.quiet_from, CENTRAL)
        ends = first_instant(day + over_midnight, terms.quiet_until, CENTRAL)
        if begins <= instant < ends:
            return begins, ends
    return None


def first_loud(instant: datetime, terms: ReminderTerms) -> datetime:
    """The first moment from this one at which people may be written to."""
    stretch = quiet_stretch(instant, terms)
    return instant if stretch is None else stretch[1]


def reminders(start: datetime, now: datetime, terms: ReminderTerms) -> tuple[Reminder, ...]:
    """The reminders of a visit that is booked, or gets this start, now; the earliest first.

    One whose moment has passed, or comes together with the confirmation, is left out. One that falls into the
    quiet hours comes at their end, or before them when the visit would have begun by then. Of two that would
    come at the same moment only the later one is sent.
    """
    start = start.astimezone(UTC)  # between two local times of one zone, an hour of the clock is no hour
    found: list[Reminder] = []
    gives_way: int | None = None
    for hours in sorted(set(terms.hours)):
        moment = start - timedelta(hours=hours)
        due = _due(moment, start, terms)
        if min(moment, due) <= now + WITH_THE_CONFIRMATION or (found and due >= found[-1].due):
            continue
        found.append(Reminder(hours, due, gives_way))
        gives_way = hours
    return tuple(reversed(found))


def _due(moment: datetime, start: datetime, terms: ReminderTerms) -> datetime:
    stretch = quiet_stretch(moment, terms)
    if stretch is None:
        return moment
    begins, ends = stretch
    return ends if ends < start else begins - BEFORE_QUIET
