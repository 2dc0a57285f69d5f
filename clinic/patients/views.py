"""Private links: a page with a button, so that mail scanners which open links change nothing."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import NotFound
from clinic.patients.access import begin_access
from clinic.patients.queries import live_link
from clinic.patients.rules import LinkPurpose
from clinic.patients.service import exchange
from clinic.platform.access import public
from clinic.platform.extensions import now
from clinic.platform.limits import LINK, limited

pages = Blueprint("patients", __name__)
# Where each purpose leads, by endpoint name.
HOMES = {LinkPurpose.VISIT: "referrals.visit_home"}
# The same for unknown, expired and revoked links: nobody learns which it was.
ENDED = "This link does not work any more. Call us and we will send you a new one."


@pages.get("/go/<token>")
@public
@limited(LINK, methods=("GET", "HEAD"))
def open_link(token: str) -> Response:
    """Show the button. Looking at the page, or a mail scanner doing so, uses nothing up."""
    if live_link(token, now()) is None:
        raise NotFound(ENDED)
    answer = make_response(render_template("patients/link.html"))
    # The address holds the token: other sites, and our own later pages, are told the host alone.
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


@pages.post("/go/<token>")
@public
@limited(LINK)
def use_link(token: str) -> ResponseReturnValue:
    """Trade the token for a session at once and go on at an address without it."""
    grant = exchange(token, now())
    if grant is None:
        raise NotFound(ENDED)
    begin_access(grant)
    return redirect(url_for(HOMES[grant.purpose]), 303)
