"""Use cases of booking: a caller without an intake, a person who waits for a time."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.accounts.service import lock_account
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.kernel.reference import normalise_reference
from clinic.patients.queries import (
    PatientCard,
    find_by_last_name_and_birth,
    patient_card,
)
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.transaction import transaction
from clinic.referrals.queries import ReferralRow, UnbookedRow, standing, unbooked
from clinic.referrals.rules import CallerReason
from clinic.referrals.service import NO_KIND_OF_VISIT, book_slot_by_staff, create_for_caller, terms_for
from clinic.safety.queries import blocks_self_booking, open_flags
from clinic.safety.rules import Card, FlagSource, cards_for
from clinic.safety.service import raise_flags
from clinic.scheduling.queries import (
    AppointmentCard,
    VisitTerms,
    appointment_card,
)


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
    row = None if slot is None else book_slot_by_staff(reference, slot, key=key, actor=actor, now=now)
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


def _terms(referral: ReferralRow) -> VisitTerms:
    """The kind of visit that this person gets.

    Raises:
        NotFound: the clinic has none for them.
    """
    terms = terms_for(referral)
    if terms is None:
        raise NotFound(NO_KIND_OF_VISIT)
    return terms


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
        NotAllowed. NotFound: no such referral.
    """
    actor.require(Permission.APPOINTMENT_BOOK)
    found = standing(normalise_reference(reference), now)
    referral = found.referral
    record(
        Action.UNBOOKED_VIEWED,
        actor=actor,
        subject=("referral", referral.id),
        patient_id=referral.patient_id,
        now=now,
    )
    terms = _terms(referral)
    return ToBook(
        reference=referral.reference,
        patient=patient_card(referral.patient_id),
        see_by=referral.see_by,
        visit_type_id=terms.id,
        visit_name=terms.name,
        call_first=found.urgent_open,
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
