"""A time that somebody asks for, and how a form carries it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from clinic.kernel.errors import Invalid
from clinic.scheduling.rules.cells import instant_of, on_raster

_SAY = "Choose one of the times on this page."
# The year 2100: beyond it a number in a form was never one of ours.
_LAST_CELL = 13_700_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A start with one clinician at one location, for one visit type."""

    start: datetime
    clinician_id: UUID
    location_id: UUID
    visit_type_id: UUID

    def __post_init__(self) -> None:
        if not on_raster(self.start):
            raise Invalid(_SAY)


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
        return f"{int(self.start.timestamp()) // 300}.{self.location_id.hex}.{self.clinician_id.hex}"


def read_wanted(value: str, visit_type_id: UUID) -> Wanted:
    """The time behind a form's value.

    Raises:
        Invalid: it was not made by `OpenTime.value`.
    """
    parts = value.split(".")
    try:
        cell, location, clinician = int(parts[0]), UUID(parts[1]), UUID(parts[2])
    except (ValueError, IndexError):
        raise Invalid(_SAY) from None
    if len(parts) != 3 or not 0 < cell < _LAST_CELL:
        raise Invalid(_SAY)
    return Wanted(instant_of(cell), clinician, location, visit_type_id)
