"""The runs and decisions of a referral. Opens clinical text: whoever shows it records the view."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

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


def newest_facts() -> Iterator[tuple[str, dict[str, Any], list[int], int]]:
    """Every referral with a run: reference, facts of the newest run, phases and priority that it gave."""
    newest = func.row_number().over(
        partition_by=TriageRun.referral_id, order_by=(TriageRun.created_at.desc(), TriageRun.id)
    )
    ranked = select(TriageRun.id, newest.label("place")).subquery()
    rows = db.session.execute(
        select(Referral.reference, TriageRun.facts, Referral.phases, Referral.priority)
        .join(TriageRun, TriageRun.referral_id == Referral.id)
        .join(ranked, ranked.c.id == TriageRun.id)
        .where(ranked.c.place == 1)
        .order_by(Referral.submitted_at, Referral.id)
        .execution_options(yield_per=500)
    )
    for reference, facts, phases, priority in rows:
        yield reference, json.loads(facts), phases, priority


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
