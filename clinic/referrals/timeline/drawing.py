"""The whole picture: three zones in one frame, one row for each treatment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from clinic.kernel.wording import clinical_date
from clinic.referrals.timeline.axis import Axis, axis_for, bands, grid, twelve_months
from clinic.referrals.timeline.markers import WIDTH, future, markers
from clinic.referrals.timeline.placing import Placed, place_all, span_of
from clinic.referrals.timeline.shapes import Box, Line, Shape, Words, diamond, fitted
from clinic.referrals.timeline.story import Response, Story

ROWS_TOP, ROW = 44.0, 33.5
NAME_WIDTH, RIGHT = 172.0, 656.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order in which they are painted, and the words for those who do not see them."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    description: str


def draw(story: Story) -> Drawing:
    """The picture of a story."""
    placed = place_all(story)
    bottom = ROWS_TOP + ROW * max(1, len(placed))
    axis = axis_for(span_of(story.onset, placed, story.today), story.onset, story.visit, bottom)
    shapes = [*_background(axis, story), *markers(axis, story), *_heads()]
    for count, row in enumerate(placed):
        shapes += _row(axis, row, ROWS_TOP + ROW * count, story.today)
    if not placed:
        shapes.append(Words(0, ROWS_TOP + 20, "t-sub", "No treatment was told."))
    return Drawing(WIDTH, bottom + 22, tuple(shapes), "Treatments since first symptoms", _describe(story))


def _background(axis: Axis, story: Story) -> list[Shape]:
    if not story.onset:
        return [*grid(axis, None), future(axis, story.today)]
    year = twelve_months(axis, story.onset)
    tick = Line(f"M{year.x + 2:.1f} {axis.bottom:.1f}v5", "axis")
    return [
        *bands(axis, story.onset),
        *grid(axis, year),
        future(axis, story.today),
        tick,
        year,
    ]


def _heads() -> list[Shape]:
    return [Words(0, 36, "t-ax", "Treatment"), Words(RIGHT, 36, "t-ax", "What it did")]


def _row(axis: Axis, row: Placed, top: float, today: date) -> Iterator[Shape]:
    told = row.treatment
    look = told.response.value
    yield Line(f"M0 {top:.1f}H{NAME_WIDTH:.0f}M648 {top:.1f}H{WIDTH:.0f}", "rule")
    yield Words(0, top + 14.8, "t-name", fitted(told.name, NAME_WIDTH, 13.5))
    yield Words(0, top + 28.2, "t-sub", fitted(told.under_name, NAME_WIDTH, 12))
    yield from _possible(axis, row, top + 9.8, look)
    if told.is_procedure:
        yield from _procedures(axis, row, top + 16.8, look)
    elif row.sure:
        yield from _bar(axis, row, top + 9.8, look)
    if told.ongoing:
        yield Line(f"M{axis.x(today) + 13:.1f} {top + 11.8:.1f}l6 5-6 5", f"go {look}")
    yield _swatch(told.response, top + 4.8)
    yield Words(676, top + 14.8, "t-w", fitted(told.word, WIDTH - 676, 13))
    yield Words(RIGHT, top + 28.2, "t-sub", fitted(told.under_word, WIDTH - RIGHT, 12))


def _possible(axis: Axis, row: Placed, top: float, look: str) -> Iterator[Shape]:
    """The dashed box over the days on which it may have been, with question marks beside the sure bar."""
    if not row.possible:
        return
    left, right = axis.x(row.possible[0]), axis.x(row.possible[1])
    yield Box(left, top, max(right - left, 3.0), 14, f"edge e-{look}")
    gaps = [(left, right)]
    if row.sure and row.sure[1] < row.possible[1]:
        gaps = [(left, axis.x(row.sure[0])), (axis.x(row.sure[1]), right)]
    for begin, end in gaps:
        if end - begin > 14 and not row.dates:
            yield Words((begin + end) / 2, top + 11, "q", "?")


def _bar(axis: Axis, row: Placed, top: float, look: str) -> Iterator[Shape]:
    assert row.sure  # noqa: S101 - for the type checker; the caller asked
    left, right = axis.x(row.sure[0]), axis.x(row.sure[1])
    yield Box(left, top, max(right - left, 3.0), 14, f"o {look}", round=2)
    if not row.treatment.ongoing:
        yield Line(f"M{right:.1f} {top - 3:.1f}v20", f"cap {look}")


def _procedures(axis: Axis, row: Placed, middle: float, look: str) -> Iterator[Shape]:
    xs = [axis.x(day) for day in row.dates]
    if len(xs) > 1:
        yield Line(f"M{xs[0]:.1f} {middle:.1f}H{xs[-1]:.1f}", "link")
    for x in xs:
        yield diamond(x, middle, f"o {look}")


def _swatch(response: Response, top: float) -> Box:
    look = "edge e-unk" if response is Response.UNKNOWN else f"o {response.value}"
    return Box(RIGHT, top, 13, 11, look, round=2)


def _describe(story: Story) -> str:
    first = f"First symptoms {story.onset.words}" if story.onset else "First symptoms: day not known"
    visit = f", visit {clinical_date(story.visit)}" if story.visit else ""
    count = len(story.treatments)
    rows = (
        f"{count} treatment{'' if count == 1 else 's'}, in order of start" if count else "No treatment told"
    )
    return (
        f"{first}, today {clinical_date(story.today)}{visit}. {rows}. The same facts are in the table below."
    )
