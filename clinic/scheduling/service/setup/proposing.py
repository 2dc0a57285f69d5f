"""New times for visits that a change hits: the nearest ones, none of them proposed to two people."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
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
from clinic.scheduling.rules.setup import SetUp

PROPOSALS = 3
LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=21)
_FAR = cells_in(int(LOOK_AHEAD.total_seconds()) // 60)
# Clinician and location.
Place = tuple[UUID, UUID]


def proposals(rows: Sequence[AppointmentRow], setup: SetUp, now: datetime) -> dict[UUID, list[OpenTime]]:
    """Up to three open times for each visit that can be moved, with the same clinician if possible.

    Everybody gets a first time before anybody gets a second one; all of them may be taken together. One
    statement, and two more for each visit type.
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
    """The open times of each visit type under the new set-up, without what is promised already."""

    def __init__(self, rows: Sequence[AppointmentRow], setup: SetUp, now: datetime) -> None:
        self.setup = setup
        self.terms: dict[UUID, VisitTerms] = {}
        self.slots: dict[UUID, dict[Place, list[Slot]]] = {}
        for visit_type_id in {row.visit_type_id for row in rows}:
            starts = [row.start_at for row in rows if row.visit_type_id == visit_type_id]
            self._open(visit_type_id, min(starts), max(starts), now)
        # By patient, in cells: what they have, and what they may get for another visit.
        self.busy = queries.patients_busy({row.patient_id for row in rows}, now)

    def _open(self, visit_type_id: UUID, first: datetime, last: datetime, now: datetime) -> None:
        """The open starts around the visits of one type, in order of time."""
        window = Window(max(now, first - LOOK_BACK), last + LOOK_AHEAD)
        terms, supply = queries.supply(visit_type_id, window, now)
        soonest = max(window.first, now + timedelta(minutes=terms.notice_minutes))
        found: dict[Place, list[Slot]] = defaultdict(list)
        for slot in open_slots(supply, terms.demand(Window(soonest, window.end), now)):
            found[slot.clinician_id, slot.location_id].append(slot)
        self.terms[visit_type_id], self.slots[visit_type_id] = terms, found

    def take_nearest(self, row: AppointmentRow) -> OpenTime | None:
        """Promise the best time that is left for this visit."""
        terms = self.terms[row.visit_type_id]
        for lists in self._tiers(row):
            for slot in _outward(lists, cell_at(row.start_at)):
                end = slot.start + cells_in(terms.minutes)
                if self._patient_can(row, slot.start, end):
                    self._promise(slot, terms)
                    self.busy.setdefault(row.patient_id, []).append((row.id, slot.start, end))
                    return _open_time(slot, terms)
        return None

    def _tiers(self, row: AppointmentRow) -> list[list[list[Slot]]]:
        """What is open, in the order in which a patient would want it: who comes first, then where."""
        tiers: dict[tuple[bool, bool], list[list[Slot]]] = defaultdict(list)
        for (clinician, location), slots in self.slots[row.visit_type_id].items():
            tiers[clinician != row.clinician_id, location != row.location_id].append(slots)
        return [tiers[rank] for rank in sorted(tiers)]

    def _patient_can(self, row: AppointmentRow, start: int, end: int) -> bool:
        held = self.busy.get(row.patient_id, ())
        return not any(start < theirs[2] and theirs[1] < end for theirs in held if theirs[0] != row.id)

    def _promise(self, slot: Slot, terms: VisitTerms) -> None:
        """Take out of the market whatever would not go together with this time."""
        for visit_type_id, places in self.slots.items():
            other = self.terms[visit_type_id]
            length = cells_in(other.minutes)
            end = slot.start + cells_in(terms.minutes)
            for (clinician, location), slots in places.items():
                if clinician == slot.clinician_id:
                    way = self.setup.way(location, slot.location_id) if location != slot.location_id else 0
                    ahead = cells_in(max(other.after_minutes, terms.before_minutes, way))
                    behind = cells_in(max(terms.after_minutes, other.before_minutes, way))
                    del slots[_between(slots, slot.start - length - ahead, end + behind)]
                elif slot.room_id is not None and location == slot.location_id:
                    near = _between(slots, slot.start - length, end)
                    slots[near] = [one for one in slots[near] if one.room_id != slot.room_id]


def _start(slot: Slot) -> int:
    return slot.start


def _between(slots: Sequence[Slot], first: int, end: int) -> slice:
    """The slots that start after `first` and before `end`."""
    return slice(bisect_left(slots, first + 1, key=_start), bisect_left(slots, end, key=_start))


def _outward(lists: Sequence[Sequence[Slot]], start: int) -> Iterator[Slot]:
    """Slots of several lists, each in order of time, the one nearest to `start` first."""
    ahead = [bisect_left(slots, start, key=_start) for slots in lists]
    back = [at - 1 for at in ahead]
    while True:
        best: tuple[int, int, int] | None = None
        for n, slots in enumerate(lists):
            for step, at in ((1, ahead[n]), (-1, back[n])):
                if 0 <= at < len(slots):
                    distance = abs(slots[at].start - start)
                    if distance <= _FAR and (best is None or distance < best[0]):
                        best = (distance, n, step)
        if best is None:
            return
        _, n, step = best
        places = ahead if step == 1 else back
        yield lists[n][places[n]]
        places[n] += step


def _open_time(slot: Slot, terms: VisitTerms) -> OpenTime:
    start = instant_of(slot.start)
    end = start + timedelta(minutes=terms.minutes)
    return OpenTime(start, end, slot.clinician_id, slot.location_id, terms.id, slot.room_id)
