"""A patient's way to a visit: what may be done now, by which terms, until when.

Every step of booking reads it again under the patient's lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, NotFound
from clinic.patients.service import lock_owner
from clinic.platform.extensions import settings
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.queries import ReferralRow, Standing, Which
from clinic.referrals.rules import BookingMode, booking_mode, booking_until
from clinic.scheduling.queries import (
    AppointmentCard,
    AppointmentRow,
    VisitTerms,
    appointment_by_key,
    appointment_row,
    next_appointment,
    visit_type_among,
    visit_types,
)
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
    has_office: bool

    @property
    def visit_type_id(self) -> UUID:
        """The visit type to choose a time for.

        Raises:
            NotFound: the clinic has none; the words say whom to call.
        """
        if self.terms is None:
            raise NotFound("We have no visits to choose from right now. Please call us.")
        return self.terms.id


def way_to_visit(referral: ReferralRow, now: datetime) -> Way:
    """The mode, the visit type by the confirmed phase, the last day by the priority, and the coming visit.

    Without a visit type for it only a call is left; in production also until clinicians have signed a version
    of the rules, but for staff, who talk with the person.
    """
    return _way(queries.standing(referral.id, now), now, by_staff=False)


def _way(standing: Standing, now: datetime, *, by_staff: bool) -> Way:
    referral = standing.referral
    terms = terms_for(referral)
    mode = booking_mode(
        referral.status,
        referral.choice,
        urgent_open=standing.urgent_open,
        before_decision=settings().book_before_decision,
        self_service=by_staff or settings().environment != "production" or is_any_version_signed(),
    )
    return Way(
        mode=mode if terms else BookingMode.CALL_US,
        terms=terms,
        last_day=last_day_for(referral, terms, now),
        visit=next_appointment(referral.patient_id, now) if standing.has_visit else None,
        has_office=standing.has_office,
    )


def last_day_for(referral: ReferralRow, terms: VisitTerms | None, now: datetime) -> date:
    """The last day that the patient may choose, by the priority in force: a clinician's if there is one."""
    window = {} if terms is None else terms.window_days
    return booking_until(referral.see_by, central_date(now), referral.priority, window)


def terms_for(referral: ReferralRow) -> VisitTerms | None:
    """The type that the clinician chose, if the clinic still has it; else the one for the phase."""
    return terms_among(visit_types(), referral.visit_type, referral.decided_phase)


def terms_among(types: Sequence[VisitTerms], chosen: str | None, phase: int | None) -> VisitTerms | None:
    """The same, of types that were read before. None: the clinic has no such visits."""
    named = next((terms for terms in types if chosen and terms.slug == chosen), None)
    return named or visit_type_among(types, phase)


@contextmanager
def way_under_lock(
    which: Which, now: datetime, *, by_staff: bool = False
) -> Iterator[tuple[ReferralRow, Way]]:
    """Referral and way as they are under the patient's lock, for the length of one use case."""
    with transaction():
        lock_owner(*queries.owner_of(which))
        standing = queries.standing(which, now)
        yield standing.referral, _way(standing, now, by_staff=by_staff)


def require(way: Way, mode: BookingMode) -> None:
    if way.mode is not mode:
        raise Conflict(_REFUSED[way.mode])


def check_first_visit(way: Way) -> None:
    if way.visit is not None:
        raise Conflict("You already have a visit. You can change it or cancel it.")


def check_type(way: Way, visit_type_id: UUID) -> None:
    if way.visit_type_id != visit_type_id:
        raise Conflict("The kind of visit has changed. Please choose a time again.")


def own(referral: ReferralRow, appointment_id: UUID) -> AppointmentRow:
    row = appointment_row(appointment_id)
    if row.patient_id != referral.patient_id:
        raise NotFound
    return row


def made_by(key: str, referral: ReferralRow) -> AppointmentRow | None:
    """What the same form has made before: a double click or a resent page changes nothing."""
    known = appointment_by_key(key)
    return known if known is not None and known.patient_id == referral.patient_id else None
