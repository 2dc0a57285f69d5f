"""How the report of overrides reads: rules and cells in words, counts before rates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from clinic.referrals.presenters import words
from clinic.referrals.rules import DecisionKind
from clinic.referrals.rules.overriding import Cell, Judged, Tally, by_cell, by_rule
from clinic.triage.rules import wording

SHOWN = 100  # overrides on the page, of the newest
FAMILIES: Mapping[str, str] = {
    "SF": "side flags",
    "GT": "is there a question to answer?",
    "VD": "do the dates fit?",
    "DT": "time since onset",
    "AT": "tried long enough?",
    "TL": "treatment ladder",
    "RS": "response",
    "PD": "phase decision",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A rule or a cell: how it stands in the address, what it is, and its counts."""

    key: str
    text: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Override:
    """One override: what was suggested and decided, why, and what the visit showed."""

    reference: str
    at: datetime
    suggested: tuple[str, ...]
    decided: str
    reason: str
    sentence: str
    found: str


def rule_lines(judged: Iterable[Judged]) -> tuple[Line, ...]:
    """Rules by how often they were overridden."""
    return tuple(
        Line(rule, f"{rule}, {FAMILIES.get(rule[:2], 'other')}", counts)
        for rule, counts in by_rule(judged).items()
    )


def cell_lines(judged: Iterable[Judged]) -> tuple[Line, ...]:
    """Cells of the decision table by how often they were overridden."""
    return tuple(Line(cell_key(cell), _cell(cell), counts) for cell, counts in by_cell(judged).items())


def overrides(judged: Iterable[Judged], rule: str, cell: str) -> tuple[Override, ...]:
    """The overrides of a rule or of a cell (both empty: all), the newest first."""
    return tuple(
        _override(one)
        for one in judged
        if one.kind is DecisionKind.OVERRIDE
        and (not rule or rule in one.rules)
        and (not cell or cell in map(cell_key, one.cells))
    )


def cell_key(cell: Cell) -> str:
    """A cell as it stands in the address."""
    return "-".join(cell)


def _cell(cell: Cell) -> str:
    band, row, response = cell
    named = (
        wording.BANDS.get(band, band),
        wording.ROWS.get(row, row),
        wording.RESPONSES.get(response, response),
    )
    text = "; ".join(named)
    return text[0].upper() + text[1:]


def _override(one: Judged) -> Override:
    return Override(
        reference=one.reference,
        at=one.at,
        suggested=tuple(words.PHASE_NAMES[phase].lower() for phase in one.suggested),
        decided=words.CHOICE_LONG[one.choice],
        reason=words.REASON_WORDS[one.reason] if one.reason else "",
        sentence=one.sentence or "",
        found=_found(one),
    )


def _found(one: Judged) -> str:
    if one.found is None:
        return ""
    phase = f"Phase {words.PHASE_NAMES[one.found.phase]}" if one.found.phase else "No phase"
    return f"{phase}. Diagnosis: {words.DIAGNOSIS_WORDS[one.found.diagnosis].lower()}"
