"""What a referring office is told by e-mail: a reference and that there is news, never of whom or what."""

from datetime import datetime
from functools import partial
from uuid import UUID

from clinic.notifications.composition import compose
from clinic.notifications.registry import MessageKind
from clinic.notifications.rules import Message
from clinic.referrals.queries import referral_by_id
from clinic.referrals.queries.office import office_of
from clinic.referrals.rules import ReferralStatus
from clinic.referrals.rules.office import OfficeNews
from clinic.scheduling.queries import next_appointment
from clinic.scheduling.rules import State

Ids = dict[str, str]


def _reachable(ids: Ids, now: datetime) -> bool:
    """Is the referral pursued, and is there an address?"""
    row = referral_by_id(UUID(ids["referral"]))
    office = office_of(row.id)
    has_address = office is not None and office.details.email is not None
    return row.status is not ReferralStatus.WITHDRAWN and has_address


def _not_decided(ids: Ids, now: datetime) -> bool:
    """Later news makes this one old."""
    return referral_by_id(UUID(ids["referral"])).decided_at is None and _reachable(ids, now)


def _booked(ids: Ids, now: datetime) -> bool:
    """Is the visit still booked?"""
    visit = next_appointment(referral_by_id(UUID(ids["referral"])).patient_id, now)
    return visit is not None and visit.state is State.BOOKED and _reachable(ids, now)


def _write(news: OfficeNews, ids: Ids) -> Message:
    row = referral_by_id(UUID(ids["referral"]))
    office = office_of(row.id)
    address = office.details.email if office else None
    return compose(news.value, to=address or "", reference=row.reference)


RECEIVED_MAIL = MessageKind(OfficeNews.RECEIVED, _not_decided, partial(_write, OfficeNews.RECEIVED))
DECIDED_MAIL = MessageKind(OfficeNews.DECIDED, _reachable, partial(_write, OfficeNews.DECIDED))
VISIT_MAIL = MessageKind(OfficeNews.VISIT, _booked, partial(_write, OfficeNews.VISIT))
