"""What becomes of times that were given up early enough for somebody else."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.scheduling.rules.hours import ClosedDays
from clinic.scheduling.rules.lifecycle import State, Step
from clinic.scheduling.rules.numbers.shares import share

# Later than this nobody could be asked to come instead.
NOTICE_OF_FREED = timedelta(hours=24)
LONGEST_VISIT = timedelta(hours=8)  # the CHECK of visit_type
GIVES_UP = (Step.CANCEL, Step.MOVE, Step.RELEASE)
HAS_TIME = (State.BOOKED, State.REQUESTED)
_NOT_BOOKED_YET = (State.OPEN, State.HELD, State.REQUESTED, State.CANCELLED)
Zones = Mapping[UUID, ZoneInfo]  # of the locations
_Column = tuple[list[datetime], list["Stay"]]


class Stay(NamedTuple):
    """A time as one visit had it from one step on; `given_up_at` when the next step gave it up."""

    appointment_id: UUID
    version: int
    patient_id: UUID
    clinician_id: UUID
    location_id: UUID
    start: datetime
    end: datetime
    at: datetime
    books: bool
    given_up_at: datetime | None


def books(step: Step, from_state: State, to_state: State) -> bool:
    """Did this step book a time that its visit did not have before?"""
    return to_state is State.BOOKED and (step is Step.MOVE or from_state in _NOT_BOOKED_YET)


@dataclass(frozen=True, slots=True)
class Freed:
    """Times that were given up early enough, and what was booked again of them."""

    times: int = 0
    again: int = 0  # of the times: at least half was booked again
    minutes: int = 0
    minutes_again: int = 0

    def __add__(self, other: "Freed") -> "Freed":
        return Freed(
            self.times + other.times,
            self.again + other.again,
            self.minutes + other.minutes,
            self.minutes_again + other.minutes_again,
        )

    @property
    def percent(self) -> int | None:
        """How much of the freed time was booked again; None where there is too little to say."""
        return share(self.minutes_again, self.minutes, self.times)


def freed_times(
    stays: Iterable[Stay], first: datetime, end: datetime, closed: Sequence[ClosedDays], zones: Zones
) -> dict[UUID, Freed]:
    """By location: times that began from `first` until before `end`, given up a day before or earlier.

    A minute counts as booked again when the first visit that was booked into it afterwards, with the same
    clinician at the same location and before the time began, was another person's. Minutes that the same
    person took back (a move by half an hour, an undone cancellation) were not freed at all. A time that is
    given up twice counts twice. On a closed day nobody could take it, so it is left out.
    """
    known = sorted(stays, key=lambda one: (one.start, one.at, one.version))
    takers = _by_column(one for one in known if one.books)
    found: dict[UUID, Freed] = {}
    for one in known:
        if one.given_up_at is None or not first <= one.start < end:
            continue
        if one.given_up_at <= one.start - NOTICE_OF_FREED and not _is_shut(one, closed, zones):
            fate = _fate(one, one.given_up_at, _overlapping(takers, one))
            if fate.times:
                found[one.location_id] = found.get(one.location_id, Freed()) + fate
    return found


def _is_shut(one: Stay, closed: Sequence[ClosedDays], zones: Zones) -> bool:
    day = one.start.astimezone(zones[one.location_id]).date()
    return any(
        days.first_day <= day <= days.last_day
        and days.location_id in (None, one.location_id)
        and days.clinician_id in (None, one.clinician_id)
        for days in closed
    )


def _by_column(stays: Iterable[Stay]) -> dict[tuple[UUID, UUID], _Column]:
    """Per clinician and location: the starts in order, and the stays beside them."""
    columns: dict[tuple[UUID, UUID], _Column] = defaultdict(lambda: ([], []))
    for one in stays:
        starts, kept = columns[one.clinician_id, one.location_id]
        starts.append(one.start)
        kept.append(one)
    return columns


def _overlapping(takers: Mapping[tuple[UUID, UUID], _Column], one: Stay) -> Iterator[Stay]:
    starts, kept = takers.get((one.clinician_id, one.location_id), ([], []))
    low, high = bisect_left(starts, one.start - LONGEST_VISIT), bisect_left(starts, one.end)
    return (other for other in kept[low:high] if other.end > one.start)


def _fate(freed: Stay, given_up_at: datetime, others: Iterable[Stay]) -> Freed:
    after = sorted(
        (other for other in others if _takes_it(freed, given_up_at, other)), key=lambda other: other.at
    )
    left = [(freed.start, freed.end)]
    back = again = 0
    for other in after:
        left, minutes = _cut(left, other.start, other.end)
        if other.patient_id == freed.patient_id:
            back += minutes
        else:
            again += minutes
    minutes = _minutes(freed.end - freed.start) - back
    return Freed(1, int(2 * again >= minutes), minutes, again) if minutes else Freed()


def _takes_it(freed: Stay, given_up_at: datetime, other: Stay) -> bool:
    """Was the other one booked after the time was given up, and before it began?"""
    if other.appointment_id == freed.appointment_id and other.version <= freed.version:
        return False
    return given_up_at <= other.at < freed.start


def _cut(
    spans: list[tuple[datetime, datetime]], start: datetime, end: datetime
) -> tuple[list[tuple[datetime, datetime]], int]:
    """The spans without what lies from `start` to `end`, and how many minutes that was."""
    left: list[tuple[datetime, datetime]] = []
    for low, high in spans:
        left += [span for span in ((low, min(high, start)), (max(low, end), high)) if span[0] < span[1]]
    before, after = (sum(_minutes(high - low) for low, high in some) for some in (spans, left))
    return left, before - after


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60
