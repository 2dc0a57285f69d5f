"""A patient's way to a visit. Every step re-reads referral, flags, window and visit type under the lock.

Scheduling never learns what a referral is: it gets a visit type, a last day and a patient.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.service import lock_patient
from clinic.platform.extensions import settings
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.queries import ReferralRow
from clinic.referrals.rules import BookingMode, booking_mode, booking_until
from clinic.referrals.rules.office import OfficeNews
from clinic.referrals.service.office import tell_office
from clinic.safety.queries import blocks_self_booking
from clinic.safety.rules import CallBackKind
from clinic.safety.service import lapse_call_backs, open_call_back
from clinic.scheduling import service as scheduling
from clinic.scheduling.queries import (
    AppointmentCard,
    AppointmentRow,
    VisitTerms,
    appointment_by_key,
    appointment_row,
    next_appointment,
    visit_type_for,
    visit_types,
)
from clinic.scheduling.rules import BookedBy, State, Wanted
from clinic.triage.queries import is_any_version_signed

_REFUSED = {
    BookingMode.ASK_FOR_TIME: "We need to talk with you before we confirm a visit. You can ask for a time.",
    BookingMode.WAIT_FOR_DECISION: "You can choose a time after a clinician has read your answers.",
    BookingMode.CALL_US: "Please call us about a visit.",
    BookingMode.BOOK: "You can book a time now. Please choose it again.",
}


@dataclass(frozen=True, slots=True)
class Way:
    """What a patient may do about a visit now, and by which terms."""

    mode: BookingMode
    terms: VisitTerms | None
    last_day: date
    visit: AppointmentCard | None

    @property
    def visit_type_id(self) -> UUID:
        """The visit type to choose a time for.

        Raises:
            NotFound: the clinic has none; the words say whom to call.
        """
        if self.terms is None:
            raise NotFound("We have no visits to choose from right now. Please call us.")
        return self.terms.id


def way_to_visit(referral: ReferralRow, now: datetime, *, by_staff: bool = False) -> Way:
    """The mode, the visit type by the confirmed phase, the last day by the priority, and the coming visit.

    Without a visit type for it only a call is left; in production also until clinicians have signed a version
    of the rules, but for staff, who talk with the person.
    """
    terms = _terms_for(referral)
    mode = booking_mode(
        referral.status,
        referral.choice,
        urgent_open=blocks_self_booking(referral.patient_id),
        before_decision=settings().book_before_decision,
        self_service=by_staff or settings().environment != "production" or is_any_version_signed(),
    )
    return Way(
        mode=mode if terms else BookingMode.CALL_US,
        terms=terms,
        last_day=booking_until(referral.see_by, central_date(now)),
        visit=next_appointment(referral.patient_id, now),
    )


def _terms_for(referral: ReferralRow) -> VisitTerms | None:
    """The type that the clinician chose, if the clinic still has it; else the one for the phase."""
    if referral.visit_type:
        for terms in visit_types():
            if terms.slug == referral.visit_type:
                return terms
    try:
        return visit_type_for(referral.decided_phase)
    except NotFound:
        return None


def hold_time(referral_id: UUID, wanted: Wanted, *, key: str, actor: Actor, now: datetime) -> AppointmentRow:
    """Hold a time for 15 minutes while the person checks the details. `key` names the form that was sent.

    Raises:
        Conflict: an urgent flag is open, there is a visit already, or the visit type has changed.
        TimeTaken, NotBookable: the time cannot be had; `nearest` are others.
    """
    with _way(referral_id, now) as (referral, way):
        known = _made_by(key, referral)
        if known is not None:
            return known
        _require(way, BookingMode.BOOK)
        _check_first_visit(way)
        _check_type(way, wanted.visit_type_id)
        return scheduling.hold(
            wanted,
            patient_id=referral.patient_id,
            key=key,
            actor=actor,
            now=now,
            last_day=way.last_day,
        )


def request_time(
    referral_id: UUID, wanted: Wanted, *, key: str, actor: Actor, now: datetime
) -> AppointmentRow:
    """Keep a time for somebody whom a clinician must call first. It blocks; only that call confirms it.

    Raises:
        Conflict: no urgent flag is open, there is a visit already, or the visit type has changed.
        TimeTaken, NotBookable: as for a hold.
    """
    with _way(referral_id, now) as (referral, way):
        known = _made_by(key, referral)
        if known is not None:
            return known
        _require(way, BookingMode.ASK_FOR_TIME)
        _check_first_visit(way)
        _check_type(way, wanted.visit_type_id)
        return scheduling.request(
            wanted,
            patient_id=referral.patient_id,
            key=key,
            actor=actor,
            now=now,
            last_day=way.last_day,
        )


def confirm_time(referral_id: UUID, appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Book the held time. With an urgent flag raised meanwhile it is kept as *requested* instead.

    Confirming twice changes nothing.

    Raises:
        NotFound: not this patient's.
        HoldExpired; Conflict: the visit type has changed since, or there is a visit already.
    """
    with _way(referral_id, now) as (referral, way):
        held = _own(referral, appointment_id)
        if held.state in (State.BOOKED, State.REQUESTED):
            return held
        if way.mode is BookingMode.ASK_FOR_TIME:
            return scheduling.request_held(held.id, actor=actor, now=now)
        _require(way, BookingMode.BOOK)
        _check_first_visit(way)
        _check_type(way, held.visit_type_id)
        booked = scheduling.confirm(held.id, actor=actor, now=now)
        _no_call_needed(referral, actor, now)
        tell_office(referral.id, OfficeNews.VISIT, actor=actor, now=now)
        return booked


