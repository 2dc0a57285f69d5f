"""What `flask doctor` asks of referrals: evaluated, by the very facts that are stored, and recorded."""

import json
from collections.abc import Iterator

from sqlalchemy import exists, select

from clinic.audit.models import AuditEvent
from clinic.platform.extensions import db
from clinic.referrals.models import Decision, Referral, TriageRun
from clinic.triage.rules import facts_hash_of, parse_facts


def doctor_checks() -> list[str]:
    """Problems in words, each with a reference or an id; none when all is well. Opens stored facts."""
    return [*_not_evaluated(), *_changed_facts(), *_not_recorded()]


def _not_evaluated() -> Iterator[str]:
    """D7: every referral with an intake has a run."""
    lonely = select(Referral.reference).where(
        Referral.intake_id.is_not(None), ~exists().where(TriageRun.referral_id == Referral.id)
    )
    for reference in db.session.scalars(lonely):
        yield f"referral {reference} was never evaluated"


def _changed_facts() -> Iterator[str]:
    """D7: the hash of every run is that of its stored facts."""
    runs = select(TriageRun.id, TriageRun.facts_hash, TriageRun.facts)
    for run_id, held, facts in db.session.execute(runs.execution_options(yield_per=200)):
        if facts_hash_of(parse_facts(json.loads(facts))) != held:
            yield f"triage run {run_id}: its hash is not that of its facts"


def _not_recorded() -> Iterator[str]:
    """D5: every referral, run and decision has its audit event."""
    for model, what in ((Referral, "referral"), (TriageRun, "triage_run"), (Decision, "decision")):
        told = exists().where(AuditEvent.subject_kind == what, AuditEvent.subject_id == model.id)
        for row_id in db.session.scalars(select(model.id).where(~told)):
            yield f"{what} {row_id} has no audit event"
