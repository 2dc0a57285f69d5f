"""Where each treatment lies in time, as far as it is known.

Patients are asked how long, not from when to when. A treatment that goes on ends on the day it was told, so
its start is known as well as its length. One that stopped lies somewhere between first symptoms and that day:
its bar has its length and stands in the middle of a dashed box over all of that. Where symptoms went
away and came back, the possible span is that of the time with symptoms in which it was had.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from clinic.referrals.timeline.story import Episode, Story, Treatment

LONGEST_GUESS = timedelta(weeks=52)
MOST_MARKS = 8
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Placed:
    """A treatment in time: what is sure, what is only possible, and single dates of procedures."""

    treatment: Treatment
    sure: Days | None
    possible: Days | None
    dates: tuple[date, ...] = ()

    @property
    def sort_key(self) -> tuple[date, int]:
        """Rows stand in order of start; a possible start counts as one."""
        first = min(day for span in (self.sure, self.possible) if span for day in span)
        return first, 0 if self.possible is None else 1


def floor_of(story: Story) -> date:
    """Before this day no treatment of these symptoms is drawn."""
    began = story.earlier.began if story.earlier else story.onset
    if began and began.earliest:
        return min(began.earliest, story.told)
    longest = max((t.least for t in story.treatments), default=0.0)
    known = began.latest if began else story.told - LONGEST_GUESS
    return min(known, story.told - timedelta(weeks=longest))


def place_all(story: Story) -> list[Placed]:
    """Every treatment in time, in order of start; equal starts keep the patient's order."""
    placed: Iterable[Placed] = (_place(one, *_window(one, story)) for one in story.treatments)
    return sorted(placed, key=lambda p: p.sort_key)


def _window(treatment: Treatment, story: Story) -> Days:
    """The first and the last day on which it can have been."""
    floor, last = floor_of(story), story.told
    if story.earlier is None:
        return floor, last
    if treatment.episode is Episode.EARLIER:
        return floor, max(floor, min(story.earlier.ended, last))
    if treatment.episode is Episode.THIS and story.onset and not treatment.ongoing:
        return max(floor, min(story.onset.first, last)), last
    return floor, last


def _place(treatment: Treatment, floor: date, last: date) -> Placed:
    if treatment.is_procedure:
        count = max(1, min(treatment.occasions or 1, MOST_MARKS))
        step = (last - floor) / (count + 1)
        dates = tuple(floor + step * (i + 1) for i in range(count))
        return Placed(treatment, None, (floor, last), dates)
    if treatment.ongoing:
        return _ending(treatment, floor, last)
    return _somewhere(treatment, floor, last)


def _ending(treatment: Treatment, floor: date, last: date) -> Placed:
    start = last - timedelta(weeks=treatment.least)
    earliest = floor if treatment.most is None else last - timedelta(weeks=treatment.most)
    earliest = max(earliest, floor)
    possible = (earliest, start) if earliest < start else None
    sure = (start, last) if treatment.least else None
    return Placed(treatment, sure, possible or (None if sure else (last, last)))


def _somewhere(treatment: Treatment, floor: date, last: date) -> Placed:
    length = timedelta(weeks=treatment.least)
    if length >= last - floor and treatment.least:
        return Placed(treatment, (last - length, last), None)
    if not treatment.least:
        return Placed(treatment, None, (floor, last))
    start = floor + (last - floor - length) / 2
    return Placed(treatment, (start, start + length), (floor, last))


def span_of(story: Story, placed: Iterable[Placed]) -> Days:
    """First and last day that anything in the picture stands on, today included."""
    days = [story.today]
    for onset in (story.onset, story.earlier.began if story.earlier else None):
        days += [onset.first, onset.latest] if onset else []
    for row in placed:
        days += [day for pair in (row.sure, row.possible) if pair for day in pair]
    return min(days), max(days)
