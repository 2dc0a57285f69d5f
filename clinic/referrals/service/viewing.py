"""What a person looks at, recorded in the audit log before the page is made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake.queries import answer_sheet, intake_card
from clinic.intake.rules import AnswerSheet, Questionnaire
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.patients.queries import PatientCard, patient_card
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.queries import DecisionRow, ReferralRow, RunRow, Show, WorklistPage
from clinic.referrals.service.booking import Way, way_to_visit
from clinic.safety.queries import Call, Flag, Step, call_back_for, clinical_queue, flags_of, unresolved_call
from clinic.safety.rules import BLOCKING_TIERS, CLINICAL_KINDS, CallBackKind, FlagState, Tier
from clinic.scheduling.queries import AppointmentCard, appointments_of, next_appointment


@dataclass(frozen=True, slots=True)
class ReferralScreen:
    """Everything that a clinician sees of one referral."""

    referral: ReferralRow
    patient: PatientCard
    runs: tuple[RunRow, ...]
    decisions: tuple[DecisionRow, ...]
    questionnaire: Questionnaire | None
    answers: AnswerSheet | None
    flags: tuple[Flag, ...]
    safety_call: UUID | None
    visit: AppointmentCard | None
    visits: tuple[AppointmentCard, ...]
    number: int
    total: int
    following: str | None

    @property
    def open_flags(self) -> tuple[Flag, ...]:
        """The red flags that nobody has closed yet."""
        return tuple(flag for flag in self.flags if flag.state is FlagState.OPEN)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What a patient sees of their own referral: never a suggestion, a priority or a flag's code."""

    referral: ReferralRow
    patient: PatientCard
    way: Way
    decision: DecisionRow | None
    open_tiers: frozenset[Tier]


@transaction()
def view_referral(reference: str, *, actor: Actor, now: datetime) -> ReferralScreen:
    """One referral on one screen.

    Raises:
        NotFound: no such referral, or not for this actor.
    """
    referral = queries.referral_for(actor, reference)
    record(
        Action.REFERRAL_VIEWED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
    )
    number, total, following = queries.place_in_worklist(referral)
    intake = referral.intake_id
    return ReferralScreen(
        referral=referral,
        patient=patient_card(referral.patient_id),
        runs=queries.runs_of(referral.id),
        decisions=queries.decisions_of(referral.id),
        questionnaire=intake_card(intake).questionnaire if intake else None,
        answers=answer_sheet(intake) if intake else None,
        flags=flags_of(referral.patient_id),
        safety_call=unresolved_call(referral.patient_id, CallBackKind.SAFETY),
        visit=next_appointment(referral.patient_id, now),
        visits=appointments_of(referral.patient_id),
        number=number,
        total=total,
        following=following,
    )


@transaction()
def view_status(referral: ReferralRow, *, actor: Actor, now: datetime) -> StatusPage:
    """A patient looks at their own referral.

    Raises:
        NotFound: it is not this patient's.
    """
    own = queries.referral_for(actor, referral.reference)
    record(
        Action.REFERRAL_STATUS_VIEWED,
        actor=actor,
        subject=("referral", own.id),
        patient_id=own.patient_id,
        now=now,
    )
    decisions = queries.decisions_of(own.id) if own.decided_at else ()
    blocking = (flag for flag in flags_of(own.patient_id) if flag.state is FlagState.OPEN)
    return StatusPage(
        referral=own,
        patient=patient_card(own.patient_id),
        way=way_to_visit(own, now),
        decision=decisions[0] if decisions else None,
        open_tiers=frozenset(flag.tier for flag in blocking if flag.tier in BLOCKING_TIERS),
    )


@transaction()
def view_worklist(
    *, actor: Actor, now: datetime, show: Show = Show.REVIEW, place: str = "", after: str = ""
) -> WorklistPage:
    """One page of the worklist.

    Raises:
        NotAllowed, NotFound: as for the query.
    """
    page = queries.worklist(actor, now=now, show=show, place=place, after=after)
    record(
        Action.WORKLIST_VIEWED,
        actor=actor,
        subject=("worklist", None),
        now=now,
        facts={"patients": [str(row.referral.patient_id) for row in page.rows]},
    )
    return page


@transaction()
def view_safety_queue(*, actor: Actor, now: datetime) -> tuple[Call, ...]:
    """The clinical call-backs that wait; who is on the list is recorded.

    Raises:
        NotAllowed: the actor may not see safety answers.
    """
    calls = clinical_queue(actor)
    seen = [str(call.patient.id) for call in calls]
    subject = ("safety_queue", None)
    record(Action.SAFETY_QUEUE_VIEWED, actor=actor, subject=subject, now=now, facts={"patients": seen})
    return calls


@transaction()
def view_safety_call(call_back_id: UUID, *, actor: Actor, now: datetime) -> tuple[Call, tuple[Step, ...]]:
    """One clinical call-back and its history.

    Raises:
        NotFound: unknown, or not one of the clinical kinds.
    """
    call, steps = call_back_for(actor, call_back_id)
    if call.kind not in CLINICAL_KINDS:
        raise NotFound
    record(
        Action.SAFETY_QUEUE_VIEWED,
        actor=actor,
        subject=("call_back", call.id),
        patient_id=call.patient.id,
        now=now,
    )
    return call, steps
