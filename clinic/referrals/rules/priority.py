"""The priority that open red flags alone ask for (triage rules, section 11: the same two levels)."""

from collections.abc import Iterable

STANDARD = 4
CALL_FIRST = 2  # priorities 1 and 2 are same-day calls; no clinician's urgency lowers them
_CALL_NOW = ("T0", "T1")
_SAFETY_CALL = "T0-S"


def priority_from_flags(tiers: Iterable[str]) -> int | None:
    """1 with an open T0 or T1, 2 with an open T0-S alone, None without either."""
    open_tiers = set(tiers)
    if open_tiers.intersection(_CALL_NOW):
        return 1
    return 2 if _SAFETY_CALL in open_tiers else None
