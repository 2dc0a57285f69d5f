"""Reads of red flags and call-backs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select

from clinic.accounts.models import Staff
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.patients.queries import PatientCard, patient_cards
from clinic.platform.counting import capped
from clinic.platform.extensions import db
from clinic.platform.reading import run
from clinic.safety.models import CallBack, CallBackEvent, SafetyFlag
from clinic.safety.rules import (
    BLOCKING_TIERS,
    CALL_BACK,
    CLINICAL_KINDS,
    CallBackAction,
    CallBackKind,
    CallBackState,
    FlagSource,
    FlagState,
    Outcome,
    Tier,
    needed_permission,
)

# Named one by one, so that the index on state is of use when nearly all are resolved.
_WAITING = CallBack.state.in_([state for state in CallBackState if state is not CallBackState.RESOLVED])
# How many wait, each up to the cap; the menu asks for them together with its other counts.
CLINICAL_WAITING = capped(select(CallBack.id).where(_WAITING, CallBack.kind.in_(CLINICAL_KINDS)))
DESK_WAITING = capped(select(CallBack.id).where(_WAITING, CallBack.kind.not_in(CLINICAL_KINDS)))
# An open flag of this kind keeps its patient from booking alone.
BLOCKING = and_(SafetyFlag.state == FlagState.OPEN, SafetyFlag.tier.in_(BLOCKING_TIERS))
_BLOCKS = select(exists().where(SafetyFlag.patient_id == bindparam("patient_id"), BLOCKING))


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag as clinical staff see it."""

    id: UUID
    patient_id: UUID
    intake_id: UUID | None
    code: str
    tier: Tier
    state: FlagState
    source: FlagSource
    raised_at: datetime
    retracted_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Call:
    """A call-back with the person to call. `flags` is empty for kinds that are not clinical."""

    id: UUID
    reference: str
    patient: PatientCard
    kind: CallBackKind
    subject_id: UUID
    state: CallBackState
    opened_at: datetime
    acknowledge_by: datetime
    due_at: datetime
    attempts: int
    times_raised: int
    escalated_at: datetime | None
    resolved_at: datetime | None
    outcome: Outcome | None
    version: int
    flags: tuple[Flag, ...] = ()

    def is_late(self, now: datetime) -> bool:
        """Is the next thing that must happen overdue?"""
        return now > (self.acknowledge_by if self.state is CallBackState.OPEN else self.due_at)

    def actions(self, actor: Actor) -> tuple[CallBackAction, ...]:
        """What this actor may do now; buttons are made from these."""
        by_people = (action for action in CALL_BACK.allows(self.state) if action in _BY_PEOPLE)
        return tuple(action for action in by_people if actor.may(needed_permission(self.kind, action)))


@dataclass(frozen=True, slots=True)
class UrgentItem:
    """What a neutral message may say of a safety call-back."""

    reference: str
    state: CallBackState
    acknowledge_by: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a call-back's history."""

    at: datetime
    action: CallBackAction | None
    state: CallBackState
    actor_kind: ActorKind
    actor_id: UUID | None
    outcome: Outcome | None
    note: str | None
    staff_name: str | None


_BY_PEOPLE = (
    CallBackAction.ACKNOWLEDGE,
    CallBackAction.ATTEMPT,
    CallBackAction.CONTACT,
    CallBackAction.RESOLVE,
)


def open_flags(patient_id: UUID) -> tuple[Flag, ...]:
    """The patient's open red flags, retracted ones included, oldest first."""
    return tuple(flag for flag in flags_of(patient_id) if flag.state is FlagState.OPEN)


def flags_of(patient_id: UUID) -> tuple[Flag, ...]:
    """Every red flag that the patient ever raised, oldest first."""
    return _flags([patient_id]).get(patient_id, ())


