"""From an onset to the bands of time it may lie in (triage rules, section 4)."""

from dataclasses import dataclass
from datetime import date

from clinic.kernel.calendar import add_months, is_clamped, month_reached
from clinic.triage.rules.settings import BAND_EDGES_MONTHS, RuleSettings
from clinic.triage.rules.table import BANDS

# The longest time that belongs to a band, in days (DT8, AT5); band D has no end.
LONGEST_DAYS = {"A": 92, "B": 184, "C": 366}


@dataclass(frozen=True, slots=True)
class Interval:
    """The days on which symptoms may have begun; None where there is no limit."""

    earliest: date | None
    latest: date | None

    @property
    def known(self) -> bool:
        """Does it limit the onset at all?"""
        return self.earliest is not None or self.latest is not None

    def until(self, reference: date) -> "Interval":
        """The same interval, cut off at the reference date (VD5)."""
        if self.latest is not None and self.latest <= reference:
            return self
        return Interval(self.earliest, reference)

    def longest(self, reference: date) -> int | None:
        """The longest elapsed time in days; None when nothing limits it."""
        return None if self.earliest is None else (reference - self.earliest).days


@dataclass(frozen=True, slots=True)
class Timing:
    """The bands of one onset; `added` are those of DT5 to DT7, `rules` tells which of these added one."""

    core: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def bands(self) -> tuple[str, ...]:
        """Every possible band, after DT8."""
        return tuple(band for band in BANDS if band in self.core + self.added and band not in self.dropped)

    @property
    def settled(self) -> tuple[str, ...]:
        """The possible bands without the added ones."""
        return tuple(band for band in self.bands if band not in self.added)


UNKNOWN_ONSET = Timing(core=BANDS, added=(), dropped=(), rules=())


def band_of(onset: date, reference: date) -> int:
    """The position in BANDS of one onset (DT3)."""
    return sum(month_reached(onset, months, reference) for months in BAND_EDGES_MONTHS)


def _added(interval: Interval, reference: date, settings: RuleSettings) -> list[tuple[str, str]]:
    found = []
    if interval.earliest is not None:
        for months, band in ((6, "C"), (12, "D")):
            ahead = (add_months(interval.earliest, months) - reference).days
            if 1 <= ahead <= settings.edge_days:
                found.append(("DT5", band))
    latest = interval.latest or reference
    if reference == add_months(latest, 6):
        found.append(("DT6", "B"))
    for below, months in zip(BANDS, BAND_EDGES_MONTHS, strict=False):
        if reference == add_months(latest, months) and is_clamped(latest, months):
            found.append(("DT7", below))
    return found


def timing_of(interval: Interval, reference: date, settings: RuleSettings, longest_weeks: float) -> Timing:
    """The possible bands of an interval that is cut off at the reference date (DT3 to DT8).

    `longest_weeks` is the length of the longest counted treatment, 0 without one.
    """
    core: tuple[str, ...] = BANDS
    found: list[tuple[str, str]] = []
    if interval.known:
        first = band_of(interval.latest or reference, reference)
        last = 3 if interval.earliest is None else band_of(interval.earliest, reference)
        core = BANDS[first : last + 1]
        found = [(rule, band) for rule, band in _added(interval, reference, settings) if band not in core]
    added = tuple(band for _, band in found)
    possible = [band for band in BANDS if band in core + added]
    short = [band for band in possible if longest_weeks * 7 > LONGEST_DAYS.get(band, float("inf"))]
    dropped = tuple(short[:-1] if len(short) == len(possible) else short)
    return Timing(core=core, added=added, dropped=dropped, rules=tuple(rule for rule, _ in found))
