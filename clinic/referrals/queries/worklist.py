"""The worklist: priority, then the longest wait; a fixed number of statements whatever its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, and_, func, select, text, tuple_

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.queries import PatientCard, patient_cards
from clinic.platform.extensions import db
from clinic.referrals.models import TO_REVIEW, Referral
from clinic.referrals.queries.referral import ReferralRow, chosen_rows, rows_of
from clinic.referrals.rules import Choice, ReferralStatus
from clinic.safety.queries import Flag, open_flags_of
from clinic.scheduling.queries import AppointmentCard, next_appointments

PAGE = 50


class Show(StrEnum):
    """Which part of the list; stands in the address."""

    REVIEW = "review"
    CALL_FIRST = "call-first"
    OPEN_DECISION = "open-decision"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One referral with everything that its row shows."""

    referral: ReferralRow
    patient: PatientCard
    flags: tuple[Flag, ...]
    visit: AppointmentCard | None


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    """Real counts for heading and filters. `by_place` counts what is to review."""

    review: int
    call_first: int
    open_decision: int
    by_place: dict[str, int]


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """One page of the list; `next_after` is the reference to go on from."""

    rows: tuple[WorklistRow, ...]
    counts: WorklistCounts
    next_after: str | None


_ORDER = (Referral.priority, Referral.submitted_at, Referral.id)
_LATEST_FIRST = (Referral.decided_at, Referral.id)
# Literal SQL, so that the partial index serves.
_PARTS: dict[Show, ColumnElement[bool] | TextClause] = {
    Show.REVIEW: text(TO_REVIEW),
    Show.CALL_FIRST: and_(text(TO_REVIEW), Referral.priority <= 2),
    Show.OPEN_DECISION: and_(
        Referral.status == ReferralStatus.DECIDED, Referral.choice == Choice.CANNOT_DECIDE_YET
    ),
    Show.DECIDED: Referral.status == ReferralStatus.DECIDED,
}


def worklist(
    actor: Actor,
    *,
    now: datetime,
    show: Show = Show.REVIEW,
    place: str = "",
    after: str = "",
    limit: int = PAGE,
) -> WorklistPage:
    """One page of the list, for clinicians.

    Raises:
        NotAllowed: the actor may not see the list.
        NotFound: `after` is no reference that could be on it.
    """
    actor.require(Permission.WORKLIST_VIEW)
    chosen = chosen_rows().where(_PARTS[show])
    if place:
        chosen = chosen.where(Referral.preferred_location == place)
    found = rows_of(_from(chosen, show, after).limit(limit + 1))
    shown = found[:limit]
    return WorklistPage(
        rows=_rows(shown, now),
        counts=_counts(),
        next_after=shown[-1].reference if len(found) > limit else None,
    )


def next_to_review(actor: Actor, *, besides: UUID | None = None) -> str | None:
    """The reference on top of the list, the one at hand left out."""
    actor.require(Permission.WORKLIST_VIEW)
    chosen = select(Referral.reference).where(text(TO_REVIEW)).order_by(*_ORDER).limit(1)
    if besides is not None:
        chosen = chosen.where(Referral.id != besides)
    return db.session.scalar(chosen)


def place_in_worklist(referral: ReferralRow) -> tuple[int, int, str | None]:
    """Its number among those to review (0: it is not one of them), how many there are, the next one."""
    key = (referral.priority, referral.submitted_at, referral.id)
    position = tuple_(*_ORDER)
    before = func.count().filter(position < tuple_(*key))
    total, ahead = db.session.execute(
        select(func.count(), before).select_from(Referral).where(text(TO_REVIEW))
    ).one()
    following = db.session.scalar(
        select(Referral.reference).where(text(TO_REVIEW), position > tuple_(*key)).order_by(*_ORDER).limit(1)
    )
    number = ahead + 1 if referral.status is ReferralStatus.SUBMITTED else 0
    return number, total, following


def review_count() -> int:
    """How many referrals wait for a review; shown in the menu."""
    return db.session.scalar(select(func.count()).select_from(Referral).where(text(TO_REVIEW))) or 0


def _from(chosen: Select[Any], show: Show, after: str) -> Select[Any]:
    """The list in its order, from behind the referral with this reference on."""
    columns: tuple[Any, ...] = _LATEST_FIRST if show is Show.DECIDED else _ORDER
    if after:
        key = db.session.execute(select(*columns).where(Referral.reference == after)).one_or_none()
        if key is None or None in key:
            raise NotFound
        position, start = tuple_(*columns), tuple_(*key)
        chosen = chosen.where(position < start if show is Show.DECIDED else position > start)
    return chosen.order_by(*(column.desc() if show is Show.DECIDED else column for column in columns))


def _rows(shown: Sequence[ReferralRow], now: datetime) -> tuple[WorklistRow, ...]:
    ids = {row.patient_id for row in shown}
    people, visits, flags = patient_cards(ids), next_appointments(ids, now), open_flags_of(ids)
    return tuple(
        WorklistRow(row, people[row.patient_id], flags.get(row.patient_id, ()), visits.get(row.patient_id))
        for row in shown
    )


def _counts() -> WorklistCounts:
    urgent = (Referral.priority <= 2).label("urgent")
    waiting = db.session.execute(
        select(Referral.preferred_location, urgent, func.count())
        .where(text(TO_REVIEW))
        # By its name: PostgreSQL takes an expression with another bound value for another expression.
        .group_by(Referral.preferred_location, text("urgent"))
    ).all()
    undecided = select(func.count()).select_from(Referral).where(_PARTS[Show.OPEN_DECISION])
    by_place: dict[str, int] = {}
    for place, _, count in waiting:
        if place:
            by_place[place] = by_place.get(place, 0) + count
    return WorklistCounts(
        review=sum(count for _, _, count in waiting),
        call_first=sum(count for _, is_urgent, count in waiting if is_urgent),
        open_decision=db.session.scalar(undecided) or 0,
        by_place=by_place,
    )
