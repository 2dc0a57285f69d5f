"""One evaluation in the making: what the rules found on the way, kept for details, reasons and flips."""

from dataclasses import dataclass

from clinic.triage.rules.checks import Stop
from clinic.triage.rules.dates import Interval, Timing
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.ladder import Ladder
from clinic.triage.rules.response import Response
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.table import PhaseSet
from clinic.triage.rules.trials import Counted

AS_GIVEN, NOTHING_TRIED = 0, 1
UNKNOWN_BAND = "unknown"
NO_LIMITS = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the list of treatments (VD11): as given, or nothing tried."""

    number: int
    counted: tuple[Counted, ...]
    complete: bool
    advanced: bool
    response: Response

    @property
    def treated(self) -> bool:
        """Was there at least one counted treatment?"""
        return bool(self.counted)


@dataclass(frozen=True, slots=True)
class Cell:
    """One place looked up in section 8, with the values it stands for."""

    row: str
    response: str
    phases: PhaseSet
    care: str = ""
    groups: int = 0
    long: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Every cell looked up for one reading and one band."""

    reading: Reading
    band: str
    ladder: Ladder
    cells: tuple[Cell, ...]

    @property
    def row_u(self) -> bool:
        """Was the presumption row read?"""
        return self.ladder.unknown and not self.reading.advanced

    @property
    def response_missing(self) -> bool:
        """RS7: is the response unknown where it is needed?"""
        return self.reading.response.unknown and not self.ladder.unknown and not self.reading.advanced


@dataclass(frozen=True, slots=True)
class Case:
    """The phase set and everything it came from. `stop` is set when a rule ended the evaluation early."""

    facts: Facts
    settings: RuleSettings
    stop: Stop | None
    phases: PhaseSet
    recurrence: bool = False
    interval: Interval = NO_LIMITS
    timing: Timing | None = None
    readings: tuple[Reading, ...] = ()
    looks: tuple[Look, ...] = ()
    joined: PhaseSet = frozenset()
    ignored: tuple[str, ...] = ()

    @property
    def onset_known(self) -> bool:
        """Is there an onset interval (after VD9)?"""
        return self.interval.known

    @property
    def advanced(self) -> bool:
        """Was advanced treatment received (TL9)?"""
        return any(reading.advanced for reading in self.readings)

    @property
    def conflict(self) -> bool:
        """Do two answers about response contradict each other?"""
        return any(reading.response.conflict for reading in self.readings)

    @property
    def two_lists(self) -> bool:
        """Does the box "nothing tried" contradict the list (VD11)?"""
        return len(self.readings) > 1

    def evaluated(self, *bands: str) -> bool:
        """Was a cell evaluated in one of these bands?"""
        return any(look.band in bands for look in self.looks)
