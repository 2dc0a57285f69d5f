"""Evaluates a referral: reads the facts, runs the rules, keeps the whole run, codes the result."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake.queries import answer_sheet, intake_card
from clinic.intake.rules.facts import facts_from_answers
from clinic.intake.rules.red_flags import red_flags_of
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.notifications.service import enqueue
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import Referral, TriageRun
from clinic.referrals.rules import CALL_FIRST, STANDARD, months_since, priority_from_flags, see_by
from clinic.safety.queries import flags_of, open_flags
from clinic.safety.rules import RED_FLAGS, FlagState, Tier
from clinic.safety.rules import Outcome as CallOutcome
from clinic.triage.rules import Facts, evaluate, parse_facts
from clinic.triage.service import current_settings

CHOOSE_TIME = "referral_choose_time"


@dataclass(frozen=True, slots=True)
class Known:
    """Facts with the place in the answers that each came from (path in FACTS -> question and list entry)."""

    facts: Facts
    sources: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Coded:
    """What a referral shows of its newest run."""

    priority: int
    phases: list[int]
    confidence: str
    flags: list[str]
    details: list[str]
    no_phase_reason: str | None
    months: int | None


@transaction()
def run_again(referral_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Evaluate a referral anew, because its answers or flags have changed; the older runs stay.

    Raises:
        NotFound: no such referral.
    """
    seen = queries.referral_by_id(referral_id)
    lock_patient(seen.patient_id)
    referral = db.session.get_one(Referral, referral_id, populate_existing=True)
    take_over(referral, evaluate_for(referral, actor=actor, now=now))
    referral.version += 1
    if referral.decided_at is None:
        referral.see_by = see_by(referral.priority, central_date(referral.submitted_at))


@transaction()
def react_to_resolved_safety(patient_id: UUID, outcome: CallOutcome, now: datetime) -> None:
    """A clinician has ended the safety call-back: evaluate again, and ask the person to choose a time.

    The mail is the same whatever the outcome was.
    """
    for row in queries.open_referrals_of(patient_id):
        run_again(row.id, actor=Actor.system(), now=now)
        ids = {"referral": str(row.id)}
        key = f"referral:{row.id}:choose_time:{now.isoformat()}"
        enqueue(CHOOSE_TIME, key, ids, patient_id, now, now=now)


def evaluate_for(referral: Referral, *, actor: Actor, now: datetime) -> Coded:
    """Run the rules in force on what is known now; without an intake only the open flags speak."""
    if referral.intake_id is None:
        return _by_flags_alone(referral.patient_id)
    known = facts_of(referral.intake_id, referral.patient_id, referral.submitted_at)
    outcome = evaluate(known.facts, current_settings(now)).as_json()
    facts = known.facts.as_json()
    run = TriageRun(
        referral_id=referral.id,
        rule_version=outcome["rule_version"],
        config_hash=outcome["config_hash"],
        facts_hash=outcome["facts_hash"],
        facts=_text(facts),
        outcome=_text(outcome),
        sources=_text(known.sources),
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    record(
        Action.REFERRAL_TRIAGED,
        actor=actor,
        subject=("triage_run", run.id),
        patient_id=referral.patient_id,
        now=now,
        facts={"rule_version": run.rule_version},
    )
    return Coded(
        priority=outcome["priority"],
        phases=outcome["phases"],
        confidence=outcome["confidence"],
        flags=outcome["flags"],
        details=outcome["details"],
        no_phase_reason=outcome["no_phase_reason"],
        months=months_since(facts),
    )


def facts_of(intake_id: UUID, patient_id: UUID, submitted_at: datetime) -> Known:
    """What the newest answers and the patient's red flags say, as of the day of submission."""
    card, sheet = intake_card(intake_id), answer_sheet(intake_id)
    told = [RED_FLAGS[code] for code in red_flags_of(card.questionnaire, sheet)]
    # Answers of tier T2 raise no flag and still count here; graver ones count until a clinician closes them.
    red_flags = [
        *({"code": one.flag, "tier": one.tier.value, "state": "open"} for one in told if one.tier is Tier.T2),
        *_flags_of(patient_id),
    ]
    found = facts_from_answers(card.questionnaire, sheet, red_flags, central_date(submitted_at))
    sources = {
        path: {"question": place.question, "entry": place.entry} for path, place in found.sources.items()
    }
    return Known(parse_facts(found.facts), sources)


def _flags_of(patient_id: UUID) -> list[dict[str, str]]:
    """Each code once: open if it is open now, whatever was closed before."""
    by_code: dict[str, dict[str, str]] = {}
    for flag in sorted(flags_of(patient_id), key=lambda one: one.state is FlagState.OPEN):
        state = "open" if flag.state is FlagState.OPEN else "closed_by_clinician"
        by_code[flag.code] = {"code": flag.code, "tier": flag.tier.value, "state": state}
    return list(by_code.values())


def take_over(referral: Referral, coded: Coded) -> None:
    """Let the referral show this result; the urgency that a clinician has set yields to a call only."""
    for name in Coded.__slots__:
        setattr(referral, name, getattr(coded, name))
    if referral.decided_priority is not None and coded.priority > CALL_FIRST:
        referral.priority = referral.decided_priority


def _by_flags_alone(patient_id: UUID) -> Coded:
    priority = priority_from_flags(flag.tier.value for flag in open_flags(patient_id))
    return Coded(
        priority=priority or STANDARD,
        phases=[],
        confidence="none",
        flags=["urgent_safety"] if priority else [],
        details=[],
        no_phase_reason=None,
        months=None,
    )


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
