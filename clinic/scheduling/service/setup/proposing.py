"""New times for visits that a change hits: the nearest ones, none of them proposed to two people."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow, VisitTerms
from clinic.scheduling.rules import (
    OpenTime,
    Slot,
    State,
    Window,
    cell_at,
    cells_in,
    instant_of,
    open_slots,
)
from clinic.scheduling.rules.setup import SetUp, Span, collide

PROPOSALS = 3
LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=21)
_DAY = cells_in(24 * 60)


def proposals(rows: Sequence[AppointmentRow], setup: SetUp, now: datetime) -> dict[UUID, list[OpenTime]]:
    """Up to three open times for each visit that can be moved, with the same clinician if possible.

    Everybody gets a first time before anybody gets a second one; all of them may be taken together.
    """
    movable = [row for row in rows if row.state is not State.HELD]
    found: dict[UUID, list[OpenTime]] = {row.id: [] for row in rows}
    if not movable:
        return found
    market = _Market(movable, setup, now)
    for _ in range(PROPOSALS):
        for row in movable:
            time = market.take_nearest(row)
            if time is not None:
                found[row.id].append(time)
    return found


class _Market:
    """The open times of each visit type under the new set-up, and what is promised already."""

    def __init__(self, rows: Sequence[AppointmentRow], setup: SetUp, now: datetime) -> None:
        self.setup = setup
        self.promised: dict[tuple[UUID, int], list[Span]] = defaultdict(list)
        self.terms = {one: queries.visit_terms(one) for one in {row.visit_type_id for row in rows}}
        self.slots = {one: _slots(terms, rows, now) for one, terms in self.terms.items()}
        self.busy = queries.patients_busy({row.patient_id for row in rows}, now)

    def take_nearest(self, row: AppointmentRow) -> OpenTime | None:
        """Promise the best time that is left for this visit."""
        terms, start = self.terms[row.visit_type_id], cell_at(row.start_at)
        by_place = self.slots[row.visit_type_id]
        for places in self._tiers(row, by_place):
            for slot in _outward([by_place[place] for place in places], start):
                span = _span(slot, terms)
                if self._is_free(slot, span, row):
                    self._promise(slot, span, row)
                    return _open_time(slot, terms)
        return None

    def _tiers(
        self, row: AppointmentRow, by_place: Mapping[tuple[UUID, UUID], list[Slot]]
    ) -> list[list[tuple[UUID, UUID]]]:
        """Clinician and place in the order in which a patient would want them."""
        tiers: dict[tuple[bool, bool], list[tuple[UUID, UUID]]] = defaultdict(list)
        for clinician, location in by_place:
            tiers[clinician != row.clinician_id, location != row.location_id].append((clinician, location))
        return [tiers[rank] for rank in sorted(tiers)]

    def _is_free(self, slot: Slot, span: Span, row: AppointmentRow) -> bool:
        for owner in (slot.clinician_id, slot.room_id, row.patient_id):
            if owner is not None and any(self._collide(span, held) for held in self._near(owner, span)):
                return False
        return not any(
            span.start < end and start < span.end
            for one, start, end in self.busy.get(row.patient_id, ())
            if one != row.id
        )

    def _near(self, owner: UUID, span: Span) -> Iterator[Span]:
        for day in range(span.start // _DAY - 1, span.start // _DAY + 2):
            yield from self.promised.get((owner, day), ())

    def _collide(self, one: Span, other: Span) -> bool:
        return collide(one, other, self.setup.way(one.location_id, other.location_id))

    def _promise(self, slot: Slot, span: Span, row: AppointmentRow) -> None:
        for owner in (slot.clinician_id, slot.room_id, row.patient_id):
            if owner is not None:
                self.promised[owner, span.start // _DAY].append(span)


def _slots(
    terms: VisitTerms, rows: Sequence[AppointmentRow], now: datetime
) -> dict[tuple[UUID, UUID], list[Slot]]:
    """The open starts of one visit type around its visits, in order of time, by clinician and place."""
    starts = [row.start_at for row in rows if row.visit_type_id == terms.id]
    soonest = now + timedelta(minutes=terms.notice_minutes)
    window = Window(max(soonest, min(starts) - LOOK_BACK), max(starts) + LOOK_AHEAD)
    found: dict[tuple[UUID, UUID], list[Slot]] = defaultdict(list)
    if window.first < window.end:
        _, supply = queries.supply(terms.id, window, now)
        for slot in open_slots(supply, terms.demand(window, now)):
            found[slot.clinician_id, slot.location_id].append(slot)
    return found


def _outward(lists: Sequence[Sequence[Slot]], start: int) -> Iterator[Slot]:
    """Slots of several lists, each in order of time, the one nearest to `start` first."""
    ahead = [bisect_left(slots, start, key=lambda slot: slot.start) for slots in lists]
    back = [at - 1 for at in ahead]
    far = cells_in(int(LOOK_AHEAD.total_seconds()) // 60)
    while True:
        best: tuple[int, int, int] | None = None
        for n, slots in enumerate(lists):
            for step, at in ((1, ahead[n]), (-1, back[n])):
                if 0 <= at < len(slots):
                    distance = abs(slots[at].start - start)
                    if distance <= far and (best is None or distance < best[0]):
                        best = (distance, n, step)
        if best is None:
            return
        _, n, step = best
        places = ahead if step == 1 else back
        yield lists[n][places[n]]
        places[n] += step


def _span(slot: Slot, terms: VisitTerms) -> Span:
    end = slot.start + cells_in(terms.minutes)
    buffers = cells_in(terms.before_minutes), cells_in(terms.after_minutes)
    return Span(slot.start, end, *buffers, slot.location_id)


def _open_time(slot: Slot, terms: VisitTerms) -> OpenTime:
    start = instant_of(slot.start)
    end = start + timedelta(minutes=terms.minutes)
    return OpenTime(start, end, slot.clinician_id, slot.location_id, terms.id, slot.room_id)
