"""Tables of referrals: the referral, its triage runs and its decisions."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped

from clinic.platform.orm import Row, append_only, coded, operational
from clinic.platform.orm import choice as one_of
from clinic.platform.sealed import Encrypted
from clinic.referrals.rules import (
    CallerReason,
    Choice,
    DecisionKind,
    DecisionReason,
    ReferralSource,
    ReferralStatus,
)

# Written out, never bound: a partial index is only used when the query repeats its condition.
TO_REVIEW = "status = 'submitted'"
_TO_REVIEW = text(TO_REVIEW)
UNBOOKED_CANDIDATES = "status IN ('submitted', 'needs_information', 'decided')"
_OPEN = text(UNBOOKED_CANDIDATES)


class Referral(Row):
    """One person's request to be seen. Its coded results are those of the newest triage run."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("priority >= 1 AND priority <= 5", name="priority_known"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint("source <> 'web' OR intake_id IS NOT NULL", name="web_has_intake"),
        CheckConstraint("source <> 'phone' OR caller_reason IS NOT NULL", name="phone_has_reason"),
        CheckConstraint("status <> 'decided' OR choice IS NOT NULL", name="decided_has_choice"),
        # The worklist's own order.
        Index(
            "ix_referral_worklist",
            "priority",
            "submitted_at",
            "id",
            postgresql_where=_TO_REVIEW,
            sqlite_where=_TO_REVIEW,
        ),
        Index("ix_referral_decided_at", "decided_at", "id"),
        Index("ix_referral_see_by_open", "see_by", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    reference: Mapped[str] = operational(String(9), unique=True)
    patient_id: Mapped[uuid.UUID] = operational(ForeignKey("patient.id"), index=True)
    intake_id: Mapped[uuid.UUID | None] = operational(ForeignKey("intake.id"), unique=True)
    # The private link of this referral; its token is derived when a message is written.
    link_id: Mapped[uuid.UUID] = operational(ForeignKey("private_link.id"), unique=True)
    source: Mapped[ReferralSource] = operational(one_of(ReferralSource, "source"))
    caller_reason: Mapped[CallerReason | None] = coded(one_of(CallerReason, "caller_reason"))
    status: Mapped[ReferralStatus] = operational(one_of(ReferralStatus, "status"))
    version: Mapped[int] = operational()
    submitted_at: Mapped[datetime] = operational()
    see_by: Mapped[date] = operational()
    preferred_location: Mapped[str | None] = operational(String(40))

    priority: Mapped[int] = coded(SmallInteger)
    phases: Mapped[list[int]] = coded(JSON)
    confidence: Mapped[str] = coded(String(10))
    flags: Mapped[list[str]] = coded(JSON)
    details: Mapped[list[str]] = coded(JSON)
    no_phase_reason: Mapped[str | None] = coded(String(40))
    months: Mapped[int | None] = coded(SmallInteger)
    choice: Mapped[Choice | None] = coded(one_of(Choice, "choice"))
    decided_phase: Mapped[int | None] = coded(SmallInteger)
    decided_at: Mapped[datetime | None] = operational()


@append_only
class TriageRun(Row):
    """One evaluation: what went in, what came out, by which rules. Never changed, never recomputed."""

    __tablename__ = "triage_run"
    __table_args__ = (Index("ix_triage_run_referral_id_created_at", "referral_id", "created_at"),)

    referral_id: Mapped[uuid.UUID] = operational(ForeignKey("referral.id"))
    rule_version: Mapped[str] = operational(String(20))
    config_hash: Mapped[str] = operational(String(80))
    facts_hash: Mapped[str] = operational(String(80))
    facts = Encrypted[str](data_class="clinical")
    outcome = Encrypted[str](data_class="clinical")
    sources = Encrypted[str](data_class="clinical")
    created_at: Mapped[datetime] = operational()


@append_only
class Decision(Row):
    """What a clinician decided about a referral, on the strength of which run. Never changed."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_referral_id_at", "referral_id", "at"),
        CheckConstraint(
            "kind IN ('agrees', 'resolved') OR (reason IS NOT NULL AND sentence IS NOT NULL)",
            name="explained",
        ),
    )

    referral_id: Mapped[uuid.UUID] = operational(ForeignKey("referral.id"))
    run_id: Mapped[uuid.UUID | None] = operational(ForeignKey("triage_run.id"), index=True)
    referral_version: Mapped[int] = operational()
    choice: Mapped[Choice] = coded(one_of(Choice, "choice"))
    kind: Mapped[DecisionKind] = coded(one_of(DecisionKind, "kind"))
    reason: Mapped[DecisionReason | None] = coded(one_of(DecisionReason, "reason"))
    sentence = Encrypted[str | None](data_class="clinical", nullable=True)
    words_to_patient = Encrypted[str | None](data_class="clinical", nullable=True)
    visit_type: Mapped[str | None] = coded(String(40))
    see_by: Mapped[date] = operational()
    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = operational()
