"""First symptoms, today and the visit: lines over the whole height, with tags that never cover each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from clinic.referrals.timeline.axis import BAND_TOP, PLOT_LEFT, PLOT_RIGHT, Axis
from clinic.referrals.timeline.shapes import Box, Line, Shape, Words, vertical, width_of
from clinic.referrals.timeline.story import Onset, Story

WIDTH = 828.0
GAP = 4.0
TAG_BOTTOM = 19.0


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at the top of a marker, which stands at `x`."""

    left: float
    text: str
    look: str
    x: float

    @property
    def width(self) -> float:
        """Room for the words and a margin."""
        return width_of(self.text) + 12

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width


def future(axis: Axis, today: date) -> Box:
    """The veil over what has not happened."""
    left = axis.x(today)
    return Box(left, BAND_TOP, PLOT_RIGHT - left, axis.bottom - BAND_TOP, "fut")


def markers(axis: Axis, story: Story) -> list[Shape]:
    """Lines, the dashed span of an uncertain start, and tags."""
    shapes: list[Shape] = []
    for onset in _onsets(story):
        shapes += _onset(axis, onset)
    shapes.append(vertical(axis.x(story.today), 18, axis.bottom, "m-line"))
    if story.visit:
        shapes.append(vertical(axis.x(story.visit), 18, axis.bottom, "m-vis"))
    for tag in spread(_wanted(axis, story)):
        if not tag.left <= tag.x <= tag.right:
            near = min(max(tag.x, tag.left + 4), tag.right - 4)
            shapes.append(
                Line(f"M{near:.1f} {TAG_BOTTOM:.1f}L{tag.x:.1f} {BAND_TOP + 3:.1f}", f"{tag.look}-lead")
            )
        shapes.append(Box(tag.left, 1, tag.width, 18, f"{tag.look}-tag", round=5))
        shapes.append(Words(tag.left + 6, 14, f"{tag.look}-tagt", tag.text))
    return shapes


def line_places(axis: Axis, story: Story) -> list[float]:
    """Where lines run from top to bottom."""
    days = [story.today, *([story.visit] if story.visit else [])]
    days += [day for onset in _onsets(story) for day in (onset.first, onset.latest)]
    return [axis.x(day) for day in days]


def _onsets(story: Story) -> list[Onset]:
    found = (story.earlier.began if story.earlier else None, story.onset)
    return [onset for onset in found if onset]


def _onset(axis: Axis, onset: Onset) -> list[Shape]:
    if onset.exact:
        return [vertical(axis.x(onset.latest), 18, axis.bottom, "m-on")]
    left = axis.x(onset.earliest) if onset.earliest else PLOT_LEFT
    width = max(axis.x(onset.latest) - left, 3.0)
    return [Box(left, BAND_TOP, width, axis.bottom - BAND_TOP, "m-on fog")]


def _wanted(axis: Axis, story: Story) -> list[Tag]:
    """The tags in order, each where it would like to stand: today opens left, a visit right."""
    tags = []
    names = ("First symptoms", "Came back") if story.earlier else ("First symptoms",)
    for name, onset in zip(names, _onsets(story), strict=False):
        x = axis.x(onset.latest)
        tags.append(Tag(max(PLOT_LEFT, x - 37), f"{name} {onset.words}", "o", x))
    day, x = story.today, axis.x(story.today)
    today = Tag(0, f"Today {day.day} {day:%b}", "m", x)
    tags.append(replace(today, left=x + 2 - today.width))
    if story.visit:
        x = axis.x(story.visit)
        tags.append(Tag(x - 2, f"Visit {story.visit.day} {story.visit:%b}", "v", x))
    return tags


def spread(wanted: Sequence[Tag]) -> list[Tag]:
    """The same tags in the same order, moved apart as little as it takes, all inside the frame."""
    tags = list(wanted)
    for _ in range(2):
        limit = WIDTH
        for place in reversed(range(len(tags))):
            tags[place] = replace(tags[place], left=min(tags[place].left, limit - tags[place].width))
            limit = tags[place].left - GAP
        free = 0.0
        for place, tag in enumerate(tags):
            tags[place] = replace(tag, left=max(tag.left, free))
            free = tags[place].right + GAP
        if all(one.right < other.left for one, other in pairwise(tags)) and free - GAP <= WIDTH:
            break
    return tags
