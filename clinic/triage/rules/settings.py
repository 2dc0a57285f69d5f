"""The settings that a clinician may change, and the hash of a configuration (rules, section 14)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

from clinic.triage.rules.catalogue import CATALOGUE, CATALOGUE_HASH, GROUPS
from clinic.triage.rules.table import DECISION_TABLE

BAND_EDGES_MONTHS = (3, 6, 12)  # fixed by the article
LIMITS = {
    "p1_min_weeks": (1, 26),
    "p1_firm_weeks": (1, 26),
    "p2_min_weeks": (1, 52),
    "p2_groups_min": (2, 4),
    "groups_for_three": (1, 4),
    "adequate_pgic_max": (2, 3),
    "edge_days": (0, 30),
    "recurrence_gap_months": (1, 12),
    "overrun_weeks": (0, 12),
    "block_relief_weeks": (1, 26),
    "not_diagnosed_min_groups": (1, 4),
    "adult_age": (14, 21),
    "max_flips": (1, 10),
}


@dataclass(frozen=True)
class RuleSettings:
    """Every setting with the default of rule version 2026.1; lengths in weeks, days or months as named.

    Raises:
        ValueError: a value is out of range, or the thresholds are not p1_min <= p1_firm <= p2_min.
    """

    p1_min_weeks: int = 4
    p1_firm_weeks: int = 6
    p2_min_weeks: int = 12
    p2_groups_min: int = 2
    groups_for_three: int = 1
    p1_needs_both: bool = True
    adequate_pgic_max: int = 2
    edge_days: int = 7
    recurrence_gap_months: int = 3
    overrun_weeks: int = 4
    block_relief_weeks: int = 4
    not_diagnosed_min_groups: int = 3
    count_acetaminophen: bool = True
    p1_medicine_maybe: tuple[str, ...] = ("other_anticonvulsant", "snri")
    extra_counts: tuple[tuple[str, str], ...] = ()
    adult_age: int = 19
    max_flips: int = 6
    # How pydantic reads them from JSON: no unknown name, no text for a number.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}")
        if not self.p1_min_weeks <= self.p1_firm_weeks <= self.p2_min_weeks:
            raise ValueError("p1_min_weeks, p1_firm_weeks and p2_min_weeks must be in this order")
        for slug in self.p1_medicine_maybe:
            if slug not in CATALOGUE:
                raise ValueError(f"p1_medicine_maybe: {slug} is not in the catalogue")
        for slug, group in self.extra_counts:
            if slug not in CATALOGUE or CATALOGUE[slug].in_article or group.removesuffix("?") not in GROUPS:
                raise ValueError(f"extra_counts: {slug} cannot count for {group}")
        object.__setattr__(self, "p1_medicine_maybe", tuple(sorted(set(self.p1_medicine_maybe))))
        object.__setattr__(self, "extra_counts", tuple(sorted(set(self.extra_counts))))

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "RuleSettings":
        """The settings that `as_json` gave; what is not named keeps its default."""
        pairs = tuple((slug, group) for slug, group in plain.get("extra_counts", ()))
        lists = {"p1_medicine_maybe": tuple(plain.get("p1_medicine_maybe", cls.p1_medicine_maybe))}
        return cls(**{**plain, **lists, "extra_counts": pairs})

    def as_json(self) -> dict[str, Any]:
        """The settings as one JSON object, to be stored beside an evaluation."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        plain["p1_medicine_maybe"] = list(self.p1_medicine_maybe)
        plain["extra_counts"] = [list(pair) for pair in self.extra_counts]
        return plain

    def changed(self) -> dict[str, Any]:
        """The settings that differ from the default."""
        default = RuleSettings().as_json()
        return {name: value for name, value in self.as_json().items() if value != default[name]}

    @cached_property
    def config_hash(self) -> str:
        """Names the settings, the catalogue and the decision table together."""
        parts = [self.as_json(), list(BAND_EDGES_MONTHS), CATALOGUE_HASH, DECISION_TABLE.digest]
        return "sha256:" + hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @cached_property
    def counts(self) -> dict[str, frozenset[str]]:
        """What each treatment counts for under these settings, by slug."""
        found = {slug: set(item.counts_for) - {"p1_medicine?"} for slug, item in CATALOGUE.items()}
        for slug in self.p1_medicine_maybe:
            if "p1_medicine" not in found[slug]:
                found[slug].add("p1_medicine?")
        for slug, group in self.extra_counts:
            found[slug].add(group)
            if not group.endswith("?"):
                found[slug].discard(group + "?")
        if not self.count_acetaminophen:
            found["acetaminophen"].clear()
        return {slug: frozenset(groups) for slug, groups in found.items()}
