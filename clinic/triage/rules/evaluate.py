"""FACTS in, OUTCOME out: one call, without a clock and without chance."""

import hashlib
import json

from clinic.triage.rules import axes, checks
from clinic.triage.rules.case import Case
from clinic.triage.rules.details import details_of, flags_of
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.flips import nearest_flips
from clinic.triage.rules.outcome import Outcome
from clinic.triage.rules.phases import decide
from clinic.triage.rules.readings import reading_lines
from clinic.triage.rules.reasons import reasons_of
from clinic.triage.rules.settings import RuleSettings

DEFAULT = RuleSettings()


def facts_hash_of(facts: Facts) -> str:
    """Names the facts, whatever the order of keys and of list entries."""
    plain = facts.as_json()
    for name in ("treatments", "implants", "red_flags"):
        plain[name].sort(key=lambda one: [str(value) for value in one.values()])
    return "sha256:" + hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _outcome(case: Case, flips: bool) -> Outcome:
    side = checks.side_flags(case.facts, case.settings)
    time, care = axes.by_time(case), axes.by_treatment(case)
    details = details_of(case, time, care)
    flags = flags_of(case, side, details)
    return Outcome(
        config_hash=case.settings.config_hash,
        facts_hash=facts_hash_of(case.facts),
        phases=tuple(sorted(case.phases)),
        no_phase_reason=case.stop.reason if case.stop else None,
        by_time=time,
        by_treatment=care,
        confidence=axes.confidence(case, flags, details, time, care),
        priority=axes.priority(case, details),
        flags=flags,
        details=details,
        reasons=reasons_of(case),
        readings=tuple(reading_lines(case)),
        would_change_if=nearest_flips(case) if flips else (),
    )


def evaluate(facts: Facts, settings: RuleSettings = DEFAULT, *, flips: bool = True) -> Outcome:
    """Which phases the answers support, with every reason; `flips` False leaves out what would change it."""
    return _outcome(decide(facts, settings), flips)
