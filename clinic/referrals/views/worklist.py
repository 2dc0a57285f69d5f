"""Clinicians: the worklist."""

from flask import render_template
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.presenters import listing as present
from clinic.referrals.presenters.worklist import line
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.listing import NO_SUCH_LIST, asked_listing, page_asked
from clinic.scheduling.queries import locations


@pages.get("/staff/worklist")
@requires(Permission.WORKLIST_VIEW)
def worklist() -> ResponseReturnValue:
    """One page of a list, as the address narrows and sorts it."""
    instant, listing = now(), asked_listing()
    places = {one.slug: one.name for one in locations()}
    if listing.place and listing.place not in places:
        raise NotFound(NO_SUCH_LIST)
    here = page_asked()
    page = service.view_worklist(
        actor=current_actor(),
        now=instant,
        listing=listing,
        after=here.get("after", ""),
        before=here.get("before", ""),
        besides=present.counted(listing, places),
    )
    return render_template(
        "referrals/worklist.html",
        heading=present.heading(listing, page.counts[listing], places),
        order=present.order_words(listing),
        lines=[line(row, instant, places) for row in page.rows],
        here=here,
        listing=listing,
        way=listing.way,
        page=page,
        pills=present.pills(listing, page.counts),
        toggles=present.toggles(listing, page.counts, places),
        present=present,
        now=instant,
    )
