"""Withdraws a referral, takes one up again, records what the visit showed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals.models import Referral, VisitOutcome
from clinic.referrals.rules import (
    REFERRAL,
    DiagnosisFound,
    EventKind,
    ReferralStatus,
    ReferralStep,
    RequestState,
    Turn,
    WithdrawReason,
    may_have_outcome,
)
from clinic.referrals.service.asking import end_request
from clinic.referrals.service.events import keep_event
from clinic.referrals.service.locking import locked
from clinic.safety.rules import CallBackKind
from clinic.safety.service import open_call_back
from clinic.scheduling.queries import appointment_row, next_appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a visit showed. `phase` None: no phase fits."""

    phase: int | None
    diagnosis: DiagnosisFound
    sentence: str


@transaction()
def withdraw(
    reference: str, reason: WithdrawReason, note: str, *, version: int, actor: Actor, now: datetime
) -> None:
    """The referral is not pursued. A booked visit stays: the desk asks the patient.

    Raises:
        NotAllowed, NotFound, StaleDecision. Conflict: it is closed or withdrawn already.
        Invalid: "other" without a sentence.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    referral = locked(reference, version, actor)
    status = REFERRAL.next(referral.status, ReferralStep.WITHDRAW)
    if reason is WithdrawReason.OTHER and not note.strip():
        raise Invalid("Write the reason in a sentence.", "note")
    end_request(referral, RequestState.RECALLED, actor=actor, now=now)
    _move(referral, status)
    keep_event(referral.id, EventKind.WITHDRAWN, actor=actor, now=now, note=note, reason=reason)
    _record(Action.REFERRAL_WITHDRAWN, referral, actor, now)
    visit = next_appointment(referral.patient_id, now)
    if visit is not None:
        kind = CallBackKind.VISIT_NO_LONGER_FITS
        open_call_back(referral.patient_id, kind, subject_id=visit.id, actor=actor, now=now)


@transaction()
def reopen(reference: str, *, version: int, actor: Actor, now: datetime) -> None:
    """Take up a closed or withdrawn referral again: it is to be reviewed, its history stays.

    Raises:
        NotAllowed, NotFound, StaleDecision. Conflict: it is open.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    referral = locked(reference, version, actor)
    _move(referral, REFERRAL.next(referral.status, ReferralStep.REOPEN))
    referral.choice = referral.decided_phase = referral.decided_at = None
    referral.decided_priority = referral.visit_type = None
    keep_event(referral.id, EventKind.REOPENED, actor=actor, now=now)
    _record(Action.REFERRAL_REOPENED, referral, actor, now)


@transaction()
def record_outcome(
    reference: str, appointment_id: UUID, found: Found, *, actor: Actor, now: datetime
) -> None:
    """What the visit showed. A decided referral is closed by it; a later one corrects, the first stays.

    Raises:
        NotAllowed. NotFound: no such referral, or the visit is not its patient's.
        Conflict: the visit has not begun, or did not take place. Invalid: no sentence.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    referral = locked(reference, None, actor)
    visit = appointment_row(appointment_id)
    if visit.patient_id != referral.patient_id:
        raise NotFound
    if not may_have_outcome(visit.state, visit.start_at, now):
        raise Conflict("This visit has not taken place.")
    if not found.sentence.strip():
        raise Invalid("Write one sentence about the visit.", "sentence")
    outcome = VisitOutcome(
        referral_id=referral.id,
        appointment_id=appointment_id,
        phase_found=found.phase,
        diagnosis=found.diagnosis,
        sentence=found.sentence.strip(),
        staff_id=actor.id,
        at=now,
    )
    db.session.add(outcome)
    db.session.flush()
    record(
        Action.VISIT_OUTCOME_RECORDED,
        actor=actor,
        subject=("visit_outcome", outcome.id),
        patient_id=referral.patient_id,
        now=now,
    )
    if REFERRAL.may(referral.status, ReferralStep.CLOSE):
        _move(referral, REFERRAL.next(referral.status, ReferralStep.CLOSE))
        keep_event(referral.id, EventKind.CLOSED, actor=actor, now=now)


def _move(referral: Referral, status: ReferralStatus) -> None:
    referral.status, referral.turn = status, Turn.ORDINARY
    referral.version += 1


def _record(action: Action, referral: Referral, actor: Actor, now: datetime) -> None:
    record(
        action,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
        facts={"version": referral.version},
    )
