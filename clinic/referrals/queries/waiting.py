"""From referrals to first visits: the completed visits of a period, by time."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from clinic.platform.extensions import db
from clinic.referrals.models import Referral
from clinic.referrals.rules.waiting import Wait
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries import LocationCard
from clinic.scheduling.rules import State
from clinic.scheduling.rules.numbers import local_days

_Earlier = aliased(Appointment, name="earlier")
_REFERRED_AT = (
    select(func.max(Referral.submitted_at))
    .where(Referral.patient_id == Appointment.patient_id, Referral.submitted_at <= Appointment.start_at)
    .scalar_subquery()
)
_SEEN_BEFORE = (
    select(func.max(_Earlier.start_at))
    .where(
        _Earlier.patient_id == Appointment.patient_id,
        _Earlier.start_at < Appointment.start_at,
        _Earlier.state == State.COMPLETED,
    )
    .scalar_subquery()
)
_SEEN = select(
    Appointment.location_id,
    Appointment.start_at,
    _REFERRED_AT.label("referred_at"),
    _SEEN_BEFORE.label("seen_before"),
).where(
    Appointment.location_id.in_(bindparam("locations", expanding=True)),
    Appointment.start_at >= bindparam("first"),
    Appointment.start_at < bindparam("end"),
    Appointment.state == State.COMPLETED,
)


def waits(locations: Sequence[LocationCard], first: datetime, end: datetime) -> list[Wait]:
    """The first completed visit after each newest referral, where it lies in the period: one statement."""
    zones = {place.id: ZoneInfo(place.zone) for place in locations}
    rows = db.session.execute(_SEEN, {"locations": list(zones), "first": first, "end": end})
    return [
        Wait(row.location_id, local_days(row.referred_at, row.start_at, zones[row.location_id]))
        for row in rows
        if row.referred_at is not None and (row.seen_before is None or row.seen_before < row.referred_at)
    ]
