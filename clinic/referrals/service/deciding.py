"""A clinician's decision: checked against the suggestion, kept for ever, and what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.service import enqueue
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import Decision, Referral
from clinic.referrals.rules import (
    PHASE_OF,
    REFERRAL,
    Choice,
    DecisionKind,
    DecisionReason,
    ReferralStep,
    StaleDecision,
    check_decision,
)
from clinic.safety.rules import CallBackKind
from clinic.safety.service import open_call_back
from clinic.scheduling.queries import next_appointment, visit_terms, visit_type_for

NEWS = "referral_news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the decision form says. `see_by` None leaves the day as it is."""

    choice: Choice
    reason: DecisionReason | None = None
    sentence: str = ""
    words_to_patient: str = ""
    see_by: date | None = None


@transaction()
def decide(reference: str, given: Decided, *, version: int, actor: Actor, now: datetime) -> DecisionKind:
    """Keep a decision about the referral as it was on the screen (`version`); tell patient and desk.

    Raises:
        NotAllowed, NotFound.
        StaleDecision: somebody changed the referral meanwhile; it carries both versions.
        Conflict: the referral is closed or withdrawn.
        Invalid: an override or an assignment is not explained.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    seen = queries.referral_for(actor, reference)
    lock_patient(seen.patient_id)
    referral = db.session.get_one(Referral, seen.id, populate_existing=True)
    if referral.version != version:
        raise StaleDecision(version, referral.version)
    status = REFERRAL.next(referral.status, ReferralStep.DECIDE)
    kind = check_decision(given.choice, referral.phases, given.reason, given.sentence)
    referral.status, referral.choice, referral.decided_at = status, given.choice, now
    referral.decided_phase = PHASE_OF.get(given.choice)
    referral.see_by = given.see_by or referral.see_by
    referral.version += 1
    _keep(referral, given, kind, actor=actor, now=now)
    _call_if_visit_no_longer_fits(referral, actor, now)
    ids = {"referral": str(referral.id), "version": str(referral.version)}
    key = f"referral:{referral.id}:{referral.version}:news"
    enqueue(NEWS, key, ids, referral.patient_id, now, now=now)
    return kind


def visit_type_of(choice: Choice) -> str | None:
    """The visit type that is booked after this decision; None when none is, or the clinic has none."""
    if choice is Choice.NOT_FOR_THIS_CLINIC:
        return None
    try:
        return visit_type_for(PHASE_OF.get(choice)).slug
    except NotFound:
        return None


def _keep(
    referral: Referral,
    given: Decided,
    kind: DecisionKind,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    decision = Decision(
        referral_id=referral.id,
        run_id=queries.newest_run(referral.id),
        referral_version=referral.version,
        choice=given.choice,
        kind=kind,
        reason=given.reason,
        sentence=given.sentence.strip() or None,
        words_to_patient=given.words_to_patient.strip() or None,
        visit_type=visit_type_of(given.choice),
        see_by=referral.see_by,
        staff_id=actor.id,
        at=now,
    )
    db.session.add(decision)
    db.session.flush()
    record(
        Action.REFERRAL_DECIDED,
        actor=actor,
        subject=("decision", decision.id),
        patient_id=referral.patient_id,
        now=now,
        facts={"version": referral.version},
    )


def _call_if_visit_no_longer_fits(referral: Referral, actor: Actor, now: datetime) -> UUID | None:
    """A decision never cancels a visit by itself: the desk calls, the patient is asked."""
    visit = next_appointment(referral.patient_id, now)
    if visit is None or referral.choice is Choice.CANNOT_DECIDE_YET:
        return None
    if referral.decided_phase in visit_terms(visit.visit_type_id).phases:
        return None
    return open_call_back(
        referral.patient_id,
        CallBackKind.VISIT_NO_LONGER_FITS,
        subject_id=visit.id,
        actor=actor,
        now=now,
    )
