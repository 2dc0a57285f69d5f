"""Who comes, by how long ago the time was agreed on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinic.scheduling.rules.lifecycle import State
from clinic.scheduling.rules.numbers.shares import share

LEADS = ((0, 7), (8, 14), (15, 30), (31, None))  # days from agreeing on the time to the visit


class Visit(NamedTuple):
    """A visit whose time has come: when that time was agreed on, where it stands, whose clock counts."""

    start: datetime
    agreed_at: datetime
    state: State
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Lead:
    """Visits that were agreed on `first` to `last` days ahead (None: without end)."""

    first: int
    last: int | None
    came: int
    missed: int

    @property
    def percent(self) -> int | None:
        """How many did not come; None where there are too few to say."""
        return share(self.missed, self.came + self.missed, self.came + self.missed)


def by_lead(visits: Iterable[Visit]) -> tuple[Lead, ...]:
    """Completed and missed visits by the whole local days between agreeing on the time and the visit."""
    came, missed = [0] * len(LEADS), [0] * len(LEADS)
    for visit in visits:
        if visit.state in (State.COMPLETED, State.NO_SHOW):
            counts = missed if visit.state is State.NO_SHOW else came
            counts[_bin(visit)] += 1
    return tuple(Lead(first, last, came[at], missed[at]) for at, (first, last) in enumerate(LEADS))


def unclosed(visits: Iterable[Visit]) -> int:
    """Visits whose time is over and of which nobody has said whether they took place."""
    return sum(visit.state is State.BOOKED for visit in visits)


def _bin(visit: Visit) -> int:
    days = local_days(visit.agreed_at, visit.start, visit.zone)
    return next(at for at, (_, last) in enumerate(LEADS) if last is None or days <= last)


def local_days(earlier: datetime, later: datetime, zone: ZoneInfo) -> int:
    """How many midnights lie between the two, on a wall of that zone."""
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days
