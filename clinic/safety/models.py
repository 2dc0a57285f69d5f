"""The tables of red flags, call-backs and their history."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from clinic.kernel.permissions import ActorKind
from clinic.platform.orm import Row, append_only, choice, coded, operational
from clinic.platform.sealed import Encrypted
from clinic.safety.rules import (
    CallBackAction,
    CallBackKind,
    CallBackState,
    FlagSource,
    FlagState,
    Outcome,
    Tier,
)

_OPEN_FLAG = text("state = 'open'")
_UNRESOLVED = text("state <> 'resolved'")
_RESOLVED = text("state = 'resolved'")


class SafetyFlag(Row):
    """A red flag that somebody's answer raised; stays open until a clinician closes it."""

    __tablename__ = "safety_flag"
    __table_args__ = (
        Index(
            "uq_safety_flag_open",
            "patient_id",
            "code",
            unique=True,
            sqlite_where=_OPEN_FLAG,
            postgresql_where=_OPEN_FLAG,
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
    )

    patient_id: Mapped[uuid.UUID] = operational(ForeignKey("patient.id"), index=True)
    intake_id: Mapped[uuid.UUID | None] = operational(index=True)  # lies above: no foreign key
    code: Mapped[str] = coded(String(40))
    tier: Mapped[Tier] = coded(choice(Tier, "tier"))
    state: Mapped[FlagState] = coded(choice(FlagState, "state"), default=FlagState.OPEN)
    source: Mapped[FlagSource] = operational(choice(FlagSource, "source"))
    raised_at: Mapped[datetime] = operational()
    retracted_at: Mapped[datetime | None] = operational()
    closed_at: Mapped[datetime | None] = operational()
    closed_by: Mapped[uuid.UUID | None] = operational()
    outcome: Mapped[Outcome | None] = coded(choice(Outcome, "outcome"))
    closing_note = Encrypted[str | None](data_class="clinical", nullable=True)


class CallBack(Row):
    """Somebody must be called; the number is the patient's."""

    __tablename__ = "call_back"
    __table_args__ = (
        Index(
            "uq_call_back_unresolved",
            "patient_id",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
        Index("ix_call_back_state_due_at", "state", "due_at"),
        Index(
            "ix_call_back_resolved_at",
            "resolved_at",
            "id",
            postgresql_where=_RESOLVED,
            sqlite_where=_RESOLVED,
        ),
        CheckConstraint("(state = 'resolved') = (outcome IS NOT NULL)", name="outcome_given"),
    )

    patient_id: Mapped[uuid.UUID] = operational(ForeignKey("patient.id"), index=True)
    kind: Mapped[CallBackKind] = coded(choice(CallBackKind, "kind"))
    # What it is about (a referral, an appointment, a message); the patient when there is nothing else.
    subject_id: Mapped[uuid.UUID] = operational()
    reference: Mapped[str] = operational(String(12), unique=True)
    state: Mapped[CallBackState] = operational(choice(CallBackState, "state"), default=CallBackState.OPEN)
    opened_at: Mapped[datetime] = operational()
    acknowledge_by: Mapped[datetime] = operational()
    due_at: Mapped[datetime] = operational()
    times_raised: Mapped[int] = operational(default=1)
    attempts: Mapped[int] = operational(default=0)
    steps: Mapped[int] = operational(default=0)
    escalated_at: Mapped[datetime | None] = operational()
    acknowledged_by: Mapped[uuid.UUID | None] = operational()
    resolved_at: Mapped[datetime | None] = operational()
    outcome: Mapped[Outcome | None] = coded(choice(Outcome, "outcome"))
    version: Mapped[int] = operational()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once by SQLAlchemy


@append_only
class CallBackEvent(Row):
    """One step in a call-back's history. `action` is None for the opening."""

    __tablename__ = "call_back_event"
    __table_args__ = (UniqueConstraint("call_back_id", "number"),)

    call_back_id: Mapped[uuid.UUID] = operational(ForeignKey("call_back.id"))
    number: Mapped[int] = operational()  # from 0: the order of the history
    at: Mapped[datetime] = operational()
    action: Mapped[CallBackAction | None] = operational(choice(CallBackAction, "action"))
    state: Mapped[CallBackState] = operational(choice(CallBackState, "state"))
    actor_kind: Mapped[ActorKind] = operational(choice(ActorKind, "actor_kind"))
    actor_id: Mapped[uuid.UUID | None] = operational()
    outcome: Mapped[Outcome | None] = coded(choice(Outcome, "outcome"))
    note = Encrypted[str | None](data_class="clinical", nullable=True)
