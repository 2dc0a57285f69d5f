"""A page of a list in one statement: its referrals, with what other slices know of each person."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Select, String, and_, bindparam, cast, select

from clinic.accounts.queries import Colleague
from clinic.patients.models import Patient
from clinic.platform.extensions import db
from clinic.referrals.queries.listing import Key, Order, Reader, narrowed, order_of
from clinic.referrals.queries.referral import LISTS, REFERRAL_COLUMNS, ReferralRow, referral_row
from clinic.referrals.rules.listing import Listing
from clinic.safety.models import SafetyFlag
from clinic.safety.rules import FlagState, Tier
from clinic.scheduling.models import Appointment, Location
from clinic.scheduling.queries.appointments import COMING
from clinic.scheduling.rules import State


@dataclass(frozen=True, slots=True)
class ComingVisit:
    """The visit that comes next, in the few words of a row."""

    start_at: datetime
    state: State
    place: str


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One referral with everything that its row shows. `covered`: it is the reader's for somebody away.

    `red_flags` are the codes of the open ones, the oldest first, each with its tier.
    """

    referral: ReferralRow
    name: str
    birth_date: date
    red_flags: tuple[tuple[str, Tier], ...]
    visit: ComingVisit | None
    assignee: Colleague | None
    covered: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which rows of a list: the first ones, or those on either side of a key."""

    key: Key | None
    backwards: bool
    limit: int


# Lists of codes come as text: they are the same few again and again, and each is read once.
_REFERRAL = tuple(cast(one, String).label(one.key) if one.key in LISTS else one for one in REFERRAL_COLUMNS)
_WIDTH = len(_REFERRAL)


def page_rows(
    listing: Listing, reader: Reader, stretch: Stretch, people: Mapping[UUID, Colleague], now: datetime
) -> tuple[tuple[WorklistRow, ...], bool]:
    """The rows in the list's order, and whether there are more in the direction in which one goes."""
    given = {"now": now, "most": stretch.limit + 1}
    given |= {f"key_{place}": value for place, value in enumerate(stretch.key or ())}
    chosen = _statement(listing, reader, stretch.key is not None, stretch.backwards)
    found = list(_rows(db.session.execute(chosen, given), reader, people))
    shown = found[: stretch.limit]
    return tuple(shown[::-1] if stretch.backwards else shown), len(found) > stretch.limit


def _rows(
    fetched: Iterable[Row[Any]], reader: Reader, people: Mapping[UUID, Colleague]
) -> Iterator[WorklistRow]:
    """A person with several flags or visits comes several times, one after the other."""
    for _, same in groupby(fetched, key=lambda row: row[0]):
        lines = list(same)
        first_name, last_name, birth_date, _, _, *visit = lines[0][_WIDTH:]
        referral = referral_row(lines[0][:_WIDTH], _codes)
        yield WorklistRow(
            referral=referral,
            name=f"{first_name} {last_name}",
            birth_date=date.fromisoformat(birth_date),
            red_flags=tuple(
                dict.fromkeys((row[_WIDTH + 3], row[_WIDTH + 4]) for row in lines if row[_WIDTH + 3])
            ),
            visit=ComingVisit(*visit) if visit[0] else None,
            assignee=people.get(referral.assignee_id) if referral.assignee_id else None,
            covered=referral.assignee_id in reader.covers,
        )


@lru_cache(maxsize=1024)
def _codes(told: str) -> tuple[Any, ...]:
    return tuple(json.loads(told))


# Putting the statement together costs more than its run, and the same few lists are read all day.
@lru_cache(maxsize=256)
def _statement(listing: Listing, reader: Reader, from_key: bool, backwards: bool) -> Select[Any]:
    order, chosen = order_of(listing), narrowed(select(*_REFERRAL), listing, reader)
    if from_key:
        key = tuple(
            bindparam(f"key_{place}", type_=column.type) for place, column in enumerate(order.columns)
        )
        chosen = chosen.where(order.past(key, backwards=backwards))
    most = bindparam("most", type_=Integer)
    page = chosen.order_by(*order.by(backwards=backwards)).limit(most).subquery("page")
    same = Order(tuple(page.c[column.key] for column in order.columns), falls=order.falls)
    flagged = and_(SafetyFlag.patient_id == page.c.patient_id, SafetyFlag.state == FlagState.OPEN)
    comes = and_(
        Appointment.patient_id == page.c.patient_id,
        Appointment.state.in_(COMING),
        Appointment.end_at > bindparam("now"),
    )
    return (
        select(
            *page.c,
            Patient.first_name,
            Patient.last_name,
            Patient.birth_date,
            SafetyFlag.code,
            SafetyFlag.tier,
            Appointment.start_at,
            Appointment.state,
            Location.name,
        )
        .select_from(page)
        .join(Patient, Patient.id == page.c.patient_id)
        .outerjoin(SafetyFlag, flagged)
        .outerjoin(Appointment, comes)
        .outerjoin(Location, Location.id == Appointment.location_id)
        .order_by(*same.by(backwards=backwards), SafetyFlag.raised_at, SafetyFlag.id, Appointment.start_at)
    )
