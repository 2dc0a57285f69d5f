"""The runs and decisions of a referral. Opens clinical text: whoever shows it records the view."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from clinic.accounts.models import Staff
from clinic.platform.extensions import db
from clinic.referrals.models import Decision, Referral, TriageRun
from clinic.referrals.rules import Choice, DecisionKind, DecisionReason


@dataclass(frozen=True, slots=True)
class RunRow:
    """One evaluation with its trace."""

    id: UUID
    rule_version: str
    config_hash: str
    facts_hash: str
    facts: dict[str, Any]
    outcome: dict[str, Any]
    sources: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision, with the name of who made it."""

    id: UUID
    choice: Choice
    kind: DecisionKind
    reason: DecisionReason | None
    sentence: str | None
    words_to_patient: str | None
    visit_type: str | None
    see_by: date
    staff_name: str
    at: datetime
    referral_version: int


@dataclass(frozen=True, slots=True)
class FactsRow:
    """What the rules read of a referral, and what came out of it, of the newest run; both are JSON."""

    id: UUID
    reference: str
    patient_id: UUID
    facts: str
    outcome: str


def runs_of(referral_id: UUID) -> tuple[RunRow, ...]:
    """Every run, the newest first."""
    rows = db.session.execute(
        select(
            TriageRun.id,
            TriageRun.rule_version,
            TriageRun.config_hash,
            TriageRun.facts_hash,
            TriageRun.facts,
            TriageRun.outcome,
            TriageRun.sources,
            TriageRun.created_at,
        )
        .where(TriageRun.referral_id == referral_id)
        .order_by(TriageRun.created_at.desc(), TriageRun.id)
    )
    return tuple(
        RunRow(*row[:4], json.loads(row[4]), json.loads(row[5]), json.loads(row[6]), row[7]) for row in rows
    )


def newest_facts(after: UUID | None, limit: int) -> tuple[FactsRow, ...]:
    """The newest runs of referrals that have one, a slice at a time, in the order of their ids."""
    another = aliased(TriageRun)
    newest = (
        select(another.id)
        .where(another.referral_id == Referral.id)
        .order_by(another.created_at.desc(), another.id)
        .limit(1)
        .scalar_subquery()
    )
    chosen = (
        select(
            Referral.id,
            Referral.reference,
            Referral.patient_id,
            TriageRun.facts,
            TriageRun.outcome,
        )
        .join(TriageRun, TriageRun.referral_id == Referral.id)
        .where(TriageRun.id == newest)
        .order_by(Referral.id)
        .limit(limit)
    )
    if after is not None:
        chosen = chosen.where(Referral.id > after)
    return tuple(FactsRow(*row) for row in db.session.execute(chosen))


def newest_run(referral_id: UUID) -> UUID | None:
    """The id of the newest run."""
    return db.session.scalar(
        select(TriageRun.id)
        .where(TriageRun.referral_id == referral_id)
        .order_by(TriageRun.created_at.desc(), TriageRun.id)
        .limit(1)
    )


def decisions_of(referral_id: UUID) -> tuple[DecisionRow, ...]:
    """Every decision, the newest first."""
    rows = db.session.execute(
        select(
            Decision.id,
            Decision.choice,
            Decision.kind,
            Decision.reason,
            Decision.sentence,
            Decision.words_to_patient,
            Decision.visit_type,
            Decision.see_by,
            Staff.name,
            Decision.at,
            Decision.referral_version,
        )
        .join(Staff, Staff.id == Decision.staff_id)
        .where(Decision.referral_id == referral_id)
        .order_by(Decision.at.desc(), Decision.id)
    )
    return tuple(DecisionRow(*row) for row in rows)
