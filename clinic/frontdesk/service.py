"""Use cases of the front desk: look at a day, take a visit through it, book a caller, place a call."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.accounts.service import lock_account
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.frontdesk import queries
from clinic.frontdesk.queries import PlaceDay, Visit
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor
from clinic.notifications.queries import LedgerLine, ledger
from clinic.patients.queries import (
    PatientCard,
    find_by_last_name_and_birth,
    patient_card,
    patient_cards,
)
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.transaction import transaction
from clinic.referrals.queries import ReferralRow, UnbookedRow, open_referrals_of, referral_to_book, unbooked
from clinic.referrals.rules import CallerReason
from clinic.referrals.service import book_by_staff, create_for_caller
from clinic.safety import service as calls
from clinic.safety.queries import Call, blocks_self_booking, call_back_for, desk_queue, open_flags
from clinic.safety.queries import Step as CallStep
from clinic.safety.rules import CallBackAction, Card, FlagSource, Outcome, cards_for
from clinic.safety.service import raise_flags
from clinic.scheduling import service as scheduling
from clinic.scheduling.queries import (
    AppointmentCard,
    AppointmentRow,
    HistoryLine,
    appointment_card,
    history,
    visit_type_for,
)
from clinic.scheduling.rules import State, Step, read_wanted

_STEPS = {
    Step.ARRIVE: scheduling.arrive,
    Step.START: scheduling.start,
    Step.COMPLETE: scheduling.complete,
    Step.MARK_NO_SHOW: scheduling.mark_no_show,
}


@transaction()
def view_day(day: date, actor: Actor, now: datetime) -> tuple[PlaceDay, ...]:
    """The day board; who was on it is recorded."""
    places = queries.day_board(day, now)
    _record_list(Action.DAY_VIEWED, places, actor, now)
    return places


@transaction()
def view_coming(first_day: date, actor: Actor, now: datetime) -> tuple[PlaceDay, ...]:
    """The visits of two weeks; who was on the list is recorded."""
    places = queries.coming(first_day, now)
    _record_list(Action.DAY_VIEWED, places, actor, now)
    return places


@transaction()
def view_calls(actor: Actor, now: datetime) -> tuple[Call, ...]:
    """The call-backs that the desk may place; who is on the list is recorded.

    Raises:
        NotAllowed: the actor may not see it.
    """
    waiting = desk_queue(actor)
    seen = [str(call.patient.id) for call in waiting]
    record(
        Action.CALL_LIST_VIEWED, actor=actor, subject=("call_list", None), now=now, facts={"patients": seen}
    )
    return waiting


def _record_list(action: Action, places: tuple[PlaceDay, ...], actor: Actor, now: datetime) -> None:
    for held in places:
        seen = [str(visit.patient.id) for visit in held.visits]
        record(action, actor=actor, subject=("location", held.place.id), now=now, facts={"patients": seen})


@dataclass(frozen=True, slots=True)
class VisitFile:
    """One visit with its person and its history."""

    visit: Visit
    history: tuple[HistoryLine, ...]


@transaction()
def view_visit(appointment_id: UUID, actor: Actor, now: datetime) -> VisitFile:
    """One visit; the view is recorded.

    Raises:
        NotFound: no such visit.
    """
    card = appointment_card(appointment_id)
    record(
        Action.VISIT_VIEWED,
        actor=actor,
        subject=("appointment", card.id),
        patient_id=card.patient_id,
        now=now,
    )
    return VisitFile(queries.visit(card, patient_card(card.patient_id), now), history(card.id))


def take_step(appointment_id: UUID, step: Step, version: int, actor: Actor, now: datetime) -> None:
    """Take a visit one step further: arrived, in consultation, completed, no-show.

    Raises:
        Conflict: somebody else did something meanwhile, or the step does not fit.
    """
    _STEPS[step](appointment_id, actor=actor, now=now, expected_version=version)


@transaction()
def give_up(appointment_id: UUID, version: int, actor: Actor, now: datetime) -> None:
    """Cancel a booked visit, or let go of a time that was only asked for.

    Raises:
        NotFound: no such visit. Conflict: it was changed meanwhile, or has begun.
    """
    requested = appointment_card(appointment_id).state is State.REQUESTED
    end = scheduling.release if requested else scheduling.cancel
    end(appointment_id, actor=actor, now=now, expected_version=version)


@dataclass(frozen=True, slots=True)
class Caller:
    """What the desk typed of a person on the phone. `red_flags` are the codes answered yes."""

    details: PatientDetails
    reason: CallerReason
    red_flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallerBooked:
    """What the desk reads back: the reference, and the visit if a time was chosen."""

    patient_id: UUID
    reference: str
    visit: AppointmentCard | None
    urgent: bool


@transaction()
def book_caller(caller: Caller, slot: str | None, key: str, actor: Actor, now: datetime) -> CallerBooked:
    """Enter a caller without an intake and book the time, all or nothing.

    A yes to a safety question is stored at once, goes before clinical staff, and keeps the time as asked for
    until a clinician has called. Without a time the person stands on the list of those to book. The same
    person, told again (a double click, a second call), is the same record.

    Raises:
        TimeTaken, NotBookable: the time is gone; nothing is stored, so that the desk can choose another.
        Conflict: the person has a visit already. Invalid: the birth date cannot be.
    """
    if actor.id is not None:
        lock_account(actor.id)
    patient_id = _known(caller.details, actor) or register(caller.details, actor, now)
    if caller.red_flags:
        raise_flags(patient_id, None, caller.red_flags, FlagSource.STAFF, actor, now=now)
    reference = create_for_caller(patient_id, caller.reason, actor=actor, now=now)
    row = None if slot is None else _book(referral_to_book(actor, reference), slot, key, actor, now)
    return CallerBooked(
        patient_id=patient_id,
        reference=reference,
        visit=None if row is None else appointment_card(row.id),
        urgent=blocks_self_booking(patient_id),
    )


def _known(details: PatientDetails, actor: Actor) -> UUID | None:
    """The record of exactly this person: name, birth date and phone all the same."""
    for card in find_by_last_name_and_birth(details.last_name, details.birth_date, actor):
        if card.first_name == details.first_name and card.phone == details.phone:
            return card.id
    return None


def _book(referral: ReferralRow, slot: str, key: str, actor: Actor, now: datetime) -> AppointmentRow:
    wanted = read_wanted(slot, visit_type_for(referral.decided_phase).id)
    return book_by_staff(referral.id, wanted, key=key, actor=actor, now=now)


def book_for_referral(reference: str, slot: str, key: str, actor: Actor, now: datetime) -> UUID:
    """Book a person on the phone whose referral is here already; returns the visit's id.

    Raises:
        NotFound: no such referral. Conflict: there is a visit already.
        TimeTaken, NotBookable: the time cannot be had.
    """
    return _book(referral_to_book(actor, reference), slot, key, actor, now).id


@dataclass(frozen=True, slots=True)
class ToBook:
    """A person without a visit, and the kind of visit to find a time for."""

    reference: str
    patient: PatientCard
    see_by: date
    visit_type_id: UUID
    visit_name: str
    call_first: bool


@transaction()
def view_to_book(reference: str, actor: Actor, now: datetime) -> ToBook:
    """One person to book; the view is recorded.

    Raises:
        NotFound: no such referral.
    """
    referral = referral_to_book(actor, reference)
    record(
        Action.UNBOOKED_VIEWED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
    )
    terms = visit_type_for(referral.decided_phase)
    return ToBook(
        reference=referral.reference,
        patient=patient_card(referral.patient_id),
        see_by=referral.see_by,
        visit_type_id=terms.id,
        visit_name=terms.name,
        call_first=blocks_self_booking(referral.patient_id),
    )


@transaction()
def view_unbooked(actor: Actor, now: datetime) -> tuple[UnbookedRow, ...]:
    """Everybody without a visit; who is on the list is recorded."""
    rows = unbooked(actor, now=now)
    seen = [str(row.patient.id) for row in rows]
    record(Action.UNBOOKED_VIEWED, actor=actor, subject=("unbooked", None), now=now, facts={"patients": seen})
    return rows


def urgent_cards(patient_id: UUID) -> tuple[Card, ...]:
    """What the desk must tell a caller with open flags, in order; no code, no answer."""
    return cards_for(flag.code for flag in open_flags(patient_id))


@transaction()
def view_call(call_back_id: UUID, actor: Actor, now: datetime) -> tuple[Call, tuple[CallStep, ...]]:
    """One call-back with its history; the view is recorded.

    Raises:
        NotFound: unknown, or not one that the actor may see.
    """
    call, steps = call_back_for(actor, call_back_id)
    record(
        Action.CALL_LIST_VIEWED,
        actor=actor,
        subject=("call_back", call.id),
        patient_id=call.patient.id,
        now=now,
    )
    return call, steps


def record_call(
    call_back_id: UUID, action: CallBackAction, outcome: str, note: str, *, actor: Actor, now: datetime
) -> None:
    """Write down what came of a call.

    Raises:
        NotAllowed, NotFound; Conflict: it has moved on. Invalid: no outcome was chosen, or none that fits.
    """
    if action is CallBackAction.ACKNOWLEDGE:
        calls.acknowledge(call_back_id, actor, now=now)
    elif action is CallBackAction.ATTEMPT:
        calls.record_attempt(call_back_id, actor, note, now=now)
    elif action is CallBackAction.CONTACT:
        calls.record_contact(call_back_id, actor, note, now=now)
    elif outcome in set(Outcome):
        calls.resolve(call_back_id, Outcome(outcome), note, actor, now=now)
    else:
        raise Invalid("Choose how it ended", "outcome")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that did not go out, and whom it was for; nobody when it was for staff."""

    line: LedgerLine
    patient: PatientCard | None


@transaction()
def view_messages(actor: Actor, now: datetime) -> tuple[Unsent, ...]:
    """Messages that failed or were given up, the newest first; whose they were is recorded.

    Raises:
        NotAllowed: the actor may not see them.
    """
    lines = ledger(actor)
    people = patient_cards({line.patient_id for line in lines if line.patient_id})
    seen = [str(one) for one in people]
    record(Action.MESSAGES_VIEWED, actor=actor, subject=("messages", None), now=now, facts={"patients": seen})
    return tuple(Unsent(line, people.get(line.patient_id) if line.patient_id else None) for line in lines)


def reference_to_book(call: Call) -> str | None:
    """The referral for which a call-back looks for a time, if it is about one."""
    waiting = [row for row in open_referrals_of(call.patient.id) if row.id == call.subject_id]
    return waiting[0].reference if waiting else None
