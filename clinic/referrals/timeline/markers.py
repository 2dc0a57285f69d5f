"""First symptoms, today and the visit: lines over the whole height, with tags that never cover each other."""

from dataclasses import dataclass
from datetime import date

from clinic.referrals.timeline.axis import BAND_TOP, PLOT_LEFT, PLOT_RIGHT, Axis
from clinic.referrals.timeline.shapes import Box, Shape, Words, vertical, width_of
from clinic.referrals.timeline.story import Onset, Story

WIDTH = 820.0
GAP = 4.0


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at the top of a marker."""

    left: float
    text: str
    look: str

    @property
    def width(self) -> float:
        """Room for the words and a margin."""
        return width_of(self.text) + 12

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    def at(self, left: float) -> "Tag":
        """The same tag elsewhere."""
        return Tag(left, self.text, self.look)


def future(axis: Axis, today: date) -> Box:
    """The veil over what has not happened."""
    left = axis.x(today)
    return Box(left, BAND_TOP, PLOT_RIGHT - left, axis.bottom - BAND_TOP, "fut")


def markers(axis: Axis, story: Story) -> list[Shape]:
    """Lines, the dashed span of an uncertain start, and tags."""
    shapes: list[Shape] = []
    if story.onset:
        shapes += _onset(axis, story.onset)
    shapes.append(vertical(axis.x(story.today), 18, axis.bottom, "m-line"))
    if story.visit:
        shapes.append(vertical(axis.x(story.visit), 18, axis.bottom, "m-vis"))
    for tag in _tags(axis, story):
        shapes.append(Box(tag.left, 1, tag.width, 18, f"{tag.look}-tag", round=5))
        shapes.append(Words(tag.left + 6, 14, f"{tag.look}-tagt", tag.text))
    return shapes


def _onset(axis: Axis, onset: Onset) -> list[Shape]:
    if onset.exact:
        return [vertical(axis.x(onset.latest), 18, axis.bottom, "m-on")]
    left = axis.x(onset.earliest) if onset.earliest else PLOT_LEFT
    width = max(axis.x(onset.latest) - left, 3.0)
    height = axis.bottom - BAND_TOP
    return [Box(left, BAND_TOP, width, height, "fut"), Box(left, BAND_TOP, width, height, "m-on fog")]


def _tags(axis: Axis, story: Story) -> list[Tag]:
    """Today opens to the left, the visit to the right, first symptoms give way to the left."""
    day = story.today
    today = Tag(0, f"Today {day.day} {day:%b}", "m")
    today = today.at(axis.x(day) + 2 - today.width)
    tags = [today]
    if story.onset:
        first = Tag(0, f"First symptoms {story.onset.words}", "o")
        first = first.at(max(PLOT_LEFT, axis.x(story.onset.latest) - 37))
        if first.right + GAP > today.left:
            first = first.at(max(0.0, today.left - GAP - first.width))
        if first.right + GAP > today.left:
            today = today.at(first.right + GAP)
        tags = [first, today]
    if story.visit:
        visit = Tag(axis.x(story.visit) - 2, f"Visit {story.visit.day} {story.visit:%b}", "v")
        left = max(visit.left, today.right + GAP)
        tags.append(visit.at(min(left, WIDTH - visit.width)))
    return tags
