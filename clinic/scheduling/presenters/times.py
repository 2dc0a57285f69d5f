"""How open times and visits read on a page: grouped by place and day, states and steps in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from clinic.kernel.clock import central_date
from clinic.kernel.wording import us_date, us_date_time
from clinic.scheduling.queries import LocationCard
from clinic.scheduling.rules import OpenTime, State, Step

ZONE = "Central Time"

# For staff: one word or two.
STATE_LABELS = {
    State.OPEN: "Open",
    State.HELD: "Being booked",
    State.REQUESTED: "Asked for",
    State.BOOKED: "Booked",
    State.ARRIVED: "Arrived",
    State.IN_CONSULTATION: "In consultation",
    State.COMPLETED: "Completed",
    State.NO_SHOW: "Did not come",
    State.CANCELLED: "Canceled",
    State.EXPIRED: "Not booked in time",
    State.RELEASED: "Given up",
}
# For patients: a sentence. What ran out or was given up is not shown to them at all.
STATE_SENTENCES = {
    State.HELD: "We are holding this time for you.",
    State.REQUESTED: "You asked for this time. We will call you before it is booked.",
    State.BOOKED: "Your visit is booked.",
    State.ARRIVED: "You are here.",
    State.IN_CONSULTATION: "Your visit has begun.",
    State.COMPLETED: "This visit took place.",
    State.NO_SHOW: "This visit did not take place.",
    State.CANCELLED: "This visit is canceled.",
}
STEP_LABELS = {
    Step.HOLD: "Hold",
    Step.REQUEST: "Ask for this time",
    Step.BOOK: "Book",
    Step.EXTEND: "Hold for 15 more minutes",
    Step.CONFIRM: "Confirm",
    Step.CONFIRM_REQUEST: "Confirm after the call",
    Step.MOVE: "Move",
    Step.ARRIVE: "Check in",
    Step.START: "Start",
    Step.COMPLETE: "Complete",
    Step.CANCEL: "Cancel",
    Step.MARK_NO_SHOW: "Did not come",
    Step.CONFIRM_ATTENDANCE: "Will come",
    Step.UNDO: "Undo",
    Step.RELEASE: "Give up",
    Step.EXPIRE: "Let the hold run out",
}


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The open times of one day."""

    day: date
    heading: str
    times: tuple[OpenTime, ...]


@dataclass(frozen=True, slots=True)
class LocationTimes:
    """The open times at one location; none is a fact to show, not a gap."""

    location: LocationCard
    days: tuple[DayTimes, ...]

    @property
    def earliest(self) -> OpenTime | None:
        """The first time there."""
        return self.days[0].times[0] if self.days else None


def by_day(times: Iterable[OpenTime]) -> tuple[DayTimes, ...]:
    """Times in order, one group for each date in Alabama, headed "Tuesday, December 8"."""
    days = groupby(times, key=lambda time: central_date(time.start))
    return tuple(DayTimes(day, us_date(day), tuple(group)) for day, group in days)


def by_location(times: Iterable[OpenTime], places: Sequence[LocationCard]) -> tuple[LocationTimes, ...]:
    """Times in order, side by side for every place, those without times included."""
    held = tuple(times)
    here = {place.id: [time for time in held if time.location_id == place.id] for place in places}
    return tuple(LocationTimes(place, by_day(here[place.id])) for place in places)


def when(time: OpenTime) -> str:
    """Tuesday, December 8, 10:30 a.m. Central Time."""
    return f"{us_date_time(time.start)} {ZONE}"
