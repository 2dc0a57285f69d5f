"""The pages of the worklist: a fixed number of statements whatever its length, from any row on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.accounts.queries import Colleague, colleagues
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.queries import PatientCard, patient_cards
from clinic.platform.counting import capped
from clinic.referrals.models import Referral
from clinic.referrals.queries.listing import (
    Key,
    Reader,
    Spot,
    counts_of,
    key_of,
    narrowed,
    next_in,
    order_of,
    reader_of,
    spot_in,
)
from clinic.referrals.queries.referral import ReferralRow, chosen_rows, rows_of
from clinic.referrals.rules.listing import Listing
from clinic.safety.queries import Flag, open_flags_of
from clinic.scheduling.queries import AppointmentCard, next_appointments

PAGE = 50
# How many wait for a review, up to the cap; the menu asks for it together with its other counts.
REVIEW_COUNT = capped(narrowed(select(Referral.id), Listing(), Reader(None, frozenset())))


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One referral with everything that its row shows. `covered`: it is the reader's for somebody away."""

    referral: ReferralRow
    patient: PatientCard
    flags: tuple[Flag, ...]
    visit: AppointmentCard | None
    assignee: Colleague | None
    covered: bool


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """One page of a list. `counts` has the lists that were asked for and this one, each up to the cap.

    `before` and `after` are the references to go on from; None where nothing more comes.
    """

    rows: tuple[WorklistRow, ...]
    counts: dict[Listing, int]
    colleagues: dict[UUID, Colleague]
    before: str | None
    after: str | None


def worklist(
    actor: Actor,
    *,
    now: datetime,
    listing: Listing | None = None,
    after: str = "",
    before: str = "",
    besides: Sequence[Listing] = (),
    limit: int = PAGE,
) -> WorklistPage:
    """One page of a list, for clinicians, and how long the lists `besides` are.

    A page after or before a referral that has no place in this order any more is the first page.

    Raises:
        NotAllowed: the actor may not see the list.
        NotFound: no referral has the reference.
    """
    actor.require(Permission.WORKLIST_VIEW)
    asked, reader = listing or Listing(), reader_of(actor, now)
    key = key_of(asked, after or before) if after or before else None
    backwards = key is not None and not after
    shown, more = _page(asked, reader, key, backwards=backwards, limit=limit)
    people = colleagues()
    return WorklistPage(
        rows=_rows(shown, reader, people, now),
        counts=counts_of((asked, *besides), reader),
        colleagues=people,
        before=shown[0].reference if shown and (more if backwards else key is not None) else None,
        after=shown[-1].reference if shown and (backwards or more) else None,
    )


def spot_of(actor: Actor, listing: Listing, reference: str, *, now: datetime) -> Spot:
    """Where the referral stands in the actor's list, and what stands around it."""
    actor.require(Permission.WORKLIST_VIEW)
    return spot_in(listing, reference, reader_of(actor, now))


def next_after(
    actor: Actor, listing: Listing, key: Key | None, reference: str, *, now: datetime
) -> str | None:
    """What to open after the referral that stood at `key`: the next of its list, or the list's first."""
    actor.require(Permission.WORKLIST_VIEW)
    return next_in(listing, key, reference, reader_of(actor, now))


def _page(
    listing: Listing, reader: Reader, key: Key | None, *, backwards: bool, limit: int
) -> tuple[tuple[ReferralRow, ...], bool]:
    """The rows in the list's order, and whether there are more in the direction in which one goes."""
    order, chosen = order_of(listing), narrowed(chosen_rows(), listing, reader)
    if key is not None:
        chosen = chosen.where(order.past(key, backwards=backwards))
    found = rows_of(chosen.order_by(*order.by(backwards=backwards)).limit(limit + 1))
    shown = found[:limit]
    return shown[::-1] if backwards else shown, len(found) > limit


def _rows(
    shown: Sequence[ReferralRow], reader: Reader, people: dict[UUID, Colleague], now: datetime
) -> tuple[WorklistRow, ...]:
    ids = {row.patient_id for row in shown}
    patients, visits, flags = patient_cards(ids), next_appointments(ids, now), open_flags_of(ids)
    return tuple(
        WorklistRow(
            referral=row,
            patient=patients[row.patient_id],
            flags=flags.get(row.patient_id, ()),
            visit=visits.get(row.patient_id),
            assignee=people.get(row.assignee_id) if row.assignee_id else None,
            covered=row.assignee_id in reader.covers,
        )
        for row in shown
    )
