"""Tables of referrals: the referral, its runs, decisions and history, questions asked back, outcomes."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from clinic.kernel.permissions import ActorKind
from clinic.platform.orm import Row, append_only, coded, operational
from clinic.platform.orm import choice as one_of
from clinic.platform.sealed import Encrypted
from clinic.referrals.rules import (
    CallerReason,
    Choice,
    DecisionKind,
    DecisionReason,
    DiagnosisFound,
    EventKind,
    ReferralSource,
    ReferralStatus,
    RequestState,
    Turn,
    WithdrawReason,
)

# Written out, never bound: a partial index is only used when the query repeats its condition.
TO_REVIEW = "status = 'submitted'"
_TO_REVIEW = text(TO_REVIEW)
UNBOOKED_CANDIDATES = "status IN ('submitted', 'needs_information', 'decided')"
_OPEN = text(UNBOOKED_CANDIDATES)
WAITING_FOR_PATIENT = "status = 'needs_information'"
_ASKED = text(WAITING_FOR_PATIENT)
DECIDED = "status = 'decided'"
_DECIDED = text(DECIDED)
OPEN_DECISION = "status = 'decided' AND choice = 'cannot_decide_yet'"
_OPEN_DECISION = text(OPEN_DECISION)
OVER = "status IN ('closed', 'withdrawn')"
_OVER = text(OVER)
_REQUEST_OPEN = text("state = 'open'")
_USUAL = ("priority", "turn", "submitted_at", "id")


def _partial(name: str, condition: TextClause, *columns: str) -> Index:
    """An index of the rows that meet the condition, on both databases."""
    return Index(name, *columns, postgresql_where=condition, sqlite_where=condition)


class Referral(Row):
    """One person's request to be seen. Its coded results are those of the newest triage run."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("priority >= 1 AND priority <= 5", name="priority_known"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint("turn IN (0, 1)", name="turn_known"),
        CheckConstraint("status <> 'needs_information' OR asked_at IS NOT NULL", name="asked_at"),
        CheckConstraint("source <> 'web' OR intake_id IS NOT NULL", name="web_has_intake"),
        CheckConstraint("source <> 'phone' OR caller_reason IS NOT NULL", name="phone_has_reason"),
        CheckConstraint("status <> 'decided' OR choice IS NOT NULL", name="decided_has_choice"),
        # The worklist's own order, its other orders, and the other lists, each in its order.
        _partial("ix_referral_worklist", _TO_REVIEW, *_USUAL),
        _partial("ix_referral_worklist_assignee", _TO_REVIEW, "assignee_id", *_USUAL),
        _partial("ix_referral_worklist_submitted_at", _TO_REVIEW, "submitted_at", "id"),
        _partial("ix_referral_worklist_see_by", _TO_REVIEW, "see_by", "id"),
        _partial("ix_referral_asked_at", _ASKED, "asked_at", "id"),
        _partial("ix_referral_open_decision", _OPEN_DECISION, *_USUAL),
        _partial("ix_referral_decided_at", _DECIDED, "decided_at", "id"),
        _partial("ix_referral_over", _OVER, "submitted_at", "id"),
        # What is past only grows: narrowed to few, it is not read through to find them.
        _partial("ix_referral_decided_assignee", _DECIDED, "assignee_id", "decided_at", "id"),
        _partial("ix_referral_decided_priority", _DECIDED, "priority", "decided_at", "id"),
        _partial("ix_referral_decided_phases", _DECIDED, "phases", "decided_at", "id"),
        _partial("ix_referral_over_assignee", _OVER, "assignee_id", "submitted_at", "id"),
        _partial("ix_referral_over_priority", _OVER, "priority", "submitted_at", "id"),
        _partial("ix_referral_over_phases", _OVER, "phases", "submitted_at", "id"),
        _partial("ix_referral_see_by_open", _OPEN, "see_by", "id"),
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
    assignee_id: Mapped[uuid.UUID | None] = operational(ForeignKey("staff.id"))
    turn: Mapped[int] = operational(SmallInteger, default=Turn.ORDINARY, server_default="1")
    asked_at: Mapped[datetime | None] = operational()  # since when the patient is asked

    priority: Mapped[int] = coded(SmallInteger)
    # JSONB, as lists are narrowed by the whole set: PostgreSQL compares no JSON.
    phases: Mapped[list[int]] = coded(JSON().with_variant(JSONB, "postgresql"))
    confidence: Mapped[str] = coded(String(10))
    flags: Mapped[list[str]] = coded(JSON)
    details: Mapped[list[str]] = coded(JSON)
    no_phase_reason: Mapped[str | None] = coded(String(40))
    months: Mapped[int | None] = coded(SmallInteger)
    choice: Mapped[Choice | None] = coded(one_of(Choice, "choice"))
    decided_phase: Mapped[int | None] = coded(SmallInteger)
    decided_priority: Mapped[int | None] = coded(SmallInteger)
    visit_type: Mapped[str | None] = coded(String(40))  # chosen with the decision; None: by the phase
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
        Index("ix_decision_at", "at"),
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
    priority: Mapped[int | None] = coded(SmallInteger)
    see_by: Mapped[date] = operational()
    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = operational()


