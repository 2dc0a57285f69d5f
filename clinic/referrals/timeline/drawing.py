"""The whole picture: four zones in one frame, one row for each treatment."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clinic.kernel.wording import clinical_date
from clinic.referrals.timeline.axis import PLOT_LEFT, Axis, axis_for, grid
from clinic.referrals.timeline.bands import WORDS_AT, earlier_zones, month_label, zones
from clinic.referrals.timeline.markers import WIDTH, future, line_places, markers
from clinic.referrals.timeline.placing import Placed, place_all, span_of
from clinic.referrals.timeline.rows import MARKS, RIGHT, TRIAL, lane_for, row
from clinic.referrals.timeline.shapes import Box, Line, Shape, Words
from clinic.referrals.timeline.story import VERDICT_WORDS, Response, Story
from clinic.triage.rules import Verdict

ROWS_TOP, FOOT = 44.0, 22.0
RESPONSES = {
    Response.MUCH: "better or much better",
    Response.LITTLE: "a little better",
    Response.NONE: "no change",
    Response.WORSE: "worse",
    Response.UNKNOWN: "effect not known",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order in which they are painted, and the words for those who do not see them."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    description: str
    legend: frozenset[str]
    marks: Mapping[Verdict, tuple[str, str]] = field(default_factory=lambda: MARKS)

    @property
    def judged(self) -> bool:
        """Is there a trial to explain?"""
        return bool(self.legend & MARKS.keys())


def draw(story: Story) -> Drawing:
    """The picture of a story."""
    placed = place_all(story)
    lane = lane_for(len(placed))
    bottom = ROWS_TOP + lane.height * max(1, len(placed))
    axis = axis_for(span_of(story, placed), story.onset, story.today, story.visit, bottom)
    shapes = [*_background(axis, story), *markers(axis, story), *_heads(story)]
    for count, one in enumerate(placed):
        shapes += row(axis, one, ROWS_TOP + lane.height * count, lane, story.told)
    if not placed:
        shapes.append(Words(0, ROWS_TOP + 20, "t-sub", story.none_told))
    words = _describe(story)
    title = "Treatments since first symptoms"
    return Drawing(WIDTH, bottom + FOOT, tuple(shapes), title, words, _legend(story, placed, shapes))


def _background(axis: Axis, story: Story) -> Iterator[Shape]:
    label = month_label(axis, story)
    behind = list(zones(axis, story.onset)) if story.onset else []
    behind += earlier_zones(axis, story.earlier, story.onset) if story.earlier else []
    yield from (zone.box(axis.bottom) for zone in behind)
    yield from grid(axis, label)
    yield future(axis, story.today)
    lines = line_places(axis, story)
    for zone in behind:
        yield from zone.named(lines)
    if not story.onset:
        yield Words(PLOT_LEFT + 6, WORDS_AT, "t-fog", "First symptoms: day not known")
    if label:
        yield Line(f"M{label.x + 2:.1f} {axis.bottom:.1f}v5", "axis")
        yield label


def _heads(story: Story) -> list[Shape]:
    if not story.treatments:
        return []
    named = ((0.0, "Treatment"), (TRIAL, "Trial"), (RIGHT, "What it did"))
    return [Words(x, 36, "t-ax", text) for x, text in named]


def _legend(story: Story, placed: list[Placed], shapes: list[Shape]) -> frozenset[str]:
    """What the picture shows, so that only that is explained below it."""
    found = {one.response.value for one in story.treatments}
    found |= {one.verdict.value for one in story.treatments}
    looks = {(shape.fill or shape.look).split()[0] for shape in shapes if isinstance(shape, Box)}
    lines = {shape.look.split()[0] for shape in shapes if isinstance(shape, Line)}
    found |= {name for name in ("pt-fog", "gap", "was", "fog") if name in looks}
    found |= {name for name in ("cap", "go") if name in lines}
    found |= {"possible"} if any(one.possible for one in placed) else set()
    found |= {"mark"} if any(one.dates for one in placed) else set()
    return frozenset(found)


def _describe(story: Story) -> str:
    parts = [_dates(story)]
    count = len(story.treatments)
    if count:
        parts.append(f"{count} treatment{'' if count == 1 else 's'}, in order of start: {_did(story)}.")
        parts.append(f"Tried long enough, as the rules judged it: {_trials(story)}.")
        parts.append("The same facts are in the table below.")
    else:
        parts.append(story.none_told)
    return " ".join(parts)


def _dates(story: Story) -> str:
    first = f"First symptoms {story.onset.words}" if story.onset else "First symptoms: day not known"
    if story.earlier:
        gap = f", then no symptoms for {story.earlier.gap}" if story.earlier.gap else ", then no symptoms"
        again = f", came back {story.onset.words}" if story.onset else ", then came back"
        first = f"First symptoms {story.earlier.began.words}{gap}{again}"
    visit = f", visit {clinical_date(story.visit)}" if story.visit else ""
    return f"{first}, today {clinical_date(story.today)}{visit}."


def _did(story: Story) -> str:
    found = Counter(one.response for one in story.treatments)
    return ", ".join(f"{found[one]} {words}" for one, words in RESPONSES.items() if found[one])


def _trials(story: Story) -> str:
    found = Counter(one.verdict for one in story.treatments)
    return ", ".join(f"{found[one]} {VERDICT_WORDS[one].lower()}" for one in Verdict if found[one])
