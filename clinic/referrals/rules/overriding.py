"""How often clinicians decide otherwise than a rule or a cell of the table suggests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from clinic.referrals.rules.decision import Choice, DecisionKind, DecisionReason
from clinic.referrals.rules.lifecycle import DiagnosisFound

PERIODS = (3, 6, 12)  # months
DAYS_A_MONTH = 30.44
# A rate over fewer decisions says less than the counts.
ENOUGH = 20

Key = TypeVar("Key")
Cell = tuple[str, str, str]  # band, row, response


@dataclass(frozen=True, slots=True)
class Found:
    """What the visit showed."""

    phase: int | None
    diagnosis: DiagnosisFound
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision beside the run that it rests on: the rules that fired, the cells that were looked up."""

    reference: str
    patient_id: UUID
    kind: DecisionKind
    choice: Choice
    reason: DecisionReason | None
    sentence: str | None
    at: datetime
    suggested: tuple[int, ...]
    rules: frozenset[str]
    cells: frozenset[Cell]
    found: Found | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions on a suggestion, and how many of them left it; what had no suggestion counts apart."""

    decisions: int
    overrides: int
    assigned: int

    @property
    def percent(self) -> int | None:
        """The rate in whole percent; None where there are too few decisions for one."""
        return round(100 * self.overrides / self.decisions) if self.decisions >= ENOUGH else None


def tally(judged: Iterable[Judged]) -> Tally:
    """Count some decisions."""
    kinds = [one.kind for one in judged]
    assigned = kinds.count(DecisionKind.ASSIGNED)
    return Tally(len(kinds) - assigned, kinds.count(DecisionKind.OVERRIDE), assigned)


def by_rule(judged: Iterable[Judged]) -> Mapping[str, Tally]:
    """Every rule that fired in one of the runs, the most overridden first."""
    return _grouped(judged, lambda one: one.rules)


def by_cell(judged: Iterable[Judged]) -> Mapping[Cell, Tally]:
    """Every cell of the table that one of the runs looked up, the most overridden first."""
    return _grouped(judged, lambda one: one.cells)


def _grouped(judged: Iterable[Judged], keys: Callable[[Judged], frozenset[Key]]) -> Mapping[Key, Tally]:
    groups: dict[Key, list[Judged]] = {}
    for one in judged:
        for key in keys(one):
            groups.setdefault(key, []).append(one)
    counted = {key: tally(found) for key, found in groups.items()}
    return dict(
        sorted(counted.items(), key=lambda pair: (-pair[1].overrides, -pair[1].decisions, str(pair[0])))
    )
