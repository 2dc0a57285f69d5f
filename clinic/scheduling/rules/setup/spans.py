"""Two visits of one clinician, side by side: is there room for both?"""

from typing import NamedTuple
from uuid import UUID

from clinic.scheduling.rules.cells import cells_in


class Span(NamedTuple):
    """A visit in cells: its own time, the buffers around it, and where it is."""

    start: int
    end: int
    before: int
    after: int
    location_id: UUID


def collide(one: Span, other: Span, way_minutes: int) -> bool:
    """Is the gap between them smaller than the larger buffer, or than the way from place to place?"""
    first, then = sorted((one, other))
    way = cells_in(way_minutes) if first.location_id != then.location_id else 0
    return then.start < first.end + max(first.after, then.before, way)
