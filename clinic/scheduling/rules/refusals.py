"""Why a start is not open: every hindrance that would close it alone, found by the picker's own function."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from clinic.scheduling.rules.availability import Busy, Demand, Supply, starts_within
from clinic.scheduling.rules.cells import instant_of
from clinic.scheduling.rules.hours import (
    DatedKind,
    Stretch,
    Timetable,
    cut,
    is_served,
    local_cells,
    stretches,
)


class Refusal(StrEnum):
    """Why a wanted start is not open, in the order in which it is told."""

    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    CLOSED = "closed"
    AWAY = "away"
    OUTSIDE_HOURS = "outside_hours"
    BREAK = "break"
    VISIT_TYPE = "visit_type"
    OFF_RASTER = "off_raster"
    PATIENT_BUSY = "patient_busy"
    TAKEN = "taken"
    HELD = "held"
    ROOM_TAKEN = "room_taken"
    BUFFER = "buffer"
    TRAVEL = "travel"


# Somebody else has the time, or would have to hurry: another time is all that is needed.
LOST_TO_OTHERS = frozenset((Refusal.TAKEN, Refusal.HELD, Refusal.ROOM_TAKEN, Refusal.BUFFER, Refusal.TRAVEL))
# Nobody can be in two places, and nobody can come yesterday: no reason of staff sets these aside.
NEVER_SET_ASIDE = frozenset((Refusal.PAST, Refusal.PATIENT_BUSY))
_ORDER = {reason: place for place, reason in enumerate(Refusal)}


class Hindrance(NamedTuple):
    """One thing that closes a start by itself, with what there is to say about it.

    `first` and `end` are cells: of the break, the absence, the visit that is in the way, the window's bound.
    """

    reason: Refusal
    first: int | None = None
    end: int | None = None
    name: str = ""
    location_id: UUID | None = None
    held_until: datetime | None = None
    gap: int = 0


class Found(NamedTuple):
    """All that speaks against a start, and the room of the session that it would be in."""

    hindrances: tuple[Hindrance, ...]
    room_id: UUID | None

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        """Each reason once, in the order in which it is told."""
        return tuple(dict.fromkeys(one.reason for one in self.hindrances))


def refusals(
    supply: Supply, demand: Demand, start: int, clinician_id: UUID, location_id: UUID
) -> tuple[Refusal, ...]:
    """Every reason that alone would close this start; none if and only if it is open."""
    return hindrances(supply, demand, start, clinician_id, location_id).reasons


def hindrances(supply: Supply, demand: Demand, start: int, clinician_id: UUID, location_id: UUID) -> Found:
    """Everything that alone would close this start.

    Where sessions overlap, the one with the least against it counts. Outside all sessions closures, absences
    and who does this kind of visit are still told; raster, breaks and rooms belong to a session.
    """
    if location_id not in supply.table.zones:
        return Found((Hindrance(Refusal.OUTSIDE_HOURS),), None)
    judge = _Judge(supply, demand, start)
    end = start + demand.length
    around = [
        one
        for one in stretches(supply.table, start, end)
        if (one.clinician_id, one.location_id) == (clinician_id, location_id)
        and one.first <= start
        and end <= one.end
    ]
    if around:
        stretch, against = min(
            ((one, [*judge.of_hours(one), *judge.of_session(one), *judge.of_room(one)]) for one in around),
            key=lambda pair: len({one.reason for one in pair[1]}),
        )
    else:
        zone = supply.table.zones[location_id]
        day = instant_of(start).astimezone(zone).date()
        stretch = Stretch(start, end, clinician_id, location_id, None, day, zone)
        against = [Hindrance(Refusal.OUTSIDE_HOURS), *judge.of_hours(stretch)]
    every = [*judge.of_window(), *against, *judge.of_people(stretch)]
    return Found(tuple(sorted(every, key=lambda one: _ORDER[one.reason])), stretch.room_id)


def collisions(
    supply: Supply,
    demand: Demand,
    start: int,
    clinician_id: UUID,
    location_id: UUID,
    *,
    room_id: UUID | None,
) -> tuple[Refusal, ...]:
    """What of `refusals` concerns other visits, whatever the hours and the window are."""
    judge = _Judge(supply, demand, start)
    zone = supply.table.zones[location_id]
    day = instant_of(start).astimezone(zone).date()
    stretch = Stretch(start, start + demand.length, clinician_id, location_id, room_id, day, zone)
    found = (*judge.of_room(stretch), *judge.of_people(stretch))
    return tuple(dict.fromkeys(one.reason for one in found))


class _Judge:
    """Asks the picker whether a start would be open if only one thing stood against it."""

    def __init__(self, supply: Supply, demand: Demand, start: int) -> None:
        self.supply = supply
        # Any raster, no buffers, no window: each is put back when it is judged.
        self.bare = replace(demand, step=1, before=0, after=0, earliest=start, latest=start + 1)
        self.demand = demand
        self.start = start

    def closed(
        self,
        stretch: Stretch,
        *,
        table: Timetable | None = None,
        busy: Supply | None = None,
        demand: Demand | None = None,
    ) -> bool:
        """Would the start be closed if nothing but this stood against it?"""
        table = table or Timetable()
        opened = cut([stretch], table)
        found = starts_within(opened, busy or Supply(table), demand or self.bare)
        return not any(starts for _, starts in found)

    def of_window(self) -> Iterator[Hindrance]:
        """Past, notice, last day."""
        if self.start < self.demand.now:
            yield Hindrance(Refusal.PAST)
        elif self.start < self.demand.earliest:
            yield Hindrance(Refusal.TOO_SOON, first=self.demand.earliest)
        if self.start >= self.demand.latest:
            yield Hindrance(Refusal.TOO_LATE, end=self.demand.latest)

    def of_hours(self, stretch: Stretch) -> Iterator[Hindrance]:
        """Closures, absences, and whether this kind of visit is done."""
        table, bare = self.supply.table, stretch._replace(breaks=(), serves=True)
        for days in table.closed:
            if self.closed(bare, table=Timetable(closed=[days])):
                yield Hindrance(Refusal.CLOSED, name=days.name)
        for span in table.dated:
            if span.kind is DatedKind.AWAY and self.closed(bare, table=Timetable(dated=[span])):
                first, end = local_cells(span.day, (span.opens, span.closes), stretch.zone)
                yield Hindrance(Refusal.AWAY, first, end, span.name)
        if not is_served(stretch, table):
            yield Hindrance(Refusal.VISIT_TYPE)

    def of_session(self, stretch: Stretch) -> Iterator[Hindrance]:
        """Breaks and raster."""
        bare = stretch._replace(breaks=(), serves=True)
        hit = [walls for walls in stretch.breaks if self.closed(bare._replace(breaks=(walls,)))]
        for walls in hit:
            yield Hindrance(Refusal.BREAK, *local_cells(stretch.day, walls, stretch.zone))
        # A raster begins anew after each break and absence, unless the visit lies in one of them anyway.
        spared = bare._replace(breaks=tuple(walls for walls in stretch.breaks if walls not in hit))
        away = [
            span
            for span in self.supply.table.dated
            if span.kind is DatedKind.AWAY and not self.closed(bare, table=Timetable(dated=[span]))
        ]
        stepping = replace(self.bare, step=self.demand.step)
        if self.closed(spared, table=Timetable(dated=away), demand=stepping):
            yield Hindrance(Refusal.OFF_RASTER)

    def of_room(self, stretch: Stretch) -> Iterator[Hindrance]:
        """Other visits in the same room."""
        bare = stretch._replace(breaks=(), serves=True)
        if stretch.room_id is not None:
            for busy in self.supply.rooms.get(stretch.room_id, ()):
                if self.closed(bare, busy=Supply(Timetable(), rooms={stretch.room_id: [busy]})):
                    yield _told(Refusal.ROOM_TAKEN, busy)

    def of_people(self, stretch: Stretch) -> Iterator[Hindrance]:
        """The patient's other visits, and the clinician's with their gaps."""
        bare = stretch._replace(breaks=(), serves=True, room_id=None)
        for busy in self.supply.patient:
            if self.closed(bare, busy=Supply(Timetable(), patient=[busy])):
                yield _told(Refusal.PATIENT_BUSY, busy)
        for busy in self.supply.clinicians.get(stretch.clinician_id, ()):
            yield from self._of_clinician(bare, busy)

    def _of_clinician(self, stretch: Stretch, busy: Busy) -> Iterator[Hindrance]:
        who, alone = stretch.clinician_id, busy._replace(before=0, after=0)
        if self.closed(stretch, busy=Supply(Timetable(), {who: [alone]})):
            yield _told(Refusal.TAKEN if busy.held_until is None else Refusal.HELD, busy)
            return
        padded = replace(self.bare, before=self.demand.before, after=self.demand.after)
        if self.closed(stretch, busy=Supply(Timetable(), {who: [busy]}), demand=padded):
            yield _told(Refusal.BUFFER, busy)
        travel = self.supply.travel
        if self.closed(stretch, busy=Supply(Timetable(), {who: [alone]}, travel=travel)):
            gap = self.supply.ways_to(stretch.location_id).get(busy.location_id, 0)
            yield _told(Refusal.TRAVEL, busy)._replace(gap=gap)


def _told(reason: Refusal, busy: Busy) -> Hindrance:
    return Hindrance(reason, busy.start, busy.end, location_id=busy.location_id, held_until=busy.held_until)
