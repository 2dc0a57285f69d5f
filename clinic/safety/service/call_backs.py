"""Open, place and resolve call-backs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Actor
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.reading import run
from clinic.platform.transaction import transaction
from clinic.safety.models import CallBack
from clinic.safety.registry import tell_resolved
from clinic.safety.rules import (
    CALL_BACK,
    CLINICAL_KINDS,
    NOT_REACHED,
    CallBackAction,
    CallBackKind,
    CallBackState,
    Outcome,
    escalation,
    needed_permission,
    outcome_problem,
)
from clinic.safety.service.steps import close_one, move, open_flag_rows, open_one, write_urgent_mail

# Built once: every booking asks, and mostly nothing waits.
_WAITING = select(CallBack.id).where(
    CallBack.patient_id == bindparam("patient_id"),
    CallBack.kind.in_(bindparam("kinds", expanding=True)),
    CallBack.subject_id == bindparam("subject_id"),
    CallBack.state != CallBackState.RESOLVED,
)


@transaction()
def open_call_back(
    patient_id: UUID,
    kind: CallBackKind,
    *,
    subject_id: UUID | None = None,
    due_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Ask for a call; one that is still unresolved about the same subject is returned instead of a second.

    Without `due_at` the target of the kind holds. Safety call-backs are opened by `raise_flags` alone.

    Raises:
        ValueError: the kind is SAFETY.
    """
    if kind is CallBackKind.SAFETY:
        raise ValueError("raise_flags opens safety call-backs")
    lock_patient(patient_id)
    return open_one(patient_id, kind, subject_id or patient_id, due_at, actor=actor, now=now).id


@transaction()
def acknowledge(call_back_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Somebody says: I have it.

    Raises:
        NotAllowed, NotFound; Conflict: it is not open any more.
    """
    call = _locked(call_back_id, actor, CallBackAction.ACKNOWLEDGE)
    move(call, CallBackAction.ACKNOWLEDGE, actor, now)


@transaction()
def record_attempt(call_back_id: UUID, actor: Actor, note: str = "", *, now: datetime) -> None:
    """Called, not reached.

    Raises:
        NotAllowed, NotFound; Conflict: it is resolved.
    """
    call = _locked(call_back_id, actor, CallBackAction.ATTEMPT)
    call.attempts += 1
    move(call, CallBackAction.ATTEMPT, actor, now, note=note)


@transaction()
def record_contact(call_back_id: UUID, actor: Actor, note: str = "", *, now: datetime) -> None:
    """Called and reached.

    Raises:
        NotAllowed, NotFound; Conflict: it is resolved.
    """
    call = _locked(call_back_id, actor, CallBackAction.CONTACT)
    move(call, CallBackAction.CONTACT, actor, now, note=note)


@transaction()
def resolve(call_back_id: UUID, outcome: Outcome, note: str, actor: Actor, *, now: datetime) -> None:
    """End a call-back. Ending a safety call-back closes the patient's open flags with the same outcome.

    Raises:
        NotAllowed: the role may not. NotFound. Conflict: the state has changed (a new answer came in).
        Invalid: the outcome does not fit what was done.
    """
    call = _locked(call_back_id, actor, CallBackAction.RESOLVE)
    CALL_BACK.next(call.state, CallBackAction.RESOLVE)  # a stale screen is told before a bad outcome
    problem = outcome_problem(call.kind, call.state, call.attempts, outcome, note)
    if problem:
        raise Invalid(problem, "outcome")
    call.outcome, call.resolved_at = outcome, now
    move(call, CallBackAction.RESOLVE, actor, now, note=note)
    if call.kind is CallBackKind.SAFETY:
        for flag in open_flag_rows(call.patient_id):
            close_one(flag, outcome, actor, now)
        db.session.flush()
        tell_resolved(call.patient_id, outcome, now)


@transaction()
def lapse_call_backs(
    patient_id: UUID, *kinds: CallBackKind, actor: Actor, now: datetime, subject_id: UUID | None = None
) -> int:
    """The reason is gone (a time was booked after all): resolve what waits of these kinds; returns how many.

    Raises:
        ValueError: clinical call-backs end by a person's word only.
    """
    if CLINICAL_KINDS.intersection(kinds):
        raise ValueError("a clinical call-back does not lapse")
    lock_patient(patient_id)
    given = {"patient_id": patient_id, "kinds": kinds, "subject_id": subject_id or patient_id}
    calls = run(_WAITING, given).scalars().all()
    for call_id in calls:
        call = db.session.get_one(CallBack, call_id, populate_existing=True)
        call.outcome, call.resolved_at = Outcome.NO_LONGER_NEEDED, now
        move(call, CallBackAction.LAPSE, actor, now)
    return len(calls)


@transaction()
def escalate_overdue(now: datetime) -> int:
    """Write to the safety contacts, once for each target that is missed; how many call-backs that were."""
    chosen = select(CallBack).where(
        CallBack.kind == CallBackKind.SAFETY,
        CallBack.state.in_(NOT_REACHED),
        or_(CallBack.acknowledge_by <= now, CallBack.due_at <= now),
    )
    calls = db.session.scalars(
        chosen.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).all()
    told = 0
    for call in calls:
        occasion = escalation(call.state, (call.acknowledge_by, call.due_at), call.escalated_at, now)
        if occasion is not None:
            call.escalated_at, told = now, told + 1
            write_urgent_mail(call, occasion, now)
    return told


def _locked(call_back_id: UUID, actor: Actor, action: CallBackAction) -> CallBack:
    """The call-back, locked through its patient: new answers and steps wait for each other."""
    call = db.session.get(CallBack, call_back_id)
    if call is None:
        raise NotFound
    actor.require(needed_permission(call.kind, action))
    lock_patient(call.patient_id)
    db.session.refresh(call)
    return call
