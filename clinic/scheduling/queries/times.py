"""Open times for pickers, the earliest per location, and the nearest to a time that was lost."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from heapq import nsmallest
from uuid import UUID

from clinic.scheduling.queries.horizon import supply
from clinic.scheduling.queries.visit_types import VisitTerms, visit_terms
from clinic.scheduling.rules import (
    OpenTime,
    Slot,
    Supply,
    Wanted,
    Window,
    cell_at,
    cells_in,
    instant_of,
    open_slots,
)

# How far around a lost time we look for others.
_LOOK_BACK = timedelta(days=7)
_LOOK_AHEAD = timedelta(days=21)


def open_times(
    visit_type_id: UUID,
    *,
    from_: datetime,
    until: datetime,
    now: datetime,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
    any_clinician: bool = False,
    per_location: int | None = None,
    with_notice: bool = True,
) -> tuple[OpenTime, ...]:
    """Every open start from `from_` until before `until`, soonest first; four statements, whatever the range.

    Args:
        patient_id: leave out what collides with this patient's own visits.
        ignoring: the appointment that is being moved; its time counts as free.
        any_clinician: one time per start and location; the clinician with the fewest visits is offered.
        per_location: at most so many times for each location.
        with_notice: patients book with the visit type's notice; staff without.

    Raises:
        NotFound: no such visit type.
    """
    terms = visit_terms(visit_type_id)
    slots = _open_slots(
        terms,
        Window(from_, until),
        now,
        with_notice=with_notice,
        any_clinician=any_clinician,
        locations=locations,
        clinicians=clinicians,
        patient_id=patient_id,
        ignoring=ignoring,
    )
    return tuple(_open_time(slot, terms) for slot in _first_of_each(slots, per_location))


def _open_slots(
    terms: VisitTerms,
    wanted: Window,
    now: datetime,
    *,
    with_notice: bool,
    any_clinician: bool,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
    patient_id: UUID | None,
    ignoring: UUID | None,
) -> list[Slot]:
    notice = timedelta(minutes=terms.notice_minutes if with_notice else 0)
    window = Window(max(wanted.first, now + notice), wanted.end)
    if window.first >= window.end:
        return []
    held = supply(
        terms,
        window,
        now,
        locations=locations,
        clinicians=clinicians,
        patient_id=patient_id,
        ignoring=ignoring,
    )
    return _in_order(open_slots(held, terms.demand(window)), held, any_clinician=any_clinician)


def _in_order(slots: Iterable[Slot], held: Supply, *, any_clinician: bool) -> list[Slot]:
    if not any_clinician:
        return sorted(slots, key=lambda s: s[:3])
    load = {who: len(busy) for who, busy in held.clinicians.items()}
    ordered = sorted(
        slots, key=lambda s: (s.start, s.location_id, load.get(s.clinician_id, 0), s.clinician_id)
    )
    return list({(slot.start, slot.location_id): slot for slot in reversed(ordered)}.values())[::-1]


def _first_of_each(slots: list[Slot], per_location: int | None) -> list[Slot]:
    if per_location is None:
        return slots
    seen: Counter[UUID] = Counter()
    kept = []
    for slot in slots:
        seen[slot.location_id] += 1
        if seen[slot.location_id] <= per_location:
            kept.append(slot)
    return kept


def _open_time(slot: Slot, terms: VisitTerms) -> OpenTime:
    start = instant_of(slot.start)
    end = start + timedelta(minutes=terms.minutes)
    return OpenTime(start, end, slot.clinician_id, slot.location_id, terms.id, slot.room_id)


def earliest_by_location(times: Iterable[OpenTime]) -> dict[UUID, OpenTime]:
    """The first time at each location, of times in order."""
    found: dict[UUID, OpenTime] = {}
    for time in times:
        found.setdefault(time.location_id, time)
    return found


def nearest_times(
    wanted: Wanted,
    *,
    now: datetime,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
    with_notice: bool = True,
    limit: int = 4,
) -> tuple[OpenTime, ...]:
    """The open times closest to a lost one, at any location; the same location and day come first.

    Raises:
        NotFound: no such visit type.
    """
    terms = visit_terms(wanted.visit_type_id)
    slots = _open_slots(
        terms,
        Window(wanted.start - _LOOK_BACK, wanted.start + _LOOK_AHEAD),
        now,
        with_notice=with_notice,
        any_clinician=True,
        patient_id=patient_id,
        ignoring=ignoring,
    )
    start, half_a_day = cell_at(wanted.start), cells_in(12 * 60)

    def distance(slot: Slot) -> tuple[bool, int]:
        apart = abs(slot.start - start)
        return slot.location_id != wanted.location_id or apart > half_a_day, apart

    return tuple(
        _open_time(slot, terms) for slot in sorted(nsmallest(limit, slots, distance), key=lambda s: s[:3])
    )
