"""Where each treatment lies in time, as far as it is known.

Patients are asked how long, not from when to when. A treatment that goes on ends today, so its start is
known as well as its length. One that stopped lies somewhere between first symptoms and today: its bar has its
length and stands in the middle of a dashed box over the whole possible span.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from clinic.referrals.timeline.story import Onset, Story, Treatment

LONGEST_GUESS = timedelta(weeks=52)
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
    longest = max((t.least for t in story.treatments), default=0.0)
    if story.onset and story.onset.earliest:
        return story.onset.earliest
    known = story.onset.latest if story.onset else story.today - LONGEST_GUESS
    return min(known, story.today - timedelta(weeks=longest))


def place_all(story: Story) -> list[Placed]:
    """Every treatment in time, in order of start; equal starts keep the patient's order."""
    floor = floor_of(story)
    placed: Iterable[Placed] = (_place(t, floor, story.today) for t in story.treatments)
    return sorted(placed, key=lambda p: p.sort_key)


def _place(treatment: Treatment, floor: date, today: date) -> Placed:
    if treatment.is_procedure:
        count = max(1, min(treatment.occasions or 1, 8))
        step = (today - floor) / (count + 1)
        dates = tuple(floor + step * (i + 1) for i in range(count))
        return Placed(treatment, None, (floor, today), dates)
    if treatment.ongoing:
        return _ending_today(treatment, floor, today)
    return _somewhere(treatment, floor, today)


def _ending_today(treatment: Treatment, floor: date, today: date) -> Placed:
    start = today - timedelta(weeks=treatment.least)
    earliest = floor if treatment.most is None else today - timedelta(weeks=treatment.most)
    earliest = max(earliest, floor)
    possible = (earliest, start) if earliest < start else None
    sure = (start, today) if treatment.least else None
    return Placed(treatment, sure, possible or (None if sure else (today, today)))


def _somewhere(treatment: Treatment, floor: date, today: date) -> Placed:
    length = timedelta(weeks=treatment.least)
    if length >= today - floor:
        return Placed(treatment, (today - length, today), None)
    if not treatment.least:
        return Placed(treatment, None, (floor, today))
    start = floor + (today - floor - length) / 2
    return Placed(treatment, (start, start + length), (floor, today))


def span_of(onset: Onset | None, placed: Iterable[Placed], today: date) -> Days:
    """First and last day that anything in the picture stands on, today included."""
    days = [today]
    if onset:
        days += [onset.earliest or onset.latest, onset.latest]
    for row in placed:
        days += [day for pair in (row.sure, row.possible) if pair for day in pair]
    return min(days), max(days)
