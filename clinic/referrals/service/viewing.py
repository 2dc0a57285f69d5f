"""What a person looks at, recorded in the audit log before the page is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.accounts.queries import colleagues
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake.queries import Origin, answer_sheet, intake_card, origins
from clinic.intake.rules import AnswerSheet, Place, Questionnaire
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.patients.queries import PatientCard, patient_card
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.queries import DecisionRow, ReferralRow, RunRow, Spot, WorklistPage
from clinic.referrals.queries.asking import RequestRow, requests_of
from clinic.referrals.queries.events import EventRow, events_of
from clinic.referrals.queries.outcomes import OutcomeRow, outcomes_of
from clinic.referrals.queries.worklist import Besides, none_besides
from clinic.referrals.rules import ReferralStatus
from clinic.referrals.rules.listing import Listing
from clinic.referrals.service.way import Way, way_to_visit
from clinic.safety.queries import (
    Call,
    Flag,
    Step,
    call_back_for,
    clinical_queue,
    flags_of,
    resolved_calls,
    unresolved_call,
)
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
    spot: Spot
    events: tuple[EventRow, ...]
    requests: tuple[RequestRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    others: tuple[ReferralRow, ...]
    origins: Mapping[Place, Origin]
    typists: Mapping[UUID, str]
    answers_before: AnswerSheet | None

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
    open_flags: tuple[Flag, ...]
    asked: bool

    @property
    def open_tiers(self) -> frozenset[Tier]:
        """The tiers of the open flags that keep somebody from booking alone."""
        return frozenset(flag.tier for flag in self.open_flags)

    @property
    def open_codes(self) -> tuple[str, ...]:
        """What was told, the newest first; only ever shown in the patient's own words."""
        return tuple(flag.code for flag in reversed(self.open_flags))


@transaction()
def view_referral(
    reference: str, *, actor: Actor, now: datetime, listing: Listing | None = None
) -> ReferralScreen:
    """One referral on one screen, with what stands around it in the list from which one came.

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
    intake = referral.intake_id
    runs = queries.runs_of(referral.id)
    # The answers as they were when the rules ran: what a patient is typing now is not in them yet.
    until, before = (runs[0].created_at if runs else None), (runs[1].created_at if len(runs) > 1 else None)
    said_by = origins(intake, until=until) if intake else {}
    return ReferralScreen(
        referral=referral,
        patient=patient_card(referral.patient_id),
        runs=runs,
        decisions=queries.decisions_of(referral.id),
        questionnaire=intake_card(intake).questionnaire if intake else None,
        answers=answer_sheet(intake, until=until) if intake else None,
        answers_before=answer_sheet(intake, until=before) if intake and before else None,
        origins=said_by,
        typists=_names() if any(map(_is_staff, said_by.values())) else {},
        events=events_of(referral.id),
        requests=requests_of(referral.id),
        outcomes=outcomes_of(referral.id),
        others=queries.others_of(referral),
        flags=flags_of(referral.patient_id),
        safety_call=unresolved_call(referral.patient_id, CallBackKind.SAFETY),
        visit=next_appointment(referral.patient_id, now),
        visits=appointments_of(referral.patient_id),
        spot=queries.spot_of(actor, listing or Listing(), referral.reference, now=now),
    )


def _names() -> Mapping[UUID, str]:
    return {key: one.full_name for key, one in colleagues().items()}


def _is_staff(origin: Origin) -> bool:
    return origin.author_kind is ActorKind.STAFF


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
    still_open = (flag for flag in flags_of(own.patient_id) if flag.state is FlagState.OPEN)
    return StatusPage(
        referral=own,
        patient=patient_card(own.patient_id),
        way=way_to_visit(own, now),
        decision=decisions[0] if decisions else None,
        open_flags=tuple(flag for flag in still_open if flag.tier in BLOCKING_TIERS),
        asked=own.status is ReferralStatus.NEEDS_INFORMATION,
    )


@transaction()
def view_worklist(
    *,
    actor: Actor,
    now: datetime,
    listing: Listing | None = None,
    after: str = "",
    before: str = "",
    besides: Besides = none_besides,
) -> WorklistPage:
    """One page of the worklist, and how long the lists `besides` are.

    Raises:
        NotAllowed, NotFound: as for the query.
    """
    page = queries.worklist(actor, now=now, listing=listing, after=after, before=before, besides=besides)
    record(
        Action.WORKLIST_VIEWED,
        actor=actor,
        subject=("worklist", None),
        now=now,
        facts={"patients": [str(row.referral.patient_id) for row in page.rows]},
    )
    return page


@transaction()
def view_safety_queue(*, actor: Actor, now: datetime, resolved: bool = False) -> tuple[Call, ...]:
    """The clinical call-backs that wait, or those that ended last; who is on the list is recorded.

    Raises:
        NotAllowed: the actor may not see safety answers.
    """
    calls = resolved_calls(actor) if resolved else clinical_queue(actor)
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
