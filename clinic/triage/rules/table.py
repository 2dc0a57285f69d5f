"""The decision table as data: phases by band, row and response (triage rules, section 8 and rule RS4)."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "decision_table.toml"
BANDS = ("A", "B", "C", "D")
RESPONSES = ("good", "gradual", "plateau", "none", "worse")
ROWS = ("Z", "H0", "H1", "F0b", "F0", "F1", "FC")
TRENDS = ("improving", "stable", "fluctuating", "worsening")
CLASSES = (
    "good",
    "minimal_overall",
    "minimal_treatments",
    "none_overall",
    "none_treatments",
    "worse",
    "unknown",
)
SETS = ({1}, {2}, {3}, {1, 2}, {2, 3})

PhaseSet = frozenset[int]
Cells = Mapping[tuple[str, str, str], PhaseSet]


@dataclass(frozen=True)
class DecisionTable:
    """Phases: `cells` by (band, row, response), `unknown` by (response, band), `advanced` by (row, band)."""

    cells: Mapping[tuple[str, str, str], PhaseSet]
    unknown: Mapping[tuple[str, str], PhaseSet]
    advanced: Mapping[tuple[str, str], PhaseSet]
    responses: Mapping[tuple[str, str], tuple[str, ...]]
    digest: str


def _exactly(found: Mapping[str, Any], wanted: tuple[str, ...], where: str) -> None:
    if set(found) != set(wanted):
        raise ValueError(f"{where}: found {sorted(found)}, wanted {sorted(wanted)}")


def _phases(row: Mapping[str, Any], where: str) -> dict[str, PhaseSet]:
    if not all(set(phases) in SETS for phases in row.values()):
        raise ValueError(f"{where}: not a set of phases")
    return {key: frozenset(phases) for key, phases in row.items()}


def _cells(bands: Mapping[str, Any]) -> dict[tuple[str, str, str], PhaseSet]:
    _exactly(bands, BANDS, "bands")
    found = {}
    for band, rows in bands.items():
        _exactly(rows, ROWS, f"band {band}")
        for row, cells in rows.items():
            _exactly(cells, RESPONSES, f"band {band}, row {row}")
            for response, phases in _phases(cells, f"band {band}, row {row}").items():
                found[band, row, response] = phases
    return found


def _grid(
    rows: Mapping[str, Any], columns: tuple[str, ...], names: tuple[str, ...]
) -> dict[tuple[str, str], PhaseSet]:
    _exactly(rows, names, "rows")
    found = {}
    for name, cells in rows.items():
        _exactly(cells, ("D",) if name == "no_groups" else columns, name)
        for column, phases in _phases(cells, name).items():
            found[name, column] = phases
    return found


def _responses(rows: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, ...]]:
    _exactly(rows, CLASSES, "response")
    for name, cells in rows.items():
        _exactly(cells, TRENDS, f"response {name}")
        for classes in cells.values():
            if not set(classes) <= {*RESPONSES, "unknown", "conflict"}:
                raise ValueError(f"response {name}: {classes} are not classes")
    return {(name, trend): tuple(classes) for name, cells in rows.items() for trend, classes in cells.items()}


def read_table(raw: bytes) -> DecisionTable:
    """The table, complete.

    Raises:
        ValueError: a cell is missing, is too many or is no set of neighbouring phases.
    """
    tables = tomllib.loads(raw.decode())
    _exactly(tables, ("bands", "unknown_treatment", "advanced", "response"), "table")
    return DecisionTable(
        cells=_cells(tables["bands"]),
        unknown=_grid(tables["unknown_treatment"], BANDS, (*RESPONSES, "unknown", "no_groups")),
        advanced=_grid(tables["advanced"], (*BANDS, "unknown"), ("X0", "X1")),
        responses=_responses(tables["response"]),
        digest="sha256:" + hashlib.sha256(raw).hexdigest(),
    )


DECISION_TABLE = read_table(SOURCE.read_bytes())
