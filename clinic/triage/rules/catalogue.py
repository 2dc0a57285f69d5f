"""The treatment catalogue: what each treatment is called and what it counts for (triage rules, section 7)."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

SOURCE = Path(__file__).parents[1] / "catalogue.toml"
GROUPS = frozenset(
    {
        "p1_medicine",
        "p1_rehab",
        "p2_medicine",
        "p2_rehab",
        "p2_psych",
        "p2_interventional",
        "p2_unnamed",
        "p3",
    }
)
_KEYS = {"name", "label", "category", "phases", "counts_for", "lines", "in_article"}


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One treatment. `counts_for` holds group names; a trailing "?" means at most unknown, never yes."""

    slug: str
    name: str
    label: str
    category: str
    phases: tuple[int, ...]
    counts_for: tuple[str, ...]
    lines: tuple[str, ...]
    in_article: bool

    @property
    def is_medicine(self) -> bool:
        """Is it a medicine (rule AT3)?"""
        return self.category.split("/")[0] == "medicine"

    @property
    def is_rehabilitation(self) -> bool:
        """Is it rehabilitation (rule AT2)?"""
        return self.category.split("/")[0] == "rehab"


def _item(slug: str, row: Mapping[str, Any]) -> CatalogueItem:
    if set(row) != _KEYS:
        raise ValueError(f"{slug}: the keys must be {sorted(_KEYS)}")
    strange = {group.removesuffix("?") for group in row["counts_for"]} - GROUPS
    if strange:
        raise ValueError(f"{slug}: unknown group {sorted(strange)}")
    if not set(row["phases"]) <= {1, 2, 3}:
        raise ValueError(f"{slug}: phases are 1, 2 and 3")
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("phases", "counts_for", "lines")}
    return CatalogueItem(**{**row, **lists, "slug": slug})


def read_catalogue(raw: bytes) -> Mapping[str, CatalogueItem]:
    """Every treatment by its slug, in the order of the file.

    Raises:
        ValueError: the file is not a catalogue.
    """
    rows = tomllib.loads(raw.decode())
    return MappingProxyType({slug: _item(slug, row) for slug, row in rows.items()})


_RAW = SOURCE.read_bytes()
CATALOGUE = read_catalogue(_RAW)
CATALOGUE_HASH = "sha256:" + hashlib.sha256(_RAW).hexdigest()
