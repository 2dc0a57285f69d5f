"""Nobody waits before an empty list: when no time is open for a person, the desk has a call to place."""

from datetime import datetime, timedelta
from uuid import UUID

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.patients.service import lock_patient
from clinic.platform.extensions import settings
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.queries import ReferralRow
from clinic.referrals.queries.unbooked import WaitingRow, waiting_people
from clinic.referrals.rules import booking_until, shortest_end, window_end
from clinic.referrals.service.way import terms_among
from clinic.safety.queries import called_about
from clinic.safety.rules import CallBackKind
from clinic.safety.service import lapse_call_backs, open_call_back
from clinic.scheduling.queries import VisitTerms, next_appointment, open_times, visit_types

NO_TIME = CallBackKind.NO_TIME_IN_WINDOW
# Somebody has called and agreed on something: the same empty list is no news for this long.
AGREED_FOR = timedelta(days=7)
# A turn of the worker looks at so many people, those with the earliest see-by day first.
AT_ONCE = 500
# How far ahead the worker looks for the earliest time, in steps: mostly the first one finds it.
_LOOK_AHEAD = (timedelta(days=14), timedelta(days=120))


@transaction()
def tell_of_empty_window(referral_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """No time is open for this person, at no place: the desk calls. However often they look, it is one call.

    Returns whether the call is new.

    Raises:
        NotFound: no such referral.
    """
    patient_id = queries.referral_by_id(referral_id).patient_id
    lock_patient(patient_id)
    if next_appointment(patient_id, now) is not None or called_about(NO_TIME, now - AGREED_FOR, referral_id):
        return False
    open_call_back(patient_id, NO_TIME, subject_id=referral_id, actor=actor, now=now)
    return True


def call_about_empty_windows(now: datetime) -> int:
    """Find the people without a visit for whom no time is open, and let the desk call them; how many are new.

    The earliest time of each visit type is looked up once, whatever the number of people.
    """
    types = visit_types()
    earliest = {terms.id: _earliest(terms, now) for terms in types}
    soonest_end = shortest_end(central_date(now), (terms.window_days for terms in types))
    if all(first is not None and first < soonest_end for first in earliest.values()):
        return 0
    known = called_about(NO_TIME, now - AGREED_FOR)
    opened = 0
    for row in waiting_people(now, limit=AT_ONCE):
        terms = terms_among(types, row.visit_type, row.decided_phase)
        if terms is None or row.referral_id in known or not _may_choose(row):
            continue
        last_day = booking_until(row.see_by, central_date(now), row.priority, terms.window_days)
        first = earliest[terms.id]
        if first is None or first >= window_end(last_day):
            opened += tell_of_empty_window(row.referral_id, actor=Actor.system(), now=now)
    return opened


def no_call_needed(referral: ReferralRow, actor: Actor, now: datetime) -> None:
    """A time was taken after all: nobody needs to call about one."""
    kinds = (CallBackKind.CHOOSE_TIME, NO_TIME)
    lapse_call_backs(referral.patient_id, *kinds, actor=actor, now=now, subject_id=referral.id)


def _may_choose(row: WaitingRow) -> bool:
    return row.decided or settings().book_before_decision


def _earliest(terms: VisitTerms, now: datetime) -> datetime | None:
    """The first open start of this type, anywhere, with the notice that patients must give."""
    for ahead in _LOOK_AHEAD:
        found = open_times(terms.id, from_=now, until=now + ahead, now=now, per_location=1)
        if found:
            return found[0].start
    return None
