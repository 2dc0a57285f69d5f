"""Begins, resumes, submits and expires an intake."""

import hmac
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake import queries
from clinic.intake.models import Intake
from clinic.intake.rules import first_unanswered
from clinic.intake.rules.person import BIRTH_DATE
from clinic.intake.rules.status import DRAFT_LIFE, LIFECYCLE, IntakeAction, IntakeStatus, tries_left
from clinic.intake.service.publishing import publish
from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.safety.rules import FlagSource
from clinic.safety.service import raise_flags


@transaction()
def start(actor: Actor, now: datetime) -> UUID:
    """Begin an intake on the questionnaire of today; a member of staff types for a patient on the phone."""
    intake = Intake(
        questionnaire_id=publish(now),
        status=IntakeStatus.DRAFT,
        typed_by_staff_id=actor.id if actor.kind is ActorKind.STAFF else None,
        started_at=now,
        last_saved_at=now,
    )
    db.session.add(intake)
    db.session.flush()
    _record(Action.INTAKE_STARTED, intake, actor, now)
    return intake.id


@transaction()
def confirm_birth_date(intake_id: UUID, given: date, actor: Actor, now: datetime) -> bool:
    """Does the birth date fit the one in the draft? Wrong ones are counted, across browsers and tabs.

    Raises:
        NotFound: no such intake.
        NotAllowed: too many wrong tries; the clinic's phone is the way on.
    """
    intake = locked(intake_id)
    if not tries_left(intake.birth_date_failures):
        raise NotAllowed("There were too many tries. Please call us.")
    stored = str(queries.answer_sheet(intake_id).value(BIRTH_DATE))
    fits = hmac.compare_digest(stored, given.isoformat())
    intake.birth_date_failures = 0 if fits else intake.birth_date_failures + 1
    _record(Action.INTAKE_RESUMED if fits else Action.INTAKE_RESUME_REFUSED, intake, actor, now)
    return fits


@transaction()
def mark_submitted(intake_id: UUID, actor: Actor, now: datetime) -> UUID:
    """Close the draft as submitted; part of the use case that makes a referral of it. Returns the patient.

    Raises:
        NotFound: no such intake.
        Invalid: a page is not answered yet.
        Conflict: it was submitted before, or has expired.
    """
    intake = locked(intake_id)
    LIFECYCLE.next(intake.status, IntakeAction.SUBMIT)
    card = queries.intake_card(intake_id)
    if first_unanswered(card.questionnaire, queries.answer_sheet(intake_id)) is not None:
        raise Invalid("Some questions still need an answer.")
    moved: Any = db.session.execute(
        update(Intake)
        .where(Intake.id == intake_id, Intake.status.in_(LIFECYCLE.sources(IntakeAction.SUBMIT)))
        .values(status=IntakeStatus.SUBMITTED, submitted_at=now)
    )
    if not moved.rowcount or card.patient_id is None:
        raise Conflict("This form was already sent.")
    _record(Action.INTAKE_SUBMITTED, intake, actor, now)
    return card.patient_id


@transaction()
def expire_drafts(now: datetime) -> int:
    """Close the drafts that nobody may open any more; returns how many. Their answers are kept."""
    expired = db.session.scalars(
        update(Intake)
        .where(
            Intake.status.in_(LIFECYCLE.sources(IntakeAction.EXPIRE)),
            Intake.last_saved_at <= now - DRAFT_LIFE,
        )
        .values(status=IntakeStatus.EXPIRED)
        .returning(Intake)
    ).all()
    for intake in expired:
        _record(Action.INTAKE_EXPIRED, intake, Actor.system(), now)
    return len(expired)


@transaction()
def record_urgent_page(intake_id: UUID | None, text_version: str, actor: Actor, now: datetime) -> None:
    """Record that the urgent page was shown, and in which wording; a closed draft has no id here."""
    intake = db.session.get(Intake, intake_id) if intake_id else None
    record(
        Action.SAFETY_CARD_SHOWN,
        actor=actor,
        subject=("intake", intake_id),
        patient_id=intake.patient_id if intake else None,
        now=now,
        facts={"text": text_version},
    )


@transaction()
def tell_after_sending(intake_id: UUID, codes: Collection[str], actor: Actor, now: datetime) -> None:
    """An urgent answer on a form that was sent already: it is not saved there, but clinical staff are told.

    Raises:
        NotFound: no such intake.
    """
    patient_id = locked(intake_id).patient_id
    if patient_id is not None:
        raise_flags(patient_id, intake_id, codes, FlagSource.PATIENT, actor, now=now)


def locked(intake_id: UUID) -> Intake:
    """The intake, alone until the transaction ends. The patient is locked first, as everywhere.

    Raises:
        NotFound: no such intake.
    """
    patient_id = db.session.scalar(select(Intake.patient_id).where(Intake.id == intake_id))
    if patient_id is not None:
        lock_patient(patient_id)
    chosen = select(Intake).where(Intake.id == intake_id).with_for_update()
    intake = db.session.scalar(chosen.execution_options(populate_existing=True))
    if intake is None:
        raise NotFound
    return intake


def _record(action: Action, intake: Intake, actor: Actor, now: datetime) -> None:
    record(action, actor=actor, subject=("intake", intake.id), patient_id=intake.patient_id, now=now)
