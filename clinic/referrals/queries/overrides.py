"""The decisions of a period beside their runs and visits. Opens clinical text of many people."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.platform.extensions import db
from clinic.referrals.models import Decision, Referral, TriageRun, VisitOutcome
from clinic.referrals.rules.overriding import Found, Judged

AT_MOST = 2000  # of the newest decisions: each one opens a sealed run


def judged_since(since: datetime) -> tuple[Judged, ...]:
    """The newest decisions since then; two statements, however many they are."""
    found = _found_since(since)
    rows = db.session.execute(
        select(
            Decision.referral_id,
            Referral.reference,
            Referral.patient_id,
            Decision.kind,
            Decision.choice,
            Decision.reason,
            Decision.sentence,
            Decision.at,
            TriageRun.outcome,
        )
        .join(Referral, Referral.id == Decision.referral_id)
        .outerjoin(TriageRun, TriageRun.id == Decision.run_id)
        .where(Decision.at >= since)
        .order_by(Decision.at.desc(), Decision.id)
        .limit(AT_MOST)
    )
    return tuple(_judged(row, found.get(row.referral_id)) for row in rows)


def _found_since(since: datetime) -> dict[UUID, Found]:
    """The newest outcome of each referral that was decided in the period: corrections are newer rows."""
    decided = select(Decision.referral_id).where(Decision.at >= since)
    rows = db.session.execute(
        select(VisitOutcome.referral_id, VisitOutcome.phase_found, VisitOutcome.diagnosis, VisitOutcome.at)
        .where(VisitOutcome.referral_id.in_(decided))
        .order_by(VisitOutcome.at, VisitOutcome.id)
    )
    return {referral_id: Found(phase, diagnosis, at) for referral_id, phase, diagnosis, at in rows}


def _judged(row: Any, found: Found | None) -> Judged:
    outcome = json.loads(row.outcome) if row.outcome else {"phases": [], "reasons": [], "readings": []}
    return Judged(
        reference=row.reference,
        patient_id=row.patient_id,
        kind=row.kind,
        choice=row.choice,
        reason=row.reason,
        sentence=row.sentence,
        at=row.at,
        suggested=tuple(outcome["phases"]),
        rules=frozenset(one["rule"] for one in outcome["reasons"]),
        cells=frozenset((one["band"], one["row"], one["response"]) for one in outcome["readings"]),
        found=found,
    )
