"""A clinician's decision: checked against the suggestion, kept for ever, and what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.notifications.service import enqueue
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import Decision, Referral
from clinic.referrals.rules import (
    CALL_FIRST,
    PHASE_OF,
    REFERRAL,
    Choice,
    DecisionKind,
    DecisionReason,
    ReferralStep,
    RequestState,
    Turn,
    check_decision,
    see_by,
)
from clinic.referrals.rules.office import OfficeNews
from clinic.referrals.service.asking import end_request
from clinic.referrals.service.locking import locked
from clinic.referrals.service.office import tell_office
from clinic.safety.rules import CallBackKind
from clinic.safety.service import open_call_back
from clinic.scheduling.queries import next_appointment, visit_terms, visit_type_for, visit_types

NEWS = "referral_news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the decision form says.

    `priority` None keeps that of the rules, `see_by` None the day that follows from it, `visit_type` None
    the type that serves the phase.
    """

    choice: Choice
    reason: DecisionReason | None = None
    sentence: str = ""
    words_to_patient: str = ""
    priority: int | None = None
    see_by: date | None = None
    visit_type: str | None = None


@transaction()
def decide(reference: str, given: Decided, *, version: int, actor: Actor, now: datetime) -> DecisionKind:
    """Keep a decision about the referral as it was on the screen (`version`); tell patient and desk.

    Raises:
        NotAllowed, NotFound.
        StaleDecision: somebody changed the referral meanwhile; it carries both versions.
        Conflict: the referral is closed or withdrawn.
        Invalid: an override or an assignment is not explained, somebody is sent elsewhere without advice,
            or the visit type does not serve the decision.
    """
    actor.require(Permission.REFERRAL_DECIDE)
    referral = locked(reference, version, actor)
    status = REFERRAL.next(referral.status, ReferralStep.DECIDE)
    words = given.words_to_patient
    kind = check_decision(given.choice, referral.phases, given.reason, given.sentence, words)
    _check_visit_type(given)
    end_request(referral, RequestState.RECALLED, actor=actor, now=now)
    referral.status, referral.choice, referral.decided_at = status, given.choice, now
    referral.decided_phase, referral.turn = PHASE_OF.get(given.choice), Turn.ORDINARY
    referral.visit_type = given.visit_type
    _set_urgency(referral, given)
    referral.version += 1
    _keep(referral, given, kind, actor=actor, now=now)
    _call_if_visit_no_longer_fits(referral, actor, now)
    if given.choice is Choice.NOT_FOR_THIS_CLINIC:
        kind_of_call = CallBackKind.REDIRECTED
        open_call_back(referral.patient_id, kind_of_call, subject_id=referral.id, actor=actor, now=now)
    ids = {"referral": str(referral.id), "version": str(referral.version)}
    key = f"referral:{referral.id}:{referral.version}:news"
    enqueue(NEWS, key, ids, referral.patient_id, now, now=now)
    tell_office(referral.id, OfficeNews.DECIDED, actor=actor, now=now)
    return kind


def visit_type_of(given: Decided) -> str | None:
    """The visit type that is booked after this decision; None when none is, or the clinic has none."""
    if given.choice is Choice.NOT_FOR_THIS_CLINIC:
        return None
    try:
        return given.visit_type or visit_type_for(PHASE_OF.get(given.choice)).slug
    except NotFound:
        return None


def _check_visit_type(given: Decided) -> None:
    if given.visit_type is None:
        return
    if given.choice is Choice.NOT_FOR_THIS_CLINIC:
        raise Invalid("Nothing is booked here after this decision. Leave the visit type open.", "visit_type")
    if given.visit_type not in {terms.slug for terms in visit_types()}:
        raise Invalid("Choose a visit type from the list.", "visit_type")


def _set_urgency(referral: Referral, given: Decided) -> None:
    """A clinician's urgency stands above that of the rules, but never below an open urgent answer."""
    referral.decided_priority = given.priority
    if given.priority is not None and referral.priority > CALL_FIRST:
        referral.priority = given.priority
        referral.see_by = see_by(given.priority, central_date(referral.submitted_at))
    referral.see_by = given.see_by or referral.see_by


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
        visit_type=visit_type_of(given),
        priority=referral.priority,
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
    terms = visit_terms(visit.visit_type_id)
    if referral.visit_type == terms.slug:
        return None
    if referral.visit_type is None and referral.decided_phase in terms.phases:
        return None
    return open_call_back(
        referral.patient_id,
        CallBackKind.VISIT_NO_LONGER_FITS,
        subject_id=visit.id,
        actor=actor,
        now=now,
    )
