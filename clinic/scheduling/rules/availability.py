"""Which times are open: one pure function on whole numbers, used by every picker and by every booking.

A start is open when the visit fits into one opening, on its raster, inside the window, and nobody who must
be there is busy. Between two visits of a clinician lies the larger of the first one's buffer after and the
second one's buffer before, and the way from one location to the other where they differ; patients and rooms
need no gap.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from clinic.scheduling.rules.cells import merged
from clinic.scheduling.rules.hours import Opening, Timetable, openings

Spans = list[tuple[int, int]]


class Busy(NamedTuple):
    """A live appointment, in cells: its own time, the buffers around it, and where; a hold ends by itself."""

    start: int
    end: int
    before: int = 0
    after: int = 0
    location_id: UUID | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """What there is: when people are seen, who is busy when (clinicians and rooms by id, and the patient).

    `travel` is the way between two locations in cells, under either order of the two.
    """

    table: Timetable
    clinicians: Mapping[UUID, Sequence[Busy]] = field(default_factory=dict)
    rooms: Mapping[UUID, Sequence[Busy]] = field(default_factory=dict)
    patient: Sequence[Busy] = ()
    travel: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)

    def ways_to(self, location_id: UUID) -> dict[UUID | None, int]:
        """How long it takes from each other location, in cells."""
        ways: dict[UUID | None, int] = {}
        for (one, other), cells in self.travel.items():
            if location_id in (one, other):
                ways[other if one == location_id else one] = cells
        return ways


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted, in cells: a visit of this length and buffers, starting from `earliest` to `latest`.

    `now` is the first cell that is not past.
    """

    length: int
    before: int
    after: int
    step: int
    earliest: int
    latest: int
    now: int = 0


class Slot(NamedTuple):
    """One open start."""

    start: int
    clinician_id: UUID
    location_id: UUID
    room_id: UUID | None


def open_slots(supply: Supply, demand: Demand) -> Iterator[Slot]:
    """Every open start, in the order of the openings."""
    for opening, starts in open_starts(supply, demand):
        for start in starts:
            yield Slot(start, *opening[2:])


def open_starts(supply: Supply, demand: Demand) -> Iterator[tuple[Opening, list[int]]]:
    """The open starts of every opening, in order of time; none of a clinician at a location comes twice."""
    if demand.earliest < demand.latest:
        yield from starts_within(openings(supply.table, demand.earliest, demand.latest), supply, demand)


def starts_within(
    opened: Iterable[Opening], supply: Supply, demand: Demand
) -> Iterator[tuple[Opening, list[int]]]:
    """The open starts of these openings, which are in order of time."""
    patient = _blocked(supply.patient, demand.length, 0, 0, {})
    known: dict[tuple[UUID, UUID, UUID | None], Spans] = {}
    given: dict[tuple[UUID, UUID], tuple[int, list[list[int]]]] = {}
    for opening in opened:
        who = (opening.clinician_id, opening.location_id, opening.room_id)
        if who not in known:
            known[who] = _blocked_for(supply, demand, opening, patient)
        starts = list(_free(_candidates(opening, demand), known[who]))
        reached, before = given.get(who[:2], (opening.first, []))
        if opening.first < reached:  # overlapping sessions: a start is offered once
            twice = set(chain.from_iterable(before))
            starts = [start for start in starts if start not in twice]
        given[who[:2]] = (
            max(reached, opening.end),
            [*before, starts] if opening.first < reached else [starts],
        )
        yield opening, starts


def _candidates(opening: Opening, demand: Demand) -> range:
    """The starts on the opening's raster that fit into it and into the window."""
    late = max(0, demand.earliest - opening.first)
    first = opening.first + -(-late // demand.step) * demand.step
    return range(first, min(opening.end - demand.length + 1, demand.latest), demand.step)


def _blocked_for(supply: Supply, demand: Demand, opening: Opening, patient: Spans) -> Spans:
    busy = supply.clinicians.get(opening.clinician_id, ())
    ways = supply.ways_to(opening.location_id)
    own = _blocked(busy, demand.length, demand.before, demand.after, ways)
    room: Spans = []
    if opening.room_id is not None:
        room = _blocked(supply.rooms.get(opening.room_id, ()), demand.length, 0, 0, {})
    return merged([*own, *room, *patient]) if room or patient else own


def _blocked(
    busy: Sequence[Busy], length: int, before: int, after: int, ways: Mapping[UUID | None, int]
) -> Spans:
    """The starts that would collide, as half-open spans."""
    return merged(
        (
            b.start - max(after, b.before, ways.get(b.location_id, 0)) - length + 1,
            b.end + max(b.after, before, ways.get(b.location_id, 0)),
        )
        for b in busy
    )


def _free(starts: range, blocked: Spans) -> Iterator[int]:
    """The starts outside the blocked spans, which are in order and disjoint."""
    if not starts:
        return
    at = max(0, bisect_right(blocked, (starts.start, starts.start)) - 1)
    for low, high in blocked[at:]:
        if low >= starts.stop or not starts:
            break
        if high <= starts.start:
            continue
        yield from range(starts.start, low, starts.step)
        passed = -(-(high - starts.start) // starts.step) * starts.step
        starts = range(starts.start + passed, starts.stop, starts.step)
    yield from starts


def slot_at(supply: Supply, demand: Demand, start: int, clinician_id: UUID, location_id: UUID) -> Slot | None:
    """The open slot at exactly this start, with this clinician at this location; None when there is none."""
    exactly = replace(demand, earliest=max(start, demand.earliest), latest=min(start + 1, demand.latest))
    for slot in open_slots(supply, exactly):
        if slot[:3] == (start, clinician_id, location_id):
            return slot
    return None
