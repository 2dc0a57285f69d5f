"""The shared time axis: which days it spans, its gridlines and their labels."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinic.kernel.calendar import add_months, month_reached
from clinic.referrals.timeline.shapes import Line, Shape, Words, vertical, width_of
from clinic.referrals.timeline.story import Onset

PLOT_LEFT, PLOT_RIGHT = 178.0, 564.0
BAND_TOP = 22.0
BEFORE, AFTER = timedelta(weeks=5), timedelta(weeks=7)
# In the first three months a year of future would squeeze what has happened into a corner.
NEAR, FAR = 3, 12
# Whole span in months at most -> (months between gridlines, months between labels).
_STEPS = ((20, 1, 2), (40, 3, 6), (100, 6, 12), (260, 12, 24), (100_000, 60, 60))


@dataclass(frozen=True, slots=True)
class Axis:
    """Days to positions."""

    first: date
    last: date
    bottom: float

    def x(self, day: date) -> float:
        """Where a day stands; days outside the axis stand at its edge."""
        share = (day - self.first) / (self.last - self.first)
        return PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * min(max(share, 0.0), 1.0)


def horizon(onset: Onset, today: date) -> int:
    """Up to which month of the symptoms the axis goes at least."""
    return FAR if month_reached(onset.first, NEAR, today) else NEAR


def axis_for(
    span: tuple[date, date], onset: Onset | None, today: date, visit: date | None, bottom: float
) -> Axis:
    """From five weeks before the first thing to seven weeks past the last, the visit or the horizon."""
    last = max(span[1], visit or span[1])
    if onset:
        last = max(last, add_months(onset.latest, horizon(onset, today)))
    whole = last - span[0]
    # A long history squeezes weeks into a pixel: the margins grow with it, so that marks keep their room.
    return Axis(span[0] - max(BEFORE, whole * 0.03), last + max(AFTER, whole * 0.07), bottom)


def grid(axis: Axis, taken: Words | None) -> list[Shape]:
    """Gridlines and their labels; a label that would touch `taken` or its neighbour is left out."""
    months = (axis.last - axis.first).days / 30.4
    _, step, label_step = next(row for row in _STEPS if months <= row[0])
    shapes: list[Shape] = [Line(f"M{PLOT_LEFT:.0f} {axis.bottom:.1f}H{PLOT_RIGHT:.0f}", "axis")]
    free_from = PLOT_LEFT
    busy = (taken.x - 4, taken.x + width_of(taken.text) + 4) if taken else (0.0, 0.0)
    for count, day in enumerate(_month_starts(axis, step)):
        x = axis.x(day)
        shapes.append(vertical(x, BAND_TOP, axis.bottom, "grid"))
        if (count * step) % label_step:
            continue
        words = _label(day, step, first=count == 0)
        left, right = x + 2, x + 2 + width_of(words)
        if left < free_from or (left < busy[1] and right > busy[0]) or right > PLOT_RIGHT + 24:
            continue
        shapes.append(Words(left, axis.bottom + 15, "t-ax", words))
        free_from = right + 4
    return shapes


def _month_starts(axis: Axis, step: int) -> list[date]:
    """The first days of months on the axis, on round ones (January, April, ...) for steps over one."""
    day = add_months(axis.first.replace(day=1), 1)
    while step > 1 and ((day.year * 12 + day.month - 1) % step):
        day = add_months(day, 1)
    found = []
    while day < axis.last:
        found.append(day)
        day = add_months(day, step)
    return found


def _label(day: date, step: int, *, first: bool) -> str:
    if step >= 12:
        return str(day.year)
    return f"{day:%b %Y}" if first or day.month == 1 or step > 1 else f"{day:%b}"