def extend_hold(referral_id: UUID, appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Hold the time for another 15 minutes.

    Raises:
        NotFound: not this patient's. HoldExpired; Conflict: an urgent flag is open, or it was held too long.
    """
    with _way(referral_id, now) as (referral, way):
        _require(way, BookingMode.BOOK)
        return scheduling.extend(_own(referral, appointment_id).id, actor=actor, now=now)


def move_visit(
    referral_id: UUID, appointment_id: UUID, wanted: Wanted, *, version: int, actor: Actor, now: datetime
) -> AppointmentRow:
    """Give a visit another time. A time that was only asked for stays asked for.

    Raises:
        NotFound: not this patient's.
        Conflict: an urgent flag is open and the visit is booked, or it was changed meanwhile.
        TimeTaken, NotBookable: the new time cannot be had; the visit stays where it was.
    """
    with _way(referral_id, now) as (referral, way):
        visit = _own(referral, appointment_id)
        _require(way, BookingMode.ASK_FOR_TIME if visit.state is State.REQUESTED else BookingMode.BOOK)
        _check_type(way, wanted.visit_type_id)
        return scheduling.move(
            visit.id,
            wanted,
            actor=actor,
            now=now,
            expected_version=version,
            last_day=way.last_day,
        )


def confirm_attendance(
    referral_id: UUID, appointment_id: UUID, *, version: int, actor: Actor, now: datetime
) -> AppointmentRow:
    """The person will come; open to everybody, whatever else holds. Said again, nothing changes.

    Raises:
        NotFound: not this patient's.
        Conflict: it is not booked, has begun, or was changed meanwhile: it may be at another time.
    """
    with _way(referral_id, now) as (referral, _):
        visit = _own(referral, appointment_id)
        if visit.state is State.REQUESTED:
            raise Conflict("This time is not booked yet. We will call you first.")
        return scheduling.confirm_attendance(visit.id, actor=actor, now=now, expected_version=version)


def cancel_visit(
    referral_id: UUID, appointment_id: UUID, *, version: int, actor: Actor, now: datetime
) -> AppointmentRow:
    """Give up a visit; open to everybody, whatever else holds. Doing it twice changes nothing.

    Raises:
        NotFound: not this patient's. Conflict: it was changed meanwhile, or has begun.
    """
    with _way(referral_id, now) as (referral, _):
        visit = _own(referral, appointment_id)
        if visit.state is State.REQUESTED:
            raise Conflict("Please call us to give up a time that you asked for.")
        return scheduling.cancel(visit.id, actor=actor, now=now, expected_version=version)


@transaction()
def ask_for_call(referral_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """None of the times fits: the desk calls. Asked twice it is one call.

    Raises:
        NotFound: no such referral.
    """
    referral = queries.referral_by_id(referral_id)
    return open_call_back(
        referral.patient_id, CallBackKind.CHOOSE_TIME, subject_id=referral.id, actor=actor, now=now
    )


def book_by_staff(
    referral_id: UUID, wanted: Wanted, *, key: str, actor: Actor, now: datetime
) -> AppointmentRow:
    """Book for a patient on the phone; with an open urgent flag the time is kept as *requested*.

    Staff are not bound to the see-by day. The visit type may be any that serves the referral now.

    Raises:
        NotAllowed, NotFound; Conflict: there is a visit already, or the referral is closed.
        TimeTaken, NotBookable: the time cannot be had.
    """
    actor.require(Permission.APPOINTMENT_BOOK)
    with _way(referral_id, now, by_staff=True) as (referral, way):
        known = _made_by(key, referral)
        if known is not None:
            return known
        _check_first_visit(way)
        take = scheduling.request if way.mode is BookingMode.ASK_FOR_TIME else scheduling.book
        by = BookedBy.CLINICIAN if actor.may(Permission.REFERRAL_DECIDE) else BookedBy.DESK
        row = take(wanted, patient_id=referral.patient_id, key=key, actor=actor, now=now, booked_by=by)
        _no_call_needed(referral, actor, now)
        if row.state is State.BOOKED:
            tell_office(referral.id, OfficeNews.VISIT, actor=actor, now=now)
        return row


@contextmanager
def _way(referral_id: UUID, now: datetime, *, by_staff: bool = False) -> Iterator[tuple[ReferralRow, Way]]:
    """Referral and way as they are under the patient's lock, for the length of one use case."""
    with transaction():
        lock_patient(queries.referral_by_id(referral_id).patient_id)
        referral = queries.referral_by_id(referral_id)
        yield referral, way_to_visit(referral, now, by_staff=by_staff)


def _require(way: Way, mode: BookingMode) -> None:
    if way.mode is not mode:
        raise Conflict(_REFUSED[way.mode])


def _check_first_visit(way: Way) -> None:
    if way.visit is not None:
        raise Conflict("You already have a visit. You can change it or cancel it.")


def _check_type(way: Way, visit_type_id: UUID) -> None:
    if way.visit_type_id != visit_type_id:
        raise Conflict("The kind of visit has changed. Please choose a time again.")


def _own(referral: ReferralRow, appointment_id: UUID) -> AppointmentRow:
    row = appointment_row(appointment_id)
    if row.patient_id != referral.patient_id:
        raise NotFound
    return row


def _made_by(key: str, referral: ReferralRow) -> AppointmentRow | None:
    """What the same form has made before: a double click or a resent page changes nothing."""
    known = appointment_by_key(key)
    return known if known is not None and known.patient_id == referral.patient_id else None


def _no_call_needed(referral: ReferralRow, actor: Actor, now: datetime) -> None:
    lapse_call_backs(referral.patient_id, CallBackKind.CHOOSE_TIME, actor, now=now, subject_id=referral.id)
