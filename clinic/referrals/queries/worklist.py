"""The pages of the worklist: a fixed number of statements whatever its length, from any row on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.accounts.queries import Colleague, everybody_on
from clinic.kernel.clock import central_date
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
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
    reader_of,
    spot_in,
)
from clinic.referrals.queries.rows import Stretch, WorklistRow, page_rows
from clinic.referrals.rules.listing import NO_SUCH_LIST, Listing
from clinic.scheduling.queries import place_names

PAGE = 50
Besides = Callable[[Mapping[str, str]], Sequence[Listing]]
# How many wait for a review, up to the cap; the menu asks for it together with its other counts.
REVIEW_COUNT = capped(narrowed(select(Referral.id), Listing(), Reader(None, frozenset())))


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """One page of a list. `counts` has the lists that were asked for and this one, each up to the cap.

    `places` gives a location's name by its slug, in the clinic's order.
    `before` and `after` are the references to go on from; None where nothing more comes.
    """

    rows: tuple[WorklistRow, ...]
    counts: dict[Listing, int]
    colleagues: dict[UUID, Colleague]
    places: Mapping[str, str]
    before: str | None
    after: str | None


def none_besides(_: Mapping[str, str]) -> Sequence[Listing]:
    """No other list is counted."""
    return ()


def worklist(
    actor: Actor,
    *,
    now: datetime,
    listing: Listing | None = None,
    after: str = "",
    before: str = "",
    besides: Besides = none_besides,
    limit: int = PAGE,
) -> WorklistPage:
    """One page of a list, for clinicians, and how long the lists are that `besides` names for the places.

    A page after or before a referral that has no place in this order any more is the first page.

    Raises:
        NotAllowed: the actor may not see the list.
        NotFound: no referral has the reference, or no location has the slug.
    """
    actor.require(Permission.WORKLIST_VIEW)
    places = place_names()
    if listing and listing.place and listing.place not in places:
        raise NotFound(NO_SUCH_LIST)
    asked, everybody = listing or Listing(), everybody_on(central_date(now))
    reader = Reader(actor.id, everybody.covered_by(actor.id))
    key = key_of(asked, after or before) if after or before else None
    stretch = Stretch(key, backwards=key is not None and not after, limit=limit)
    shown, more = page_rows(asked, reader, stretch, everybody.colleagues, now)
    comes_before, comes_after = (more, True) if stretch.backwards else (key is not None, more)
    return WorklistPage(
        rows=shown,
        counts=counts_of((asked, *besides(places)), reader),
        colleagues=everybody.colleagues,
        places=places,
        before=shown[0].referral.reference if shown and comes_before else None,
        after=shown[-1].referral.reference if shown and comes_after else None,
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