@append_only
class ReferralEvent(Row):
    """One line of a referral's history: a step, an assignment, a comment. Never changed."""

    __tablename__ = "referral_event"
    __table_args__ = (Index("ix_referral_event_referral_id_at", "referral_id", "at"),)

    referral_id: Mapped[uuid.UUID] = operational(ForeignKey("referral.id"))
    kind: Mapped[EventKind] = operational(one_of(EventKind, "kind"))
    reason: Mapped[WithdrawReason | None] = coded(one_of(WithdrawReason, "reason"))
    note = Encrypted[str | None](data_class="clinical", nullable=True)
    # To whom it was assigned; None with "assigned": to nobody.
    about_staff_id: Mapped[uuid.UUID | None] = operational(ForeignKey("staff.id"))
    actor_kind: Mapped[ActorKind] = operational(one_of(ActorKind, "actor_kind"))
    actor_id: Mapped[uuid.UUID | None] = operational()
    at: Mapped[datetime] = operational()


class InformationRequest(Row):
    """Questions that a clinician put back to the patient, and how far the answers have come."""

    __tablename__ = "information_request"
    __table_args__ = (
        Index(
            "uq_information_request_open",
            "referral_id",
            unique=True,
            postgresql_where=_REQUEST_OPEN,
            sqlite_where=_REQUEST_OPEN,
        ),
        Index("ix_information_request_referral_id_asked_at", "referral_id", "asked_at"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at"),
    )

    referral_id: Mapped[uuid.UUID] = operational(ForeignKey("referral.id"))
    state: Mapped[RequestState] = operational(one_of(RequestState, "state"))
    # Places in the answers, [question, list entry or null]: those asked for, and those saved since.
    asked: Mapped[list[list[str | None]]] = coded(JSON)
    saved: Mapped[list[list[str | None]]] = coded(JSON)
    sentence = Encrypted[str | None](data_class="clinical", nullable=True)
    asked_by: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = operational()
    ended_at: Mapped[datetime | None] = operational()
    run_before: Mapped[uuid.UUID | None] = operational(ForeignKey("triage_run.id"))
    run_after: Mapped[uuid.UUID | None] = operational(ForeignKey("triage_run.id"))


@append_only
class VisitOutcome(Row):
    """What a clinician found at the visit: the ground truth for the reports. A correction is a new row."""

    __tablename__ = "visit_outcome"
    __table_args__ = (
        Index("ix_visit_outcome_referral_id_at", "referral_id", "at"),
        CheckConstraint("phase_found BETWEEN 1 AND 3", name="phase_known"),
    )

    referral_id: Mapped[uuid.UUID] = operational(ForeignKey("referral.id"))
    appointment_id: Mapped[uuid.UUID] = operational(ForeignKey("appointment.id"), index=True)
    phase_found: Mapped[int | None] = coded(SmallInteger)
    diagnosis: Mapped[DiagnosisFound] = coded(one_of(DiagnosisFound, "diagnosis"))
    sentence = Encrypted[str](data_class="clinical")
    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"))
    at: Mapped[datetime] = operational()


class ReferringOffice(Row):
    """The office that sent the patient, as staff typed it; replies go there."""

    __tablename__ = "referring_office"

    referral_id: Mapped[uuid.UUID] = operational(ForeignKey("referral.id"), unique=True)
    name = Encrypted[str](data_class="identity")
    clinician = Encrypted[str | None](data_class="identity", nullable=True)
    address = Encrypted[str | None](data_class="identity", nullable=True)
    fax = Encrypted[str | None](data_class="identity", nullable=True)
    email = Encrypted[str | None](data_class="identity", nullable=True)
    changed_by: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"))
    changed_at: Mapped[datetime] = operational()
    version: Mapped[int] = operational()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once by SQLAlchemy
