"""How long people wait: the third next available time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from clinic.scheduling.rules.availability import Busy, Demand, Slot, Supply, open_slots
from clinic.scheduling.rules.cells import cells_in

# The first two open times are often leftovers of somebody who canceled (Institute for Healthcare Improvement,
# measure "Third Next Available Appointment").
THIRD = 3
LOOK_AHEAD = 180  # days
# Most searches end in the first week; further ahead is looked only when they do not.
_STRETCHES = (7, 28, LOOK_AHEAD)
_A_DAY = cells_in(24 * 60)


def third_next(supply: Supply, demand: Demand, location_id: UUID | None = None) -> int | None:
    """The cell in which the third of three people would be seen who ask one after another.

    Each takes the first open time at the location, or at any (None), and with it what overlaps: starts a
    quarter of an hour apart are one visit, not many. None when there is none in the days that were looked at.
    """
    taken = 0
    for window in _stretches(demand):
        while (slot := _first(supply, window, location_id)) is not None:
            taken += 1
            if taken == THIRD:
                return slot.start
            supply = _without(supply, demand, slot)
    return None


def _stretches(demand: Demand) -> Iterator[Demand]:
    at = demand.earliest
    for days in _STRETCHES:
        end = min(demand.latest, demand.earliest + days * _A_DAY)
        if at < end:
            yield replace(demand, earliest=at, latest=end)
            at = end


def _first(supply: Supply, window: Demand, location_id: UUID | None) -> Slot | None:
    here = (one for one in open_slots(supply, window) if location_id in (None, one.location_id))
    return min(here, key=lambda one: (one.start, one.location_id, one.clinician_id), default=None)


def _without(supply: Supply, demand: Demand, slot: Slot) -> Supply:
    """What is left when somebody has taken this slot."""
    end = slot.start + demand.length
    own = Busy(slot.start, end, demand.before, demand.after, slot.location_id)
    left = replace(supply, clinicians=_with(supply.clinicians, slot.clinician_id, own))
    if slot.room_id is not None:
        left = replace(left, rooms=_with(supply.rooms, slot.room_id, Busy(slot.start, end)))
    return left


def _with(known: Mapping[UUID, Sequence[Busy]], owner: UUID, busy: Busy) -> Mapping[UUID, Sequence[Busy]]:
    return {**known, owner: [*known.get(owner, ()), busy]}
