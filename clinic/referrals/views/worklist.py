"""Clinicians: the worklist."""

from functools import partial

from flask import render_template
from flask.typing import ResponseReturnValue

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.presenters import listing as present
from clinic.referrals.presenters.worklist import line
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.listing import asked_listing, page_asked


@pages.get("/staff/worklist")
@requires(Permission.WORKLIST_VIEW)
def worklist() -> ResponseReturnValue:
    """One page of a list, as the address narrows and sorts it."""
    instant, listing = now(), asked_listing()
    here = page_asked()
    page = service.view_worklist(
        actor=current_actor(),
        now=instant,
        listing=listing,
        after=here.get("after", ""),
        before=here.get("before", ""),
        besides=partial(present.counted, listing),
    )
    places, today = page.places, central_date(instant)
    return render_template(
        "referrals/worklist.html",
        heading=present.heading(listing, page.counts[listing], places),
        order=present.order_words(listing),
        lines=[line(row, instant, today, places) for row in page.rows],
        here=here,
        listing=listing,
        way=listing.way,
        page=page,
        pills=present.pills(listing, page.counts),
        toggles=present.toggles(listing, page.counts, places),
        present=present,
        now=instant,
    )
