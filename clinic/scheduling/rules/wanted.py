"""A time that somebody asks for, and how a form carries it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from clinic.kernel.errors import Invalid
from clinic.scheduling.rules.cells import instant_of, on_raster

_SAY = "Choose one of the times on this page."
_FIELD = "slot"
# The year 2100: beyond it a number in a form was never one of ours.
_LAST_CELL = 13_700_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A start with one clinician at one location, for one visit type.

    `shown` is what the page offered there (see `terms_shown`); empty when no page did. It is no part of the
    time: two wishes for one time are the same, whatever was shown.
    """

    start: datetime
    clinician_id: UUID
    location_id: UUID
    visit_type_id: UUID
    shown: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not on_raster(self.start):
            raise Invalid(_SAY, _FIELD)


def terms_shown(visit_type_id: UUID, minutes: int) -> str:
    """The kind and length of a visit in a few letters: who sees an hour must not get three quarters of it."""
    return f"{minutes}-{visit_type_id.hex[:8]}"


class OpenTime(NamedTuple):
    """A time that can be taken: what a picker lists."""

    start: datetime
    end: datetime
    clinician_id: UUID
    location_id: UUID
    visit_type_id: UUID
    room_id: UUID | None = None

    @property
    def wanted(self) -> Wanted:
        """The same time, as a booking asks for it."""
        return Wanted(self.start, self.clinician_id, self.location_id, self.visit_type_id)

    @property
    def value(self) -> str:
        """What a radio button of this time sends."""
        cell = int(self.start.timestamp()) // 300
        shown = terms_shown(self.visit_type_id, int((self.end - self.start).total_seconds()) // 60)
        return f"{cell}.{self.location_id.hex}.{self.clinician_id.hex}.{shown}"


def read_wanted(value: str, visit_type_id: UUID) -> Wanted:
    """The time behind a form's value, for the kind of visit that is booked now.

    Raises:
        Invalid: it was not made by `OpenTime.value`.
    """
    parts = value.split(".")
    try:
        cell, location, clinician, shown = int(parts[0]), UUID(parts[1]), UUID(parts[2]), parts[3]
    except (ValueError, IndexError):
        raise Invalid(_SAY, _FIELD) from None
    if len(parts) != 4 or not 0 < cell < _LAST_CELL:
        raise Invalid(_SAY, _FIELD)
    return Wanted(instant_of(cell), clinician, location, visit_type_id, shown)
