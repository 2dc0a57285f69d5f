"""Triage rule set 2026.1: a pure function of facts and settings (docs/triage.md)."""

from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.choices import OpenChoice, open_choices
from clinic.triage.rules.evaluate import evaluate, facts_hash_of
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.outcome import RULE_VERSION, Outcome
from clinic.triage.rules.parsing import FactsError, parse_facts
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.table import DECISION_TABLE
from clinic.triage.rules.told import NOT_JUDGED, Told, Verdict, told_of
from clinic.triage.rules.versions import VERSION, VersionState, VersionStep
from clinic.triage.rules.wording import NO_FLIP

__all__ = [
    "CATALOGUE",
    "DECISION_TABLE",
    "NOT_JUDGED",
    "NO_FLIP",
    "RULE_VERSION",
    "VERSION",
    "Facts",
    "FactsError",
    "OpenChoice",
    "Outcome",
    "RuleSettings",
    "Told",
    "Verdict",
    "VersionState",
    "VersionStep",
    "evaluate",
    "facts_hash_of",
    "open_choices",
    "parse_facts",
    "told_of",
]
