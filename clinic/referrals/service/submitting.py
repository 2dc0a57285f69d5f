"""Makes a referral: of a finished intake, or for somebody on the phone who has none."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake.queries import answer_sheet, intake_card
from clinic.intake.service import mark_submitted
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.kernel.reference import new_reference
from clinic.notifications.service import enqueue
from clinic.patients.rules import LinkPurpose
from clinic.patients.service import issue_link, lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import Referral
from clinic.referrals.rules import CALL_FIRST, CallerReason, ReferralSource, ReferralStatus, see_by
from clinic.referrals.service.triaging import evaluate_for, run_again, take_over
from clinic.safety.queries import blocks_self_booking

RECEIVED = "referral_received"
LINK_LIFE = timedelta(days=180)
PLACE_QUESTION = "preferred_place"
_ANY_PLACE = "either"
_TRIES = 3  # a reference of 40 random bits meets another one almost never, and then not twice


@transaction()
def submit(intake_id: UUID, *, actor: Actor, now: datetime) -> str:
    """Send an intake in: it becomes a referral with its first triage run. Returns the reference.

    Nothing that the patient sees or gets depends on what the rules say. Sent again, it gives the same one.

    Raises:
        NotFound: no such intake.
        Invalid: a page is not answered yet.
        Conflict: the draft has expired.
    """
    patient = intake_card(intake_id).patient_id
    if patient is not None:
        lock_patient(patient)  # a double click waits here and finds what the first one made
    known = queries.referral_of_intake(intake_id)
    if known is not None:
        return known.reference
    patient_id = mark_submitted(intake_id, actor, now)
    place = answer_sheet(intake_id).value(PLACE_QUESTION)
    referral = _new_referral(
        patient_id,
        intake_id=intake_id,
        source=ReferralSource.WEB,
        reason=None,
        place=place if isinstance(place, str) and place != _ANY_PLACE else None,
        actor=actor,
        now=now,
    )
    record(
        Action.REFERRAL_SUBMITTED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=patient_id,
        now=now,
    )
    enqueue(
        RECEIVED,
        f"referral:{referral.id}:received",
        {"referral": str(referral.id)},
        patient_id,
        now,
        now=now,
    )
    return referral.reference


@transaction()
def create_for_caller(
    patient_id: UUID,
    reason: CallerReason,
    *,
    actor: Actor,
    now: datetime,
    preferred_location: str | None = None,
) -> str:
    """Open a referral for a caller without an intake; one that is still open is given back instead.

    Flags told on the phone are raised before (`safety.service.raise_flags`): they set the priority.
    Returns the reference.

    Raises:
        NotFound: no such patient.
    """
    lock_patient(patient_id)
    waiting = queries.open_referrals_of(patient_id)
    if waiting:
        if waiting[-1].priority > CALL_FIRST and blocks_self_booking(patient_id):
            run_again(waiting[-1].id, actor=actor, now=now)  # told on the phone just now
        return waiting[-1].reference
    referral = _new_referral(
        patient_id,
        intake_id=None,
        source=ReferralSource.PHONE,
        reason=reason,
        place=preferred_location,
        actor=actor,
        now=now,
    )
    record(
        Action.REFERRAL_OPENED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=patient_id,
        now=now,
    )
    return referral.reference


def _new_referral(
    patient_id: UUID,
    *,
    intake_id: UUID | None,
    source: ReferralSource,
    reason: CallerReason | None,
    place: str | None,
    actor: Actor,
    now: datetime,
) -> Referral:
    referral_id = uuid4()
    link_id = issue_link(patient_id, LinkPurpose.VISIT, referral_id, now + LINK_LIFE, now, actor=actor)
    referral = Referral(
        id=referral_id,
        reference=_free_reference(),
        patient_id=patient_id,
        intake_id=intake_id,
        link_id=link_id,
        source=source,
        caller_reason=reason,
        status=ReferralStatus.SUBMITTED,
        version=1,
        submitted_at=now,
        see_by=central_date(now),
        preferred_location=place,
        priority=5,
        phases=[],
        confidence="none",
        flags=[],
        details=[],
    )
    db.session.add(referral)
    db.session.flush()
    take_over(referral, evaluate_for(referral, actor=actor, now=now))
    referral.see_by = see_by(referral.priority, central_date(now))
    db.session.flush()
    return referral


def _free_reference() -> str:
    for _ in range(_TRIES):
        reference = new_reference()
        if db.session.scalar(select(Referral.id).where(Referral.reference == reference)) is None:
            return reference
    raise Conflict("We could not send your answers. Please try again.")
