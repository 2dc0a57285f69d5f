"""Will you come? The page behind a reminder: one button says yes, and from here it is changed or canceled."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Conflict
from clinic.platform.controls import Problem
from clinic.platform.limits import PUBLIC_POST, limited
from clinic.referrals import service
from clinic.referrals.forms import PressForm
from clinic.referrals.presenters.coming import Coming, coming
from clinic.referrals.presenters.phases import to_bring
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.browser import Opened, for_visitor
from clinic.referrals.views.visit import version_of


@pages.get("/visit/coming")
@for_visitor
def will_you_come(opened: Opened) -> ResponseReturnValue:
    """Ask; a mail scanner that opens links says nothing for anybody."""
    return _page(opened)


@pages.post("/visit/coming")
@for_visitor
@limited(PUBLIC_POST)
def say_coming(opened: Opened) -> ResponseReturnValue:
    """Say yes; said again, nothing changes. To a visit that was moved meanwhile nobody says yes unseen."""
    form = PressForm()
    form.validate()
    visit = service.way_to_visit(opened.referral, opened.now).visit
    if visit is not None:
        try:
            service.confirm_attendance(
                opened.referral.id,
                visit.id,
                version=version_of(form.version.data),
                actor=opened.actor,
                now=opened.now,
            )
        except Conflict as refused:
            return _page(opened, refused), 409
    return redirect(url_for("referrals.will_you_come"), 303)


def _page(opened: Opened, refused: Conflict | None = None) -> str:
    way = service.way_to_visit(opened.referral, opened.now)
    state = coming(way.visit, opened.now)
    # Where the page itself says why, once is enough.
    said = refused.message if refused is not None and state is Coming.ASK else None
    return render_template(
        "referrals/coming.html",
        way=way,
        coming=state,
        bring=to_bring(way.visit),
        problems=[Problem(said, "will-you-come")] if said else [],
    )
