"""What patients are told of their referral by e-mail: neutral words, the same whatever the rules say."""

from datetime import datetime
from uuid import UUID

from clinic.notifications.composition import compose
from clinic.notifications.registry import MessageKind
from clinic.notifications.rules import Message
from clinic.patients.queries import live_link_by_id, patient_card
from clinic.patients.service import link_token
from clinic.platform.urls import public_url
from clinic.referrals.queries import ReferralRow, newest_referral_of, referral_by_id
from clinic.referrals.queries.asking import open_request
from clinic.referrals.rules import OPEN
from clinic.referrals.service.asking import QUESTION
from clinic.referrals.service.deciding import NEWS
from clinic.referrals.service.submitting import RECEIVED
from clinic.referrals.service.triaging import CHOOSE_TIME
from clinic.safety.queries import blocks_self_booking
from clinic.scheduling.queries import appointment_row, next_appointment

Ids = dict[str, str]


def manage_address(appointment_id: UUID) -> str | None:
    """Where the patient of a visit changes or cancels it; None without a referral."""
    referral = newest_referral_of(appointment_row(appointment_id).patient_id)
    return None if referral is None else _address(referral)


def _address(referral: ReferralRow) -> str:
    return public_url("patients.open_link", token=link_token(referral.link_id))


def _reachable(ids: Ids, now: datetime) -> bool:
    """Is the referral still open, and is there an address and a link that works?"""
    row = referral_by_id(UUID(ids["referral"]))
    has_address = patient_card(row.patient_id).email is not None
    return row.status in OPEN and has_address and live_link_by_id(row.link_id, now) is not None


def _is_newest(ids: Ids, now: datetime) -> bool:
    """A later decision brings its own mail."""
    return _reachable(ids, now) and referral_by_id(UUID(ids["referral"])).version == int(ids["version"])


def _may_choose(ids: Ids, now: datetime) -> bool:
    """Nothing keeps the person from choosing, and there is no visit yet."""
    patient_id = referral_by_id(UUID(ids["referral"])).patient_id
    free = not blocks_self_booking(patient_id) and next_appointment(patient_id, now) is None
    return free and _reachable(ids, now)


def _still_asked(ids: Ids, now: datetime) -> bool:
    """Is this very set of questions still open?"""
    request = open_request(UUID(ids["referral"]))
    return request is not None and str(request.id) == ids["request"] and _reachable(ids, now)


def _write(kind: str, ids: Ids) -> Message:
    row = referral_by_id(UUID(ids["referral"]))
    patient = patient_card(row.patient_id)
    return compose(
        kind,
        to=patient.email or "",
        called=patient.called,
        reference=row.reference,
        address=_address(row),
    )


def _received(ids: Ids) -> Message:
    return _write(RECEIVED, ids)


def _news(ids: Ids) -> Message:
    return _write(NEWS, ids)


def _choose_time(ids: Ids) -> Message:
    return _write(CHOOSE_TIME, ids)


def _question(ids: Ids) -> Message:
    return _write(QUESTION, ids)


RECEIVED_MAIL = MessageKind(RECEIVED, _reachable, _received)
NEWS_MAIL = MessageKind(NEWS, _is_newest, _news, by_itself=True)
QUESTION_MAIL = MessageKind(QUESTION, _still_asked, _question, by_itself=True)
CHOOSE_TIME_MAIL = MessageKind(CHOOSE_TIME, _may_choose, _choose_time, by_itself=True)