def blocks_self_booking(patient_id: UUID) -> bool:
    """Must a person call before this patient may take a time? Asked at hold and at confirmation."""
    return bool(run(_BLOCKS, {"patient_id": patient_id}).scalar())


def blocked_patients(patient_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these patients an open flag keeps from booking alone, in one statement."""
    chosen = select(SafetyFlag.patient_id).where(SafetyFlag.patient_id.in_(patient_ids), BLOCKING)
    return frozenset(db.session.scalars(chosen))


def clinical_queue(actor: Actor) -> tuple[Call, ...]:
    """Unresolved call-backs of clinical kinds, the most urgent first, for clinical roles.

    Raises:
        NotAllowed: the actor may not see safety answers.
    """
    actor.require(Permission.SAFETY_VIEW)
    return _queue(clinical=True)


def resolved_calls(actor: Actor, *, limit: int = 50) -> tuple[Call, ...]:
    """The clinical call-backs that ended last, the newest first.

    Raises:
        NotAllowed: the actor may not see safety answers.
    """
    actor.require(Permission.SAFETY_VIEW)
    chosen = select(CallBack).where(
        CallBack.state == CallBackState.RESOLVED, CallBack.kind.in_(CLINICAL_KINDS)
    )
    rows = db.session.scalars(chosen.order_by(CallBack.resolved_at.desc(), CallBack.id).limit(limit))
    return tuple(_calls(rows.all()))


def desk_queue(actor: Actor) -> tuple[Call, ...]:
    """Unresolved call-backs that the front desk may place, the earliest target first.

    Raises:
        NotAllowed: the actor may not see the list.
    """
    actor.require(Permission.CALL_BACK_VIEW)
    return _queue(clinical=False)


def call_back_for(actor: Actor, call_back_id: UUID) -> tuple[Call, tuple[Step, ...]]:
    """One call-back and its history.

    Raises:
        NotFound: unknown, or not of a kind that the actor may see (both alike).
    """
    row = db.session.get(CallBack, call_back_id, populate_existing=True)
    seen_with = Permission.SAFETY_VIEW if row and row.kind in CLINICAL_KINDS else Permission.CALL_BACK_VIEW
    if row is None or not actor.may(seen_with):
        raise NotFound
    wanted = (
        CallBackEvent.at,
        CallBackEvent.action,
        CallBackEvent.state,
        CallBackEvent.actor_kind,
        CallBackEvent.actor_id,
        CallBackEvent.outcome,
        CallBackEvent.note,
        Staff.name,
    )
    chosen = (
        select(*wanted)
        .outerjoin(Staff, Staff.id == CallBackEvent.actor_id)
        .where(CallBackEvent.call_back_id == row.id)
    )
    rows = db.session.execute(chosen.order_by(CallBackEvent.number))
    return _calls([row])[0], tuple(Step(*step) for step in rows)


def unresolved_call(patient_id: UUID, kind: CallBackKind) -> UUID | None:
    """The patient's oldest unresolved call-back of a kind."""
    chosen = select(CallBack.id).where(
        CallBack.patient_id == patient_id,
        CallBack.kind == kind,
        _WAITING,
    )
    return db.session.scalar(chosen.order_by(CallBack.opened_at).limit(1))


def unresolved_subjects(kind: CallBackKind, subject_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these subjects about which a call-back of this kind waits."""
    chosen = select(CallBack.subject_id).where(
        _WAITING, CallBack.kind == kind, CallBack.subject_id.in_(subject_ids)
    )
    return frozenset(db.session.scalars(chosen))


def unresolved_among(call_back_ids: Collection[UUID]) -> tuple[tuple[UUID, UUID], ...]:
    """Patient and subject of those of these call-backs that still wait, in order of the patient."""
    chosen = select(CallBack.patient_id, CallBack.subject_id).where(_WAITING, CallBack.id.in_(call_back_ids))
    rows = db.session.execute(chosen.order_by(CallBack.patient_id, CallBack.id))
    return tuple((patient_id, subject_id) for patient_id, subject_id in rows)


def called_about(kind: CallBackKind, since: datetime, subject_id: UUID | None = None) -> frozenset[UUID]:
    """What a call of this kind is open about, or was ended about by a person since then.

    A call that lapsed was never needed and does not count.
    """
    ended = and_(CallBack.resolved_at >= since, CallBack.outcome != Outcome.NO_LONGER_NEEDED)
    chosen = select(CallBack.subject_id).where(CallBack.kind == kind, or_(_WAITING, ended))
    if subject_id is not None:
        chosen = chosen.where(CallBack.subject_id == subject_id)
    return frozenset(db.session.scalars(chosen))


def urgent_item(call_back_id: UUID) -> UrgentItem:
    """One call-back without anything about the person.

    Raises:
        NotFound: no such call-back.
    """
    chosen = select(CallBack.reference, CallBack.state, CallBack.acknowledge_by, CallBack.due_at)
    row = db.session.execute(chosen.where(CallBack.id == call_back_id)).one_or_none()
    if row is None:
        raise NotFound
    return UrgentItem(*row)


def doctor_checks() -> list[str]:
    """Problems for `flask doctor`: D8, open urgent flags without an unresolved safety call-back."""
    task = exists().where(
        CallBack.patient_id == SafetyFlag.patient_id,
        CallBack.kind == CallBackKind.SAFETY,
        _WAITING,
    )
    lonely = db.session.scalars(select(SafetyFlag.id).where(BLOCKING, ~task))
    return [f"safety flag {flag_id}: open without a call-back" for flag_id in lonely]


def _queue(*, clinical: bool) -> tuple[Call, ...]:
    chosen = select(CallBack).where(
        _WAITING,
        CallBack.kind.in_(CLINICAL_KINDS) if clinical else CallBack.kind.not_in(CLINICAL_KINDS),
    )
    rows = db.session.scalars(chosen.execution_options(populate_existing=True)).all()
    return tuple(
        sorted(
            _calls(rows), key=lambda call: (call.kind is not CallBackKind.SAFETY, call.due_at, call.opened_at)
        )
    )


def _calls(rows: Collection[CallBack]) -> list[Call]:
    people = patient_cards({row.patient_id for row in rows})
    flags = _flags({row.patient_id for row in rows if row.kind in CLINICAL_KINDS})
    return [
        Call(
            id=row.id,
            reference=row.reference,
            patient=people[row.patient_id],
            kind=row.kind,
            subject_id=row.subject_id,
            state=row.state,
            opened_at=row.opened_at,
            acknowledge_by=row.acknowledge_by,
            due_at=row.due_at,
            attempts=row.attempts,
            times_raised=row.times_raised,
            escalated_at=row.escalated_at,
            resolved_at=row.resolved_at,
            outcome=row.outcome,
            version=row.version,
            flags=flags.get(row.patient_id, ()) if row.kind in CLINICAL_KINDS else (),
        )
        for row in rows
    ]


def _flags(patient_ids: Collection[UUID]) -> dict[UUID, tuple[Flag, ...]]:
    wanted = (
        SafetyFlag.id,
        SafetyFlag.patient_id,
        SafetyFlag.intake_id,
        SafetyFlag.code,
        SafetyFlag.tier,
        SafetyFlag.state,
        SafetyFlag.source,
        SafetyFlag.raised_at,
        SafetyFlag.retracted_at,
        SafetyFlag.closed_at,
        SafetyFlag.outcome,
    )
    chosen = select(*wanted).where(SafetyFlag.patient_id.in_(patient_ids))
    found: dict[UUID, tuple[Flag, ...]] = {}
    for row in db.session.execute(chosen.order_by(SafetyFlag.raised_at, SafetyFlag.id)):
        flag = Flag(*row)
        found[flag.patient_id] = (*found.get(flag.patient_id, ()), flag)
    return found
