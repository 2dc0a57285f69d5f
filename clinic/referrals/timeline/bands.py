"""The background of the plot: the phase by time alone, as far as the start is known, and earlier episodes.

Where the start is known to a month or a year, a day may lie in one band or in the next: there the plot is
hatched and names both. Without symptoms there is no band.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from clinic.kernel.calendar import add_months
from clinic.kernel.wording import MONTHS, clinical_date
from clinic.referrals.timeline.axis import BAND_TOP, Axis, horizon
from clinic.referrals.timeline.shapes import Box, Words, width_of
from clinic.referrals.timeline.story import Earlier, Onset, Story

# Completed months, look of the band, the phases that time alone speaks for.
BANDS = ((0, "b1", ("One",)), (3, "pt-12", ("One", "Two")), (6, "b2", ("Two",)), (12, "b3", ("Three",)))
_BEFORE = -1
_ORDER = ("One", "Two", "Three")
WORDS_AT = BAND_TOP + 14


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the plot with its look and the words for it, the fullest first."""

    left: float
    right: float
    look: str
    ink: str
    words: tuple[str, ...]

    def box(self, bottom: float) -> Box:
        """The stretch itself."""
        fill, colour = (self.look, "") if self.look.startswith("pt-") else ("", self.look)
        return Box(self.left, BAND_TOP, self.right - self.left, bottom - BAND_TOP, colour, fill=fill)

    def named(self, lines: Sequence[float]) -> Iterator[Words]:
        """The fullest words that stand in it without touching a line that runs through."""
        edges = sorted({self.left, self.right, *(x for x in lines if self.left < x < self.right)})
        for words in self.words:
            for left, right in pairwise(edges):
                if width_of(words) + 10 < right - left:
                    yield Words(left + 6, WORDS_AT, self.ink, words)
                    return


def zones(axis: Axis, onset: Onset) -> Iterator[Zone]:
    """The bands from left to right; hatched where two are possible."""
    starts = [add_months(day, months) for day in (onset.first, onset.latest) for months, *_ in BANDS]
    earliest = onset.earliest or axis.first
    edges = sorted({axis.first, axis.last, earliest, *starts})
    runs: list[Zone] = []
    for begin, end in pairwise(day for day in edges if axis.first <= day <= axis.last):
        zone = _zone(axis.x(begin), axis.x(end), _band_at(begin, onset.latest), _last_band(begin, onset))
        if runs and (zone.look, zone.words) == (runs[-1].look, runs[-1].words):
            zone = replace(zone, left=runs.pop().left)
        runs.append(zone)
    return (zone for zone in runs if zone.look and zone.right > zone.left)


def _last_band(day: date, onset: Onset) -> int:
    return _band_at(day, onset.earliest) if onset.earliest else len(BANDS) - 1


def _band_at(day: date, start: date) -> int:
    """The place in BANDS of a day, -1 before the start."""
    return sum(day >= add_months(start, months) for months, *_ in BANDS) - 1


def _zone(left: float, right: float, least: int, most: int) -> Zone:
    if most == _BEFORE:
        return Zone(left, right, "", "", ())
    words = _phases(least, most)
    if least != most:
        return Zone(left, right, "pt-fog", "t-fog", (words,))
    look = BANDS[most][1]
    return Zone(left, right, look, "t-b2" if look == "pt-12" else f"t-{look}", (words,))


def _phases(least: int, most: int) -> str:
    possible = {phase for place in range(max(least, 0), most + 1) for phase in BANDS[place][2]}
    names = [phase for phase in _ORDER if phase in possible]
    words = " or ".join(names) if len(names) < 3 else "One, Two or Three"
    return words if least != _BEFORE else f"{words}?"


def earlier_zones(axis: Axis, earlier: Earlier, onset: Onset | None) -> Iterator[Zone]:
    """The earlier time with symptoms, and the time without between it and this one."""
    left, ended = axis.x(earlier.began.first), axis.x(earlier.ended)
    again = axis.x(onset.first if onset else earlier.ended)
    if ended > left:
        yield Zone(left, ended, "was", "t-fog", ("Earlier episode", "Earlier"))
    if again > ended:
        full = (f"No symptoms, {earlier.gap}",) if earlier.gap else ()
        yield Zone(ended, again, "gap", "t-fog", (*full, "No symptoms", "Gap"))


def month_label(axis: Axis, story: Story) -> Words | None:
    """The label of the day that completes a year, or three months where the axis ends there."""
    if story.onset is None:
        return None
    months = horizon(story.onset, story.today)
    first, last = (add_months(day, months) for day in (story.onset.first, story.onset.latest))
    when = f"by {clinical_date(last)}" if story.onset.earliest is None else span_words(first, last)
    look = "t-b3" if months > 3 else "t-b2"
    return Words(axis.x(first) - 2, axis.bottom + 16, look, f"{months} months: {when}")


def span_words(first: date, last: date) -> str:
    """20 Feb 2027; Feb 2027; Feb to May 2027; Feb 2027 to May 2028."""
    if first == last:
        return clinical_date(first)
    names = [MONTHS[day.month - 1][:3] for day in (first, last)]
    if (first.year, first.month) == (last.year, last.month):
        return f"{names[0]} {first.year}"
    if first.year == last.year:
        return f"{names[0]} to {names[1]} {first.year}"
    return f"{names[0]} {first.year} to {names[1]} {last.year}"
