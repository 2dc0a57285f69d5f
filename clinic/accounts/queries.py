"""Reads of staff accounts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select

from clinic.accounts.models import Cover, Grant, Staff
from clinic.accounts.rules import Role, permissions_of
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.platform.extensions import db

DOCTORS = frozenset(("MD", "DO"))
_TAKES = and_(Staff.active, exists().where(Grant.staff_id == Staff.id, Grant.name == Role.CLINICIAN))
# Built once: putting a statement together costs more than its run.
_COLLEAGUES = select(Staff.id, Staff.name, Staff.title, _TAKES).order_by(Staff.name, Staff.id)
_EVERYBODY = _COLLEAGUES.add_columns(Cover.covered_by).outerjoin(
    Cover,
    and_(
        Cover.staff_id == Staff.id,
        Cover.ended_at.is_(None),
        Cover.first_day <= bindparam("day"),
        Cover.last_day >= bindparam("day"),
    ),
)
# Does the person `staff_id` want single keys to do something? Asked together with the counts of the menu.
KEYS_ON = select(Staff.shortcuts).where(Staff.id == bindparam("staff_id")).scalar_subquery()
_COVER = (Cover.id, Cover.staff_id, Cover.covered_by, Cover.first_day, Cover.last_day)


@dataclass(frozen=True, slots=True)
class StaffName:
    """How a member of staff is called."""

    id: UUID
    name: str
    title: str

    @property
    def full_name(self) -> str:
        """The name with its credentials: "Ana Okafor, MD"; one title is enough for "Dr. Ana Okafor"."""
        return f"{self.name}, {self.title}" if self.title and not self.name.startswith("Dr. ") else self.name

    @property
    def short_name(self) -> str:
        """How a colleague is called on a crowded page: "Dr. Okafor", or "Marlow, NP"."""
        last = self.name.split()[-1]
        if self.title in DOCTORS:
            return f"Dr. {last}"
        return f"{last}, {self.title}" if self.title else self.name


@dataclass(frozen=True, slots=True)
class StaffCard(StaffName):
    """A member of staff as other slices and staff pages know them."""

    email: str
    active: bool
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Colleague(StaffName):
    """A member of staff on a crowded page: a name, and whether referrals may be given to them."""

    takes_referrals: bool


@dataclass(frozen=True, slots=True)
class Everybody:
    """Everybody by id, in the order of their names, and who is away for whom on one day."""

    colleagues: dict[UUID, Colleague]
    away: Mapping[UUID, Collection[UUID]]

    def covered_by(self, staff_id: UUID | None) -> frozenset[UUID]:
        """For whom this person stands in, and for whom those would have stood in."""
        found: set[UUID] = set()
        ahead = [staff_id] if staff_id else []
        while ahead:
            new = set(self.away.get(ahead.pop(), ())) - found
            found |= new
            ahead += new
        return frozenset(found - {staff_id})


@dataclass(frozen=True, slots=True)
class CoverRow:
    """Days on which somebody is away, and who stands in."""

    id: UUID
    staff_id: UUID
    covered_by: UUID
    first_day: date
    last_day: date


def staff_cards() -> list[StaffCard]:
    """Everybody, by name."""
    return _by_name(db.session.scalars(select(Staff)))


def clinicians() -> list[StaffCard]:
    """The active clinicians, by name."""
    return [card for card in staff_cards() if card.active and Role.CLINICIAN in card.roles]


def colleagues() -> dict[UUID, Colleague]:
    """Everybody by id, in the order of their names, in one statement of columns."""
    return {row[0]: Colleague(*row) for row in db.session.execute(_COLLEAGUES)}


def everybody_on(day: date) -> Everybody:
    """Everybody, with the absences of a day, in one statement."""
    people: dict[UUID, Colleague] = {}
    away: dict[UUID, list[UUID]] = {}
    for *columns, stand_in in db.session.execute(_EVERYBODY, {"day": day}):
        one = Colleague(*columns)
        people[one.id] = one
        if stand_in is not None:
            away.setdefault(stand_in, []).append(one.id)
    return Everybody(people, away)


def covers_around(staff_id: UUID, today: date) -> tuple[CoverRow, ...]:
    """Coming days on which this person is away or stands in for somebody, the earliest first."""
    chosen = select(*_COVER).where(
        or_(Cover.staff_id == staff_id, Cover.covered_by == staff_id),
        Cover.ended_at.is_(None),
        Cover.last_day >= today,
    )
    rows = db.session.execute(chosen.order_by(Cover.first_day, Cover.id))
    return tuple(CoverRow(*row) for row in rows)


def away_between(staff_id: UUID, first: date, last: date) -> CoverRow | None:
    """Days away of this person that touch these days."""
    chosen = select(*_COVER).where(
        Cover.staff_id == staff_id,
        Cover.ended_at.is_(None),
        Cover.first_day <= last,
        Cover.last_day >= first,
    )
    row = db.session.execute(chosen.order_by(Cover.first_day).limit(1)).one_or_none()
    return None if row is None else CoverRow(*row)


def covered_by(staff_id: UUID, day: date) -> frozenset[UUID]:
    """For whom this member of staff stands in on this day, and for whom those would have stood in."""
    return everybody_on(day).covered_by(staff_id)


def staff_card(staff_id: UUID) -> StaffCard:
    """One member of staff, active or not.

    Raises:
        NotFound: nobody has this id.
    """
    staff = db.session.get(Staff, staff_id)
    if staff is None:
        raise NotFound
    return _card(staff)


def staff_name(staff_id: UUID) -> str:
    """The name with credentials, for a page; raises NotFound as `staff_card` does."""
    return staff_card(staff_id).full_name


def staff_by_email(email: str) -> StaffCard | None:
    """The account of this address, however it is capitalised."""
    staff = db.session.scalar(select(Staff).where(Staff.email == email.strip().lower()))
    return None if staff is None else _card(staff)


def actor_of(staff: Staff) -> Actor:
    """The account as somebody who asks: its label, roles and permissions."""
    roles = [grant.name for grant in staff.roles]
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.id,
        label=staff.name,
        permissions=permissions_of(roles),
        role="+".join(sorted(role.value for role in roles)),
    )


def _card(staff: Staff) -> StaffCard:
    roles = tuple(grant.name for grant in staff.roles)
    return StaffCard(staff.id, staff.name, staff.title, staff.email, staff.active, roles)


def _by_name(rows: Iterable[Staff]) -> list[StaffCard]:
    return sorted(map(_card, rows), key=lambda card: (card.name.casefold(), str(card.id)))
