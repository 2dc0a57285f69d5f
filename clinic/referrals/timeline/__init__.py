"""The treatment time line as a picture: values in, shapes out; a template writes the shapes as SVG."""

from clinic.referrals.timeline.drawing import Drawing, draw
from clinic.referrals.timeline.story import Earlier, Episode, Onset, Response, Story, Treatment

__all__ = [
    "Drawing",
    "Earlier",
    "Episode",
    "Onset",
    "Response",
    "Story",
    "Treatment",
    "draw",
]
