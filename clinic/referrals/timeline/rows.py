"""One row of the picture: name, what is known of the time, how long it was tried, what it did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from clinic.referrals.timeline.axis import Axis
from clinic.referrals.timeline.markers import WIDTH
from clinic.referrals.timeline.placing import Placed
from clinic.referrals.timeline.shapes import Box, Line, Shape, Words, diamond, fitted, fitting, width_of
from clinic.referrals.timeline.story import Response, Treatment
from clinic.triage.rules import Verdict

NAME_WIDTH, TRIAL, RIGHT = 172.0, 574.0, 664.0
# The mark of a verdict: a path on a grid of 10 by 10, and its look.
MARKS = {
    Verdict.LONG: ("M1 5.5l3 3 5-7", "v-line"),
    Verdict.SHORT: ("M2 2l6 6M8 2l-6 6", "v-line"),
    Verdict.UNSURE: ("M2 3a3 3 0 1 1 3.4 3v1.2M5.4 9.3v.2", "v-line"),
    Verdict.ADVANCED: ("M5 .5l4.5 9h-9z", "v-full"),
    Verdict.NOT_COUNTED: ("M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8M2 8L8 2", "v-line"),
    Verdict.EARLIER: ("M9 5H1.5M5 1.5L1.5 5L5 8.5", "v-line"),
    Verdict.NOT_JUDGED: ("M1 5H9", "v-line"),
}


@dataclass(frozen=True, slots=True)
class Lane:
    """Measures of a row: its height, where its one or two lines of words and its bar stand."""

    height: float
    first: float
    second: float | None
    bar: float
    thick: float


ROOMY = Lane(33.5, 14.8, 28.2, 9.8, 14)
CLOSE = Lane(20.0, 14.2, None, 4.5, 11)
MOST_ROOMY = 16


def lane_for(count: int) -> Lane:
    """Two lines to a row, or one where there are many rows."""
    return ROOMY if count <= MOST_ROOMY else CLOSE


def row(axis: Axis, placed: Placed, top: float, lane: Lane, told: date) -> Iterator[Shape]:
    """Every shape of one row."""
    look = placed.treatment.response.value
    yield Line(f"M0 {top:.1f}H{NAME_WIDTH:.0f}M{TRIAL:.0f} {top:.1f}H{WIDTH:.0f}", "rule")
    yield from _named(placed.treatment, top, lane)
    yield from _possible(axis, placed, top + lane.bar, lane, look)
    if placed.treatment.is_procedure:
        yield from _procedures(axis, placed, top + lane.bar + lane.thick / 2, lane, look)
    elif placed.sure:
        yield from _bar(axis, placed, top + lane.bar, lane, look)
    if placed.treatment.ongoing:
        yield Line(
            f"M{axis.x(told) + 13:.1f} {top + lane.bar + lane.thick / 2 - 5:.1f}l6 5-6 5", f"go {look}"
        )
    yield from _trial(placed.treatment, top, lane)
    yield from _did(placed.treatment, top, lane)


def _named(told: Treatment, top: float, lane: Lane) -> Iterator[Words]:
    yield Words(0, top + lane.first, "t-name", fitted(told.name, NAME_WIDTH, 13.5))
    if lane.second is not None:
        yield Words(0, top + lane.second, "t-sub", fitting(told.under_name, NAME_WIDTH))


def _trial(told: Treatment, top: float, lane: Lane) -> Iterator[Shape]:
    mark, look = MARKS[told.verdict]
    yield Line(mark, look, at=(TRIAL, top + lane.first - 9.5))
    yield Words(TRIAL + 14, top + lane.first, "t-sub", told.trial)


def _did(told: Treatment, top: float, lane: Lane) -> Iterator[Shape]:
    swatch = "edge e-unk" if told.response is Response.UNKNOWN else f"o {told.response.value}"
    yield Box(RIGHT, top + lane.first - 10, 13, 11, swatch, round=2)
    word = fitted(told.word, WIDTH - RIGHT - 20, 13)
    yield Words(RIGHT + 20, top + lane.first, "t-w", word)
    if lane.second is not None:
        yield Words(RIGHT, top + lane.second, "t-sub", fitting(told.under_word, WIDTH - RIGHT))
        return
    left = RIGHT + 20 + width_of(word, 13) + 6
    if told.brief and left + width_of(told.brief) <= WIDTH:
        yield Words(left, top + lane.first, "t-sub", told.brief)


def _possible(axis: Axis, placed: Placed, top: float, lane: Lane, look: str) -> Iterator[Shape]:
    """The dashed box over the days on which it may have been, with question marks beside the sure bar."""
    if not placed.possible:
        return
    left, right = axis.x(placed.possible[0]), axis.x(placed.possible[1])
    yield Box(left, top, max(right - left, 3.0), lane.thick, f"edge e-{look}")
    gaps = [(left, right)]
    if placed.sure and placed.sure[1] < placed.possible[1]:
        gaps = [(left, axis.x(placed.sure[0])), (axis.x(placed.sure[1]), right)]
    for begin, end in gaps:
        if end - begin > 14 and not placed.dates:
            yield Words((begin + end) / 2, top + lane.thick - 2.5, "q", "?")


def _bar(axis: Axis, placed: Placed, top: float, lane: Lane, look: str) -> Iterator[Shape]:
    assert placed.sure  # noqa: S101 - for the type checker; the caller asked
    left, right = (axis.x(day) for day in placed.sure)
    yield Box(left, top, max(right - left, 3.0), lane.thick, f"o {look}", round=2)
    if not placed.treatment.ongoing:
        yield Line(f"M{max(right, left + 3):.1f} {top - 3:.1f}v{lane.thick + 6:.0f}", f"cap {look}")


def _procedures(axis: Axis, placed: Placed, middle: float, lane: Lane, look: str) -> Iterator[Shape]:
    xs = [axis.x(day) for day in placed.dates]
    if len(xs) > 1:
        yield Line(f"M{xs[0]:.1f} {middle:.1f}H{xs[-1]:.1f}", "link")
    for x in xs:
        yield diamond(x, middle, f"o {look}", lane.thick / 2 + 1)
