"""The steps that several use cases of safety share; each is part of its caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.kernel.reference import new_reference
from clinic.notifications.service import enqueue
from clinic.platform.extensions import db, settings
from clinic.safety.models import CallBack, CallBackEvent, SafetyFlag
from clinic.safety.rules import (
    CALL_BACK,
    CallBackAction,
    CallBackKind,
    CallBackState,
    FlagState,
    Occasion,
    OpeningHours,
    Outcome,
    Tier,
    targets_for,
)

URGENT_MAIL = "safety.urgent_item"


def open_flag_rows(patient_id: UUID) -> list[SafetyFlag]:
    """The patient's open flags, read afresh."""
    chosen = select(SafetyFlag).where(SafetyFlag.patient_id == patient_id, SafetyFlag.state == FlagState.OPEN)
    return list(db.session.scalars(chosen.execution_options(populate_existing=True)))


def close_one(flag: SafetyFlag, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Close a flag on a clinician's word."""
    flag.state, flag.closed_at, flag.closed_by, flag.outcome = FlagState.CLOSED, now, actor.id, outcome
    record_flag(Action.SAFETY_FLAG_CLOSED, flag, actor, now)


def record_flag(action: Action, flag: SafetyFlag, actor: Actor, now: datetime) -> None:
    """Audit a change of a flag; its code is health information and stays out."""
    subject = ("safety_flag", flag.id)
    record(action, actor=actor, subject=subject, patient_id=flag.patient_id, now=now)


def open_one(
    patient_id: UUID,
    kind: CallBackKind,
    subject_id: UUID,
    due_at: datetime | None,
    *,
    actor: Actor,
    now: datetime,
    tier: Tier | None = None,
) -> CallBack:
    """The unresolved call-back about this subject, or a new one. The patient is locked."""
    known = unresolved(patient_id, kind, subject_id)
    if known is not None:
        return known
    targets = targets_for(kind, tier, now, hours())
    call = CallBack(
        patient_id=patient_id,
        kind=kind,
        subject_id=subject_id,
        reference=new_reference(),
        state=CallBackState.OPEN,
        opened_at=now,
        acknowledge_by=min(targets.acknowledge_by, due_at) if due_at else targets.acknowledge_by,
        due_at=due_at or targets.call_by,
        times_raised=1,
        attempts=0,
        steps=0,
    )
    db.session.add(call)
    db.session.flush()
    _write_step(call, None, actor, now)
    subject = ("call_back", call.id)
    record(Action.CALL_BACK_OPENED, actor=actor, subject=subject, patient_id=patient_id, now=now)
    return call


def unresolved(patient_id: UUID, kind: CallBackKind, subject_id: UUID) -> CallBack | None:
    """The unresolved call-back about a subject."""
    chosen = select(CallBack).where(
        CallBack.patient_id == patient_id,
        CallBack.kind == kind,
        CallBack.subject_id == subject_id,
        CallBack.state != CallBackState.RESOLVED,
    )
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def move(call: CallBack, action: CallBackAction, actor: Actor, now: datetime, *, note: str = "") -> None:
    """Take one step: state, history, audit."""
    call.state, call.steps = CALL_BACK.next(call.state, action), call.steps + 1
    if action is CallBackAction.RAISE_AGAIN:
        call.acknowledged_by = None
    elif call.acknowledged_by is None:
        call.acknowledged_by = actor.id
    db.session.flush()
    _write_step(call, action, actor, now, note=note)
    record(
        Action.CALL_BACK_MOVED,
        actor=actor,
        subject=("call_back", call.id),
        patient_id=call.patient_id,
        now=now,
        facts={"step": action.value},
    )


def _write_step(
    call: CallBack, action: CallBackAction | None, actor: Actor, now: datetime, *, note: str = ""
) -> None:
    db.session.add(
        CallBackEvent(
            call_back_id=call.id,
            number=call.steps,
            at=now,
            action=action,
            state=call.state,
            actor_kind=actor.kind,
            actor_id=actor.id,
            outcome=call.outcome,
            note=note.strip() or None,
        )
    )


def write_urgent_mail(call: CallBack, occasion: Occasion, now: datetime) -> None:
    """One message to each safety contact, so that a bad address does not keep it from the others."""
    for index in range(len(settings().safety_contacts)):
        key = f"{URGENT_MAIL}:{call.id}:{call.times_raised}:{occasion}:{index}"
        ids = {"call_back": str(call.id), "contact": str(index), "occasion": occasion.value}
        enqueue(URGENT_MAIL, key, ids, None, now, now=now)


def hours() -> OpeningHours:
    """The clinic's opening hours."""
    return OpeningHours(settings().opens_hour, settings().closes_hour)
