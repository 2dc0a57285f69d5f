"""What staff do about a visit for somebody on the phone: book a time, settle a time that was asked for."""

from datetime import datetime
from uuid import UUID

from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.kernel.reference import normalise_reference
from clinic.patients.service import lock_patient
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.queries import ReferralRow
from clinic.referrals.rules import OPEN, BookingMode, Settle
from clinic.referrals.rules.office import OfficeNews
from clinic.referrals.service.empty_windows import no_call_needed
from clinic.referrals.service.office import tell_office
from clinic.referrals.service.way import Way, made_by, way_under_lock
from clinic.safety import service as safety
from clinic.safety.queries import blocks_self_booking, call_back_for
from clinic.safety.rules import CallBackKind, Outcome
from clinic.scheduling import service as scheduling
from clinic.scheduling.queries import AppointmentRow, appointment_row, next_appointment
from clinic.scheduling.rules import BookedBy, State, Wanted, read_wanted

NO_KIND_OF_VISIT = "There is no kind of visit for this person. An admin can add one."


def book_by_staff(
    referral_id: UUID,
    wanted: Wanted,
    *,
    key: str,
    actor: Actor,
    now: datetime,
    override: str | None = None,
) -> AppointmentRow:
    """Book for a patient on the phone; with an open urgent flag the time is kept as *requested*.

    Staff are not bound to the see-by day. The visit type may be any that serves the referral now. `override`
    is the sentence of somebody who books against the rule on purpose (see `scheduling.service.book`).

    Raises:
        NotAllowed, NotFound; Invalid: the sentence is missing.
        Conflict: there is a visit already, or the referral is closed.
        TimeTaken, NotBookable: the time cannot be had.
    """
    actor.require(Permission.APPOINTMENT_BOOK)
    with way_under_lock(referral_id, now, by_staff=True) as (referral, way):
        return _book(referral, way, wanted, key=key, actor=actor, now=now, override=override)


def book_slot_by_staff(reference: str, slot: str, *, key: str, actor: Actor, now: datetime) -> AppointmentRow:
    """The same for a time as a form sends it, for the kind of visit that the person gets now.

    Raises:
        NotFound: no such referral, or the clinic has no kind of visit for this person.
        Invalid: no page of ours has made the time.
    """
    actor.require(Permission.APPOINTMENT_BOOK)
    with way_under_lock(normalise_reference(reference), now, by_staff=True) as (referral, way):
        if way.terms is None:
            raise NotFound(NO_KIND_OF_VISIT)
        return _book(referral, way, read_wanted(slot, way.terms.id), key=key, actor=actor, now=now)


def _book(
    referral: ReferralRow,
    way: Way,
    wanted: Wanted,
    *,
    key: str,
    actor: Actor,
    now: datetime,
    override: str | None = None,
) -> AppointmentRow:
    if way.visit is not None or referral.status not in OPEN:
        # Only what this form has made can be in its own way; otherwise the booking itself asks for it.
        known = made_by(key, referral)
        if known is not None:
            return known
    if referral.status not in OPEN:
        raise Conflict("This referral is closed. A clinician can take it up again.")
    if way.visit is not None:
        raise Conflict("This person has a visit already. Move that one instead.")
    take = scheduling.request if way.mode is BookingMode.ASK_FOR_TIME else scheduling.book
    by = BookedBy.CLINICIAN if actor.may(Permission.REFERRAL_DECIDE) else BookedBy.DESK
    row = take(
        wanted,
        patient_id=referral.patient_id,
        key=key,
        actor=actor,
        now=now,
        booked_by=by,
        override=override,
    )
    no_call_needed(referral, actor, now)
    if row.state is State.BOOKED and way.has_office:
        tell_office(referral.id, OfficeNews.VISIT, actor=actor, now=now)
    return row


@transaction()
def end_safety_call(
    call_back_id: UUID,
    outcome: Outcome,
    agreed: str,
    *,
    settle: Settle | None,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """End the call, and with it book or give up the time that the person asked for; all or nothing.

    Args:
        settle: what becomes of that time; None when the page showed none.
        version: the version of the visit that the page showed.

    Raises:
        NotAllowed, NotFound; Conflict: the call or the time was changed meanwhile.
        Invalid: the outcome does not fit what was done, or a time was asked for since the page was shown.
    """
    call, _ = call_back_for(actor, call_back_id)
    safety.resolve(call_back_id, outcome, agreed, actor, now=now)
    asked = next_appointment(call.patient.id, now) if call.kind is CallBackKind.SAFETY else None
    if asked is None or asked.state is not State.REQUESTED:
        if settle is not None:
            raise Conflict("The time that they asked for was changed meanwhile. Please look at it again.")
    elif settle is None:
        raise Invalid("They asked for a time meanwhile. Choose what becomes of it", "settle")
    elif settle is Settle.BOOK:
        confirm_request(asked.id, version=version, actor=actor, now=now)
    else:
        scheduling.release(asked.id, actor=actor, now=now, expected_version=version)


@transaction()
def confirm_request(appointment_id: UUID, *, version: int, actor: Actor, now: datetime) -> AppointmentRow:
    """Book a time that was asked for, once the call is done: the patient and the referring office are told.

    Pressing twice changes nothing.

    Raises:
        NotAllowed: the actor may not resolve safety flags. NotFound: no such visit.
        Conflict: an urgent flag is open still, or the time was changed or given up meanwhile.
    """
    actor.require(Permission.SAFETY_RESOLVE)
    seen = appointment_row(appointment_id)
    lock_patient(seen.patient_id)
    if blocks_self_booking(seen.patient_id):
        raise Conflict("Please end the safety call with this person first. Then the time can be confirmed.")
    row = scheduling.confirm_request(appointment_id, actor=actor, now=now, expected_version=version)
    for referral in queries.open_referrals_of(seen.patient_id):
        no_call_needed(referral, actor, now)
        tell_office(referral.id, OfficeNews.VISIT, actor=actor, now=now)
    return row
