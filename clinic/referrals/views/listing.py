"""The list from which a clinician came: read from the address, and the way on to the next one of it."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import NotFound
from clinic.kernel.reference import normalise_reference
from clinic.platform.access import current_actor
from clinic.platform.extensions import now
from clinic.referrals.queries import Key, key_of, next_after
from clinic.referrals.rules.listing import NO_SUCH_LIST, Listing, listing_from, listing_of


@dataclass(frozen=True, slots=True)
class Stand:
    """A referral at its place in the list from which one came, before anything is done about it."""

    reference: str
    listing: Listing
    key: Key | None


def asked_listing() -> Listing:
    """The list that the address of the worklist names.

    Raises:
        NotFound: there is no such list.
    """
    try:
        return listing_of(request.args)
    except ValueError:
        raise NotFound(NO_SUCH_LIST) from None


def page_asked() -> dict[str, str]:
    """Which page of the list: after or before the referral with this reference."""
    return {name: request.args[name] for name in ("after", "before") if request.args.get(name)}


def list_behind() -> Listing:
    """The list from which somebody came to the address of a referral.

    Raises:
        NotFound: there is no such list.
    """
    code = request.args.get("list", "")
    try:
        return listing_from(code) if code else Listing()
    except ValueError:
        raise NotFound(NO_SUCH_LIST) from None


def stand_of(reference: str) -> Stand:
    """Where the referral stands now; a step may move it, so this is asked for before the step."""
    listing = list_behind()
    known = normalise_reference(reference)
    return Stand(known, listing, key_of(listing, known))


def on_from(stand: Stand) -> ResponseReturnValue:
    """To the next referral of the same list, or back to the list when there is none."""
    following = next_after(current_actor(), stand.listing, stand.key, stand.reference, now=now())
    if following is None:
        target = url_for("referrals.worklist", **stand.listing.query)
    else:
        target = url_for("referrals.referral", reference=following, **stand.listing.way)
    return redirect(target, 303)
