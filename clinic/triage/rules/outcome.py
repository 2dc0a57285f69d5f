"""OUTCOME: what one evaluation returns (triage rules, section 10)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

RULE_VERSION = "2026.1"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired or excluded a phase, with the JSON paths of the answers it used."""

    rule: str
    text: str
    facts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The reason as section 10 writes it."""
        return {"rule": self.rule, "text": self.text, "facts": list(self.facts)}


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One cell looked up; `assumes` names the unknown answers that were filled in."""

    band: str
    row: str
    response: str
    phases: tuple[int, ...]
    assumes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The reading as section 10 writes it."""
        cell = {"band": self.band, "row": self.row, "response": self.response}
        return {**cell, "phases": list(self.phases), "assumes": list(self.assumes)}


@dataclass(frozen=True, slots=True)
class Flip:
    """One change that changes the phases.

    `fact`, `before` and `after` are the change as it is shown; `on` is the reference date it is tried on.
    """

    kind: str
    phases: tuple[int, ...]
    text: str
    on: date | None = None
    fact: str | None = None
    before: Any = None
    after: Any = None

    def as_json(self) -> dict[str, Any]:
        """The flip as section 10 writes it: `from` and `to` for answers, `on` when the date moves."""
        found: dict[str, Any] = {"kind": self.kind}
        if self.on is not None:
            found["on"] = self.on.isoformat()
        if self.fact is not None:
            found |= {"fact": self.fact, "from": self.before, "to": self.after}
        return {**found, "phases": list(self.phases), "text": self.text}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The phases that the answers support, why, how sure, and what would change it."""

    config_hash: str
    facts_hash: str
    phases: tuple[int, ...]
    no_phase_reason: str | None
    by_time: tuple[int, ...]
    by_treatment: tuple[int, ...]
    confidence: str
    priority: int
    flags: tuple[str, ...]
    details: tuple[str, ...]
    reasons: tuple[Reason, ...]
    readings: tuple[ReadingLine, ...]
    would_change_if: tuple[Flip, ...] = ()
    rule_version: str = RULE_VERSION

    def as_json(self) -> dict[str, Any]:
        """The outcome as one JSON object, with the keys and the order of section 10."""
        return {
            "rule_version": self.rule_version,
            "config_hash": self.config_hash,
            "facts_hash": self.facts_hash,
            "phases": list(self.phases),
            "no_phase_reason": self.no_phase_reason,
            "by_time": list(self.by_time),
            "by_treatment": list(self.by_treatment),
            "confidence": self.confidence,
            "priority": self.priority,
            "flags": list(self.flags),
            "details": list(self.details),
            "reasons": [one.as_json() for one in self.reasons],
            "readings": [one.as_json() for one in self.readings],
            "would_change_if": [one.as_json() for one in self.would_change_if],
        }
