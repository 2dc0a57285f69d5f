"""Which times are open: one pure function on whole numbers, used by every picker and by every booking.

A start is open when the visit fits into one opening, on its raster, inside the window, and nobody who must
be there is busy. Between two visits of a clinician lies the larger of the first one's buffer after and the
second one's buffer before; patients and rooms need no buffer.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from clinic.scheduling.rules.cells import merged
from clinic.scheduling.rules.hours import Opening

Spans = list[tuple[int, int]]


class Busy(NamedTuple):
    """A live appointment, in cells: its own time and the buffers around it."""

    start: int
    end: int
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """What there is: openings, and who is busy when (clinicians and rooms by id, and the patient)."""

    openings: Sequence[Opening]
    clinicians: Mapping[UUID, Sequence[Busy]]
    rooms: Mapping[UUID, Sequence[Busy]]
    patient: Sequence[Busy] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted, in cells: a visit of this length and buffers, starting from `earliest` to `latest`."""

    length: int
    before: int
    after: int
    step: int
    earliest: int
    latest: int


class Slot(NamedTuple):
    """One open start."""

    start: int
    clinician_id: UUID
    location_id: UUID
    room_id: UUID | None


def open_slots(supply: Supply, demand: Demand) -> Iterator[Slot]:
    """Every open start, in the order of the openings."""
    patient = _blocked(supply.patient, demand.length, 0, 0)
    known: dict[tuple[UUID, UUID | None], Spans] = {}
    for opening in supply.openings:
        pair = (opening.clinician_id, opening.room_id)
        if pair not in known:
            known[pair] = _blocked_for(supply, demand, opening, patient)
        for start in _free(_candidates(opening, demand), known[pair]):
            yield Slot(start, opening.clinician_id, opening.location_id, opening.room_id)


def _candidates(opening: Opening, demand: Demand) -> range:
    """The starts on the opening's raster that fit into it and into the window."""
    late = max(0, demand.earliest - opening.first)
    first = opening.first + -(-late // demand.step) * demand.step
    return range(first, min(opening.end - demand.length + 1, demand.latest), demand.step)


def _blocked_for(supply: Supply, demand: Demand, opening: Opening, patient: Spans) -> Spans:
    own = _blocked(
        supply.clinicians.get(opening.clinician_id, ()), demand.length, demand.before, demand.after
    )
    room: Spans = []
    if opening.room_id is not None:
        room = _blocked(supply.rooms.get(opening.room_id, ()), demand.length, 0, 0)
    return merged([*own, *room, *patient]) if room or patient else own


def _blocked(busy: Sequence[Busy], length: int, before: int, after: int) -> Spans:
    """The starts that would collide, as half-open spans."""
    return merged((b.start - max(after, b.before) - length + 1, b.end + max(b.after, before)) for b in busy)


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


class Refusal(StrEnum):
    """Why a wanted start is not open."""

    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    OUTSIDE_HOURS = "outside_hours"
    PATIENT_BUSY = "patient_busy"
    TAKEN = "taken"


def slot_at(supply: Supply, demand: Demand, start: int, clinician_id: UUID, location_id: UUID) -> Slot | None:
    """The open slot at exactly this start, with this clinician at this location; None when there is none."""
    exactly = replace(demand, earliest=max(start, demand.earliest), latest=min(start + 1, demand.latest))
    for slot in open_slots(supply, exactly):
        if slot[:3] == (start, clinician_id, location_id):
            return slot
    return None


def refusals(
    supply: Supply, demand: Demand, start: int, clinician_id: UUID, location_id: UUID
) -> tuple[Refusal, ...]:
    """Every reason why there is no open slot at this start; none when there is one.

    The judge is the picker's own function, each time with all hindrances but one taken away.
    """

    def is_open(given: Supply) -> bool:
        anytime = replace(demand, earliest=start, latest=start + 1)
        return slot_at(given, anytime, start, clinician_id, location_id) is not None

    found = []
    if start < demand.earliest:
        found.append(Refusal.TOO_SOON)
    if start >= demand.latest:
        found.append(Refusal.TOO_LATE)
    if not is_open(Supply(supply.openings, {}, {})):
        return (*found, Refusal.OUTSIDE_HOURS)
    if not is_open(Supply(supply.openings, {}, {}, supply.patient)):
        found.append(Refusal.PATIENT_BUSY)
    if not is_open(replace(supply, patient=())):
        found.append(Refusal.TAKEN)
    return tuple(found)
