"""How the numbers read: tables in words, and the same as bars."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.kernel.clock import CENTRAL
from clinic.referrals.presenters.bars import Bar, Bars, draw
from clinic.referrals.rules.waiting import Spread
from clinic.scheduling.queries import LocationCard
from clinic.scheduling.queries.numbers import NextTimes
from clinic.scheduling.rules.numbers import LOOK_AHEAD, Freed, Lead, local_days

TOO_FEW = "Too few to say"
NONE_FOUND = f"None within {LOOK_AHEAD} days"
# What a whole line of a picture may stand for.
DAYS, SHARES = (14, 28, 60, 90, 180, 365), (25, 50, 100)
EITHER, TOGETHER = "Either location", "Together"


@dataclass(frozen=True, slots=True)
class Soon:
    """A third next available time: how many days from today, and when."""

    where: str
    days: int | None
    at: datetime | None

    @property
    def words(self) -> str:
        """9 days."""
        return NONE_FOUND if self.days is None else counted(self.days, "day")


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One visit type: how soon at each location and at any."""

    name: str
    cells: tuple[Soon, ...]


@dataclass(frozen=True, slots=True)
class FreedLine:
    """Freed times of one location or of all."""

    name: str
    freed: Freed

    @property
    def hours(self) -> str:
        """What was given up."""
        return length(self.freed.minutes)

    @property
    def hours_again(self) -> str:
        """What was booked again of it."""
        return length(self.freed.minutes_again)

    @property
    def share(self) -> str:
        """62%."""
        return percent(self.freed.percent)


@dataclass(frozen=True, slots=True)
class LeadLine:
    """Visits that were agreed on so many days ahead."""

    name: str
    lead: Lead

    @property
    def share(self) -> str:
        """12%."""
        return percent(self.lead.percent)


@dataclass(frozen=True, slots=True)
class WaitLine:
    """From referral to first visit, at one location or at all."""

    name: str
    spread: Spread

    @property
    def half(self) -> str:
        """9 days."""
        return TOO_FEW if self.spread.half is None else counted(self.spread.half, "day")

    @property
    def most(self) -> str:
        """21 days."""
        return TOO_FEW if self.spread.most is None else counted(self.spread.most, "day")


def type_lines(
    next_times: Iterable[NextTimes], places: Sequence[LocationCard], now: datetime
) -> tuple[TypeLine, ...]:
    """Visit types in the clinic's order, locations in theirs; any of them last where there are several."""
    return tuple(TypeLine(one.name, tuple(_cells(one, places, now))) for one in next_times)


def _cells(one: NextTimes, places: Sequence[LocationCard], now: datetime) -> Iterator[Soon]:
    for place, at in zip(places, one.by_location, strict=True):
        yield _soon(place.name, at, now, ZoneInfo(place.zone))
    if len(places) > 1:
        yield _soon(EITHER, one.anywhere, now, CENTRAL)


def _soon(where: str, at: datetime | None, now: datetime, zone: ZoneInfo) -> Soon:
    return Soon(where, None if at is None else local_days(now, at, zone), at)


def type_bars(lines: Iterable[TypeLine]) -> Bars:
    """Every cell of the table."""
    bars = [Bar(f"{line.name}, {cell.where}", cell.days, cell.words) for line in lines for cell in line.cells]
    return draw("soon", "Days until the third next available time", bars, DAYS, " days")


def freed_lines(freed: Mapping[UUID, Freed], places: Sequence[LocationCard]) -> tuple[FreedLine, ...]:
    """Each location, and all together where there are several."""
    lines = [FreedLine(place.name, freed.get(place.id, Freed())) for place in places]
    if len(places) > 1:
        lines.append(FreedLine(TOGETHER, sum((line.freed for line in lines), Freed())))
    return tuple(lines)


def freed_bars(lines: Iterable[FreedLine]) -> Bars:
    """Shares, of whole lines."""
    bars = [Bar(line.name, line.freed.percent, line.share) for line in lines]
    return draw("freed", "Share of the freed time that was booked again", bars, (100,), "%")


def lead_lines(leads: Iterable[Lead]) -> tuple[LeadLine, ...]:
    """From the shortest lead to the longest."""
    return tuple(LeadLine(_days(lead), lead) for lead in leads)


def _days(lead: Lead) -> str:
    return f"{lead.first} days or more" if lead.last is None else f"{lead.first} to {lead.last} days"


def lead_bars(lines: Iterable[LeadLine]) -> Bars:
    """Shares, beside the largest one."""
    bars = [Bar(line.name, line.lead.percent, line.share) for line in lines]
    return draw("leads", "Share of the visits to which nobody came", bars, SHARES, "%")


def wait_lines(waits: Mapping[UUID | None, Spread], places: Sequence[LocationCard]) -> tuple[WaitLine, ...]:
    """Each location, and all together where there are several."""
    nobody = Spread(0, None, None)
    lines = [WaitLine(place.name, waits.get(place.id, nobody)) for place in places]
    if len(places) > 1:
        lines.append(WaitLine(TOGETHER, waits.get(None, nobody)))
    return tuple(lines)


def wait_bars(lines: Iterable[WaitLine]) -> Bars:
    """The days within which half were seen."""
    bars = [Bar(line.name, line.spread.half, line.half) for line in lines]
    return draw("waits", "Days within which half of the people were seen", bars, DAYS, " days")


def counted(count: int, thing: str) -> str:
    """1 day, 2 days."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def length(minutes: int) -> str:
    """22 h 30 min."""
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (rest, "min")) if count) or "0 h"


def percent(share: int | None) -> str:
    """A whole share, or that there is too little to say."""
    return TOO_FEW if share is None else f"{share}%"
