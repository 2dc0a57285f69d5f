"""What a patient does about a visit: hold, ask, confirm, extend, move, give up.

Every step re-reads referral, flags, window and visit type under the lock. Scheduling never learns what a
referral is: it gets a visit type, a last day and a patient.
"""

from datetime import datetime
from uuid import UUID

from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.rules import BookingMode
from clinic.referrals.rules.office import OfficeNews
from clinic.referrals.service.empty_windows import no_call_needed
from clinic.referrals.service.office import tell_office
from clinic.referrals.service.way import (
    check_first_visit,
    check_type,
    made_by,
    own,
    require,
    way_under_lock,
)
from clinic.safety.rules import CallBackKind
from clinic.safety.service import open_call_back
from clinic.scheduling import service as scheduling
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import State, Wanted


def hold_time(referral_id: UUID, wanted: Wanted, *, key: str, actor: Actor, now: datetime) -> AppointmentRow:
    """Hold a time for 15 minutes while the person checks the details. `key` names the form that was sent.

    Raises:
        Conflict: an urgent flag is open, there is a visit already, or the visit type has changed.
        TimeTaken, NotBookable: the time cannot be had; `nearest` are others.
    """
    with way_under_lock(referral_id, now) as (referral, way):
        known = made_by(key, referral)
        if known is not None:
            return known
        require(way, BookingMode.BOOK)
        check_first_visit(way)
        check_type(way, wanted.visit_type_id)
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
    with way_under_lock(referral_id, now) as (referral, way):
        known = made_by(key, referral)
        if known is not None:
            return known
        require(way, BookingMode.ASK_FOR_TIME)
        check_first_visit(way)
        check_type(way, wanted.visit_type_id)
        row = scheduling.request(
            wanted,
            patient_id=referral.patient_id,
            key=key,
            actor=actor,
            now=now,
            last_day=way.last_day,
        )
        no_call_needed(referral, actor, now)
        return row


def confirm_time(referral_id: UUID, appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Book the held time. With an urgent flag raised meanwhile it is kept as *requested* instead.

    Confirming twice changes nothing.

    Raises:
        NotFound: not this patient's.
        HoldExpired; Conflict: the visit type has changed since, or there is a visit already.
    """
    with way_under_lock(referral_id, now) as (referral, way):
        held = own(referral, appointment_id)
        if held.state in (State.BOOKED, State.REQUESTED):
            return held
        if way.mode is BookingMode.ASK_FOR_TIME:
            no_call_needed(referral, actor, now)
            return scheduling.request_held(held.id, actor=actor, now=now)
        require(way, BookingMode.BOOK)
        check_first_visit(way)
        check_type(way, held.visit_type_id)
        booked = scheduling.confirm(held.id, actor=actor, now=now)
        no_call_needed(referral, actor, now)
        if way.has_office:
            tell_office(referral.id, OfficeNews.VISIT, actor=actor, now=now)
        return booked


def extend_hold(referral_id: UUID, appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Hold the time for another 15 minutes.

    Raises:
        NotFound: not this patient's. HoldExpired; Conflict: an urgent flag is open, or it was held too long.
    """
    with way_under_lock(referral_id, now) as (referral, way):
        require(way, BookingMode.BOOK)
        return scheduling.extend(own(referral, appointment_id).id, actor=actor, now=now)


def move_visit(
    referral_id: UUID, appointment_id: UUID, wanted: Wanted, *, version: int, actor: Actor, now: datetime
) -> AppointmentRow:
    """Give a visit another time. A time that was only asked for stays asked for.

    Raises:
        NotFound: not this patient's.
        Conflict: an urgent flag is open and the visit is booked, or it was changed meanwhile.
        TimeTaken, NotBookable: the new time cannot be had; the visit stays where it was.
    """
    with way_under_lock(referral_id, now) as (referral, way):
        visit = own(referral, appointment_id)
        require(way, BookingMode.ASK_FOR_TIME if visit.state is State.REQUESTED else BookingMode.BOOK)
        check_type(way, wanted.visit_type_id)
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
    with way_under_lock(referral_id, now) as (referral, _):
        visit = own(referral, appointment_id)
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
    with way_under_lock(referral_id, now) as (referral, _):
        visit = own(referral, appointment_id)
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
