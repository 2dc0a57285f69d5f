"""Raise, retract and close red flags."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.safety.models import SafetyFlag
from clinic.safety.rules import (
    CallBackAction,
    CallBackKind,
    CallBackState,
    FlagSource,
    FlagState,
    Occasion,
    Outcome,
    Tier,
    graver,
    opens_check_in,
    outcomes_for,
    targets_for,
    tiers_by_code,
)
from clinic.safety.service.steps import (
    close_one,
    hours,
    move,
    open_flag_rows,
    open_one,
    record_flag,
    unresolved,
    write_urgent_mail,
)


@transaction()
def raise_flags(
    patient_id: UUID,
    intake_id: UUID | None,
    codes: Collection[str],
    source: FlagSource,
    actor: Actor,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Store what the answers raise and put it before clinical staff, at once.

    Saying the same again changes nothing; something new, or graver, opens the call-back again. Returns the
    codes that were new.
    """
    lock_patient(patient_id)
    fresh: list[SafetyFlag] = []
    for code, tier in tiers_by_code(codes).items():
        flag = _raise_one(patient_id, intake_id, code, tier, source=source, now=now)
        if flag is not None:
            fresh.append(flag)
            record_flag(Action.SAFETY_FLAG_RAISED, flag, actor, now)
    if fresh:
        _call_about_safety(patient_id, fresh, actor, now)
    if opens_check_in(codes):
        open_one(patient_id, CallBackKind.CHECK_IN, patient_id, None, actor=actor, now=now)
    return tuple(flag.code for flag in fresh)


@transaction()
def retract(patient_id: UUID, codes: Collection[str], actor: Actor, *, now: datetime) -> None:
    """The answer was changed back: note it, keep the flag open. Only a clinician closes it."""
    lock_patient(patient_id)
    for flag in open_flag_rows(patient_id):
        if flag.code in tiers_by_code(codes) and flag.retracted_at is None:
            flag.retracted_at = now
            record_flag(Action.SAFETY_FLAG_RETRACTED, flag, actor, now)


@transaction()
def close_flag(flag_id: UUID, outcome: Outcome, note: str, actor: Actor, *, now: datetime) -> None:
    """A clinician closes one flag, with a reason; the call-back about it stays until it is resolved.

    Raises:
        NotAllowed, NotFound; Conflict: it is closed already. Invalid: no reason, or no such outcome.
    """
    actor.require(Permission.SAFETY_RESOLVE)
    if outcome not in outcomes_for(CallBackKind.SAFETY):
        raise Invalid("Choose an outcome from the list.", "outcome")
    if not note.strip():
        raise Invalid("Write the reason in a sentence.", "note")
    flag = db.session.get(SafetyFlag, flag_id)
    if flag is None:
        raise NotFound
    lock_patient(flag.patient_id)
    db.session.refresh(flag)
    if flag.state is FlagState.CLOSED:
        raise Conflict("Somebody has already closed this flag.")
    flag.closing_note = note.strip()
    close_one(flag, outcome, actor, now)


def _raise_one(
    patient_id: UUID, intake_id: UUID | None, code: str, tier: Tier, *, source: FlagSource, now: datetime
) -> SafetyFlag | None:
    """The flag, when this telling is new: not open yet, taken back before, or graver than before."""
    flag = next((held for held in open_flag_rows(patient_id) if held.code == code), None)
    if flag is None:
        flag = SafetyFlag(
            patient_id=patient_id,
            intake_id=intake_id,
            code=code,
            tier=tier,
            state=FlagState.OPEN,
            source=source,
            raised_at=now,
        )
        db.session.add(flag)
        db.session.flush()
        return flag
    if flag.retracted_at is None and graver(flag.tier, tier) is flag.tier:
        return None
    flag.retracted_at, flag.tier = None, graver(flag.tier, tier)
    return flag


def _call_about_safety(patient_id: UUID, fresh: list[SafetyFlag], actor: Actor, now: datetime) -> None:
    """One unresolved safety call-back per patient; whoever dealt with it before learns that there is more."""
    kind = CallBackKind.SAFETY
    call = unresolved(patient_id, kind, patient_id)
    if call is None:
        call = open_one(patient_id, kind, patient_id, None, actor=actor, now=now, tier=_gravest(fresh))
        write_urgent_mail(call, Occasion.NEW, now)
        return
    noticed = call.state is not CallBackState.OPEN
    targets = targets_for(kind, _gravest(fresh), now, hours())
    call.acknowledge_by = (
        targets.acknowledge_by if noticed else min(call.acknowledge_by, targets.acknowledge_by)
    )
    call.due_at = targets.call_by if noticed else min(call.due_at, targets.call_by)
    move(call, CallBackAction.RAISE_AGAIN, actor, now)
    if noticed:
        call.times_raised, call.escalated_at = call.times_raised + 1, None
        write_urgent_mail(call, Occasion.NEW, now)


def _gravest(flags: list[SafetyFlag]) -> Tier:
    found = flags[0].tier
    for flag in flags:
        found = graver(found, flag.tier)
    return found
