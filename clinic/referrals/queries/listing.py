"""The lists of referrals as statements: which rows, in which order, from where on, and how many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, and_, select, text, tuple_

from clinic.accounts.queries import covered_by
from clinic.kernel.clock import central_date
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.platform.counting import capped
from clinic.platform.extensions import db
from clinic.referrals.models import (
    DECIDED,
    OPEN_DECISION,
    OVER,
    TO_REVIEW,
    WAITING_FOR_PATIENT,
    Referral,
)
from clinic.referrals.rules.listing import Listing, Phases, Priority, Show, Sort, Whose

_ONE = select(Referral.id)
Condition = ColumnElement[bool] | TextClause
Key = tuple[Any, ...]

# Literal SQL, so that the partial indexes serve.
_LISTS: Mapping[Show, Condition] = {
    Show.REVIEW: text(TO_REVIEW),
    Show.CALL_FIRST: and_(text(TO_REVIEW), Referral.priority <= 2),
    Show.WAITING: text(WAITING_FOR_PATIENT),
    Show.OPEN_DECISION: text(OPEN_DECISION),
    Show.DECIDED: text(DECIDED),
    Show.CLOSED: text(OVER),
}


@dataclass(frozen=True, slots=True)
class Order:
    """The columns that a list stands by; all of them rise, or all of them fall."""

    columns: tuple[Any, ...]
    falls: bool = False

    def by(self, *, backwards: bool = False) -> Iterator[Any]:
        """For ORDER BY."""
        falls = self.falls is not backwards
        return (column.desc() if falls else column for column in self.columns)

    def past(self, key: Key, *, backwards: bool = False) -> ColumnElement[bool]:
        """What comes after the key (before it, backwards)."""
        position, start = tuple_(*self.columns), tuple_(*key)
        falls = self.falls is not backwards
        return position < start if falls else position > start


_USUAL = Order((Referral.priority, Referral.turn, Referral.submitted_at, Referral.id))
_BY_DAY: Mapping[Show, Order] = {
    Show.WAITING: Order((Referral.asked_at, Referral.id)),
    Show.DECIDED: Order((Referral.decided_at, Referral.id), falls=True),
    Show.CLOSED: Order((Referral.submitted_at, Referral.id), falls=True),
}
# Those to review have an index for each of these. The patients who are asked and the open decisions are few,
# as people keep them so: another order of them is a sort of what their own partial index holds.
_SORTS: Mapping[Sort, Order] = {
    Sort.LONGEST: Order((Referral.submitted_at, Referral.id)),
    Sort.SEE_BY: Order((Referral.see_by, Referral.id)),
    Sort.NEWEST: Order((Referral.submitted_at, Referral.id), falls=True),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a referral stands in a list (number 0: it is not on it), and what stands around it."""

    number: int
    total: int
    previous: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the list: "mine" is what is assigned to them, or to somebody whom they cover today."""

    id: UUID | None
    covers: frozenset[UUID]

    @property
    def mine(self) -> frozenset[UUID]:
        """Whose referrals are theirs today."""
        return self.covers | {self.id} if self.id else self.covers


def reader_of(actor: Actor, now: datetime) -> Reader:
    """The actor, with those whom they cover today."""
    return Reader(actor.id, covered_by(actor.id, central_date(now)) if actor.id else frozenset())


def order_of(listing: Listing) -> Order:
    """The order in which this list stands."""
    return _SORTS.get(listing.sort) or _BY_DAY.get(listing.show, _USUAL)


def narrowed(chosen: Select[Any], listing: Listing, reader: Reader) -> Select[Any]:
    """The rows of this list."""
    return chosen.where(_LISTS[listing.show], *_narrowing(listing, reader))


def key_of(listing: Listing, reference: str) -> Key | None:
    """The place in the list's order of a referral; None when it has no place in this order.

    Raises:
        NotFound: no such referral.
    """
    found = db.session.execute(select(*order_of(listing).columns).where(Referral.reference == reference))
    key = found.one_or_none()
    if key is None:
        raise NotFound
    return None if None in key else tuple(key)


def counts_of(listings: Sequence[Listing], reader: Reader) -> dict[Listing, int]:
    """How many rows each list has, one more than the cap at most, in one statement."""
    wanted = tuple(dict.fromkeys(listings))
    return dict(zip(wanted, db.session.execute(_counting(wanted, reader)).one(), strict=True))


def spot_in(listing: Listing, reference: str, reader: Reader) -> Spot:
    """Where the referral stands in the list, in two statements however long the list is."""
    key, order = key_of(listing, reference), order_of(listing)
    total = capped(narrowed(_ONE, listing, reader))
    if key is None:
        return Spot(0, db.session.scalar(select(total)) or 0, None, None)
    on_it = narrowed(_ONE, listing, reader).where(Referral.reference == reference).exists()
    before = narrowed(_ONE, listing, reader).where(order.past(key, backwards=True))
    around = (_beside(listing, key, reader, backwards=back).scalar_subquery() for back in (True, False))
    row = db.session.execute(select(on_it, capped(before), total, *around)).one()
    return Spot(row[1] + 1 if row[0] else 0, *row[2:])


def next_in(listing: Listing, key: Key | None, reference: str, reader: Reader) -> str | None:
    """The one after this place, or else the first of the list; never the referral that was at this place."""
    others = narrowed(select(Referral.reference), listing, reader).where(Referral.reference != reference)
    first = others.order_by(*order_of(listing).by()).limit(1)
    if key is not None:
        found: str | None = db.session.scalar(first.where(order_of(listing).past(key)))
        if found is not None:
            return found
    top: str | None = db.session.scalar(first)
    return top


# Putting the statement together costs more than its run, and the same few filters are asked for all day.
@lru_cache(maxsize=256)
def _counting(wanted: tuple[Listing, ...], reader: Reader) -> Select[Any]:
    counts: tuple[Any, ...] = tuple(capped(narrowed(_ONE, one, reader)) for one in wanted)
    return select(*counts)


def _beside(listing: Listing, key: Key, reader: Reader, *, backwards: bool) -> Select[Any]:
    order = order_of(listing)
    chosen = narrowed(select(Referral.reference), listing, reader).where(order.past(key, backwards=backwards))
    return chosen.order_by(*order.by(backwards=backwards)).limit(1)


def _narrowing(listing: Listing, reader: Reader) -> Iterator[Condition]:
    if listing.whose is Whose.MINE:
        yield Referral.assignee_id.in_(sorted(reader.mine))
    elif listing.whose is Whose.NOBODY:
        yield Referral.assignee_id.is_(None)
    if listing.place:
        yield Referral.preferred_location == listing.place
    if listing.phases is not Phases.ANY:
        yield Referral.phases == listing.phases.numbers
    if listing.priority is not Priority.ANY:
        yield Referral.priority == int(listing.priority)
