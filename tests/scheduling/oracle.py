"""What somebody with a calendar and a clock would find: every minute is walked, nothing is calculated.

The clinic is described by the same values that the rule takes; nothing of the rule itself is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.scheduling.rules import Busy, ClosedDays, DatedKind, Demand, Refusal, Supply

Minutes = frozenset[int]
NONE: Minutes = frozenset()


@cache
def walk(day: date, opens: time, closes: time, zone: ZoneInfo) -> Minutes:
    """The minutes of a local date from the first whose clock reads `opens` until the first of `closes`."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=14)
    began = False
    found: set[int] = set()
    while True:
        here = at.astimezone(zone)
        passed = here.date() > day
        began = began or passed or (here.date() == day and here.time() >= opens)
        if began and (passed or here.time() >= closes):
            return frozenset(found)
        if began:
            found.add(int(at.timestamp()) // 60)
        at += timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """One session of one date, minute by minute: as set up, what is away from it, and its pauses."""

    clinician: UUID
    location: UUID
    room: UUID | None
    day: date
    whole: Minutes
    pauses: tuple[Minutes, ...] = ()
    away: tuple[Minutes, ...] = ()
    serves: bool = True


class Oracle:
    """Answers for one clinic and one wish."""

    def __init__(self, supply: Supply, demand: Demand, days: Sequence[date]) -> None:
        self.supply, self.demand, self.days = supply, demand, days
        self.sessions = [one for one in self._sessions() if one.whole]

    def _sessions(self) -> list[Session]:
        table, found = self.supply.table, []
        for hours in table.weekly:
            for day in self.days:
                if day.weekday() != hours.weekday or day < hours.first_day:
                    continue
                if hours.last_day is not None and day > hours.last_day:
                    continue
                found.append(
                    Session(
                        hours.clinician_id,
                        hours.location_id,
                        hours.room_id,
                        day,
                        walk(day, hours.opens, hours.closes, hours.zone),
                        tuple(walk(day, *pause, hours.zone) for pause in hours.breaks),
                        self._away(hours.clinician_id, hours.location_id, day, hours.zone),
                        hours.serves,
                    )
                )
        for extra in table.dated:
            if extra.kind is DatedKind.EXTRA and extra.location_id is not None and extra.day in self.days:
                zone, where = table.zones[extra.location_id], extra.location_id
                whole = walk(extra.day, extra.opens, extra.closes, zone)
                away = self._away(extra.clinician_id, where, extra.day, zone)
                who = (extra.clinician_id, where, extra.room_id)
                found.append(Session(*who, extra.day, whole, (), away))
        return found

    def _away(self, who: UUID, where: UUID, day: date, zone: ZoneInfo) -> tuple[Minutes, ...]:
        return tuple(
            walk(day, one.opens, one.closes, zone)
            for one in self.supply.table.dated
            if one.kind is DatedKind.AWAY
            and (one.clinician_id, one.day) == (who, day)
            and (one.location_id is None or one.location_id == where)
        )

    def reasons(self, start: int, who: UUID, where: UUID) -> set[Refusal]:
        """Why a visit that begins in this cell cannot be."""
        visit = frozenset(range(start * 5, (start + self.demand.length) * 5))
        around = [
            self._of_session(one, visit)
            for one in self.sessions
            if (one.clinician, one.location) == (who, where) and visit <= one.whole
        ]
        found = self._of_clock(start) | self._of_people(visit, who, where)
        if around:
            return found | min(around, key=len)
        zone = self.supply.table.zones[where]
        day = datetime.fromtimestamp(min(visit) * 60, UTC).astimezone(zone).date()
        nowhere = Session(who, where, None, day, visit, (), self._away(who, where, day, zone))
        return found | {Refusal.OUTSIDE_HOURS} | (self._of_session(nowhere, visit) - {Refusal.OFF_RASTER})

    def _of_clock(self, start: int) -> set[Refusal]:
        found = set()
        if start < self.demand.now:
            found.add(Refusal.PAST)
        if self.demand.now <= start < self.demand.earliest:
            found.add(Refusal.TOO_SOON)
        if start >= self.demand.latest:
            found.add(Refusal.TOO_LATE)
        return found

    def _of_session(self, session: Session, visit: Minutes) -> set[Refusal]:
        table, found = self.supply.table, set()
        if any(self._is_closed(days, session) for days in table.closed):
            found.add(Refusal.CLOSED)
        if any(visit & pause for pause in session.pauses):
            found.add(Refusal.BREAK)
        if any(visit & gone for gone in session.away):
            found.add(Refusal.AWAY)
        if not session.serves or (table.performers is not None and session.clinician not in table.performers):
            found.add(Refusal.VISIT_TYPE)
        in_room = self.supply.rooms.get(session.room, ()) if session.room else ()
        if any(visit & own_minutes(busy) for busy in in_room):
            found.add(Refusal.ROOM_TAKEN)
        elsewhere = [gone for gone in (*session.pauses, *session.away) if not gone & visit]
        minute, back = min(visit), 0
        while minute - back - 1 in session.whole and not any(minute - back - 1 in e for e in elsewhere):
            back += 1
        if back % (self.demand.step * 5):
            found.add(Refusal.OFF_RASTER)
        return found

    def _is_closed(self, days: ClosedDays, session: Session) -> bool:
        here = days.location_id is None or days.location_id == session.location
        theirs = days.clinician_id is None or days.clinician_id == session.clinician
        return here and theirs and days.first_day <= session.day <= days.last_day

    def _of_people(self, visit: Minutes, who: UUID, where: UUID) -> set[Refusal]:
        found = set()
        if any(visit & own_minutes(busy) for busy in self.supply.patient):
            found.add(Refusal.PATIENT_BUSY)
        for busy in self.supply.clinicians.get(who, ()):
            if visit & own_minutes(busy):
                found.add(Refusal.TAKEN if busy.held_until is None else Refusal.HELD)
                continue
            before_it = max(visit) < busy.start * 5
            between = busy.start * 5 - max(visit) - 1 if before_it else min(visit) - busy.end * 5
            wants = (self.demand.after, busy.before) if before_it else (busy.after, self.demand.before)
            if any(between < cells * 5 for cells in wants):
                found.add(Refusal.BUFFER)
            for (one, other), cells in self.supply.travel.items():
                if {one, other} == {where, busy.location_id} and between < cells * 5:
                    found.add(Refusal.TRAVEL)
        return found

    def open_starts(self) -> set[tuple[int, UUID, UUID]]:
        """Every start in every session that has no reason against it."""
        return {
            (minute // 5, one.clinician, one.location)
            for one in self.sessions
            for minute in one.whole
            if minute % 5 == 0 and not self.reasons(minute // 5, one.clinician, one.location)
        }


def own_minutes(busy: Busy) -> Minutes:
    """The minutes of a visit without its buffers."""
    return frozenset(range(busy.start * 5, busy.end * 5))
