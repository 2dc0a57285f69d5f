"""A patient's booked visit: the confirmation, its calendar file, moving it, giving it up."""

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.platform.limits import PUBLIC_POST, limited
from clinic.referrals import service
from clinic.referrals.forms import PressForm, TimesForm
from clinic.referrals.presenters.phases import to_bring
from clinic.referrals.presenters.picker import CALL_ME
from clinic.referrals.service import Way
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.browser import Opened, for_visitor
from clinic.referrals.views.times import lost_page, picker_page
from clinic.scheduling.messages import calendar_entry
from clinic.scheduling.queries import AppointmentCard
from clinic.scheduling.rules import State, read_wanted


@pages.get("/visit/booked")
@for_visitor
def booked(opened: Opened) -> ResponseReturnValue:
    """The visit as it stands; a bookmark of this page stays good."""
    way = service.way_to_visit(opened.referral, opened.now)
    if way.visit is None:
        return redirect(url_for("referrals.visit_home"))
    return render_template("referrals/booked.html", visit=way.visit, bring=to_bring(way.visit))


@pages.get("/visit/calendar")
@for_visitor
def calendar(opened: Opened) -> ResponseReturnValue:
    """The visit as a calendar file; it says nothing about health."""
    visit = _visit(opened)[1]
    if visit.state is not State.BOOKED:
        raise NotFound
    entry = calendar_entry(visit, "PUBLISH")
    headers = {"Content-Disposition": f'attachment; filename="{entry.filename}"'}
    return Response(entry.data, content_type=entry.content_type, headers=headers)


@pages.get("/visit/change")
@for_visitor
def change(opened: Opened) -> ResponseReturnValue:
    """Other times for the visit."""
    return picker_page(opened, _visit(opened)[0], moving=True)


@pages.post("/visit/change")
@for_visitor
@limited(PUBLIC_POST)
def move(opened: Opened) -> ResponseReturnValue:
    """Take the other time; the old one is free only then."""
    way, visit = _visit(opened)
    form = TimesForm()
    if not form.validate():
        return picker_page(opened, way, problems=form.problems(), status=422, moving=True)
    if form.slot.data == CALL_ME:
        service.ask_for_call(opened.referral.id, actor=opened.actor, now=opened.now)
        return redirect(url_for("referrals.will_call"), 303)
    try:
        wanted = read_wanted(form.slot.data, way.visit_type_id)
        service.move_visit(
            opened.referral.id,
            visit.id,
            wanted,
            version=version_of(form.version.data),
            actor=opened.actor,
            now=opened.now,
        )
    except (Conflict, Invalid) as lost:
        return lost_page(opened, lost, chosen=form.slot.data, moving=True)
    return redirect(url_for("referrals.booked"), 303)


@pages.get("/visit/cancel")
@for_visitor
def cancel(opened: Opened) -> ResponseReturnValue:
    """Ask once more; a mail scanner that opens links cancels nothing."""
    return render_template("referrals/cancel.html", visit=_visit(opened)[1])


@pages.post("/visit/cancel")
@for_visitor
@limited(PUBLIC_POST)
def cancel_now(opened: Opened) -> ResponseReturnValue:
    """Give the visit up; pressing twice changes nothing."""
    form = PressForm()
    form.validate()
    way = service.way_to_visit(opened.referral, opened.now)
    if way.visit is not None:
        service.cancel_visit(
            opened.referral.id,
            way.visit.id,
            version=version_of(form.version.data),
            actor=opened.actor,
            now=opened.now,
        )
    return redirect(url_for("referrals.cancelled"), 303)


@pages.get("/visit/cancelled")
@for_visitor
def cancelled(opened: Opened) -> ResponseReturnValue:
    """The visit is given up; the place with us is not."""
    way = service.way_to_visit(opened.referral, opened.now)
    return render_template("referrals/cancelled.html", way=way)


def _visit(opened: Opened) -> tuple[Way, AppointmentCard]:
    way = service.way_to_visit(opened.referral, opened.now)
    if way.visit is None:
        raise NotFound("There is no visit to change. You can choose a time.")
    return way, way.visit


def version_of(text: str | None) -> int:
    """The version that a form's hidden field names.

    Raises:
        Invalid: it names none; the page was changed.
    """
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    raise Invalid("This page sent something we do not know. Please go back and try again.")
