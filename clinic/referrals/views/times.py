"""A patient chooses a time: pick, hold, check, confirm; or asks for a time, or for a call."""

import secrets
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Conflict, Invalid
from clinic.platform.controls import Problem
from clinic.platform.limits import PUBLIC_POST, limited
from clinic.referrals import service
from clinic.referrals.forms import PressForm, TimesForm
from clinic.referrals.presenters.picker import CALL_ME, Picker, picker
from clinic.referrals.queries import held_time, lapsed_hold
from clinic.referrals.rules import BookingMode, window_end
from clinic.referrals.service import Way
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.browser import Opened, for_visitor
from clinic.scheduling.queries import appointment_card, locations, nearest_times, open_times
from clinic.scheduling.rules import HoldExpired, NotBookable, OpenTime, State, read_wanted

FIRST_RADIO = "slot"


@pages.get("/visit/times")
@for_visitor
def times(opened: Opened) -> ResponseReturnValue:
    """Both places side by side, the earliest times first."""
    way = service.way_to_visit(opened.referral, opened.now)
    if way.visit is not None:
        return redirect(url_for("referrals.visit_home"))
    return picker_page(opened, way)


@pages.post("/visit/times")
@for_visitor
@limited(PUBLIC_POST)
def choose(opened: Opened) -> ResponseReturnValue:
    """Hold the chosen time, ask for it, or ask for a call. A lost race shows the nearest other times."""
    way = service.way_to_visit(opened.referral, opened.now)
    form = TimesForm()
    if not form.validate():
        return picker_page(opened, way, problems=form.problems(), status=422)
    if form.slot.data == CALL_ME:
        service.ask_for_call(opened.referral.id, actor=opened.actor, now=opened.now)
        return redirect(url_for("referrals.will_call"), 303)
    key = f"{opened.referral.id}:{form.key.data}"[:80]
    asks = way.mode is BookingMode.ASK_FOR_TIME
    take = service.request_time if asks else service.hold_time
    try:
        wanted = read_wanted(form.slot.data, way.visit_type_id)
        row = take(opened.referral.id, wanted, key=key, actor=opened.actor, now=opened.now)
    except (Conflict, Invalid) as lost:
        return lost_page(opened, lost, chosen=form.slot.data)
    return redirect(url_for("referrals.confirm" if row.state is State.HELD else "referrals.booked"), 303)


@pages.get("/visit/confirm")
@for_visitor
def confirm(opened: Opened) -> ResponseReturnValue:
    """Read the held time back; nothing is booked yet."""
    held = held_time(opened.referral.patient_id, opened.now)
    if held is None:
        return redirect(url_for("referrals.booked"))
    return render_template("referrals/confirm.html", visit=appointment_card(held))


@pages.post("/visit/confirm")
@for_visitor
@limited(PUBLIC_POST)
def confirm_held(opened: Opened) -> ResponseReturnValue:
    """Book the held time; pressing twice books once."""
    PressForm().validate()
    held = held_time(opened.referral.patient_id, opened.now)
    if held is None:
        return _nothing_held(opened)
    try:
        service.confirm_time(opened.referral.id, held, actor=opened.actor, now=opened.now)
    except Conflict as lost:
        return lost_page(opened, lost)
    return redirect(url_for("referrals.booked"), 303)


@pages.post("/visit/extend")
@for_visitor
@limited(PUBLIC_POST)
def extend(opened: Opened) -> ResponseReturnValue:
    """Hold for another 15 minutes."""
    PressForm().validate()
    held = held_time(opened.referral.patient_id, opened.now)
    if held is None:
        return _nothing_held(opened)
    try:
        service.extend_hold(opened.referral.id, held, actor=opened.actor, now=opened.now)
    except Conflict as lost:
        return lost_page(opened, lost)
    return redirect(url_for("referrals.confirm"), 303)


@pages.get("/visit/will-call")
@for_visitor
def will_call(opened: Opened) -> ResponseReturnValue:
    """Somebody will call about a time."""
    status = service.view_status(opened.referral, actor=opened.actor, now=opened.now)
    return render_template("referrals/will_call.html", status=status)


def picker_page(
    opened: Opened,
    way: Way,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
    nearest: tuple[OpenTime, ...] = (),
    chosen: str = "",
    moving: bool = False,
) -> ResponseReturnValue:
    """The picker with whatever went wrong; while moving, the visit's own time counts as free."""
    can_choose = way.mode in (BookingMode.BOOK, BookingMode.ASK_FOR_TIME)
    shown = _picker(opened, way, moving=moving) if can_choose else None
    if shown and shown.soonest is None and way.visit is None:
        service.tell_of_empty_window(opened.referral.id, actor=opened.actor, now=opened.now)
    page = render_template(
        "referrals/times.html",
        way=way,
        picker=shown,
        places={place.id: place for place in locations()},
        nearest=nearest,
        problems=problems or [],
        chosen=chosen,
        key=secrets.token_urlsafe(16),
        moving=moving,
        # Before the decision every page is the same for everybody: the window would tell the priority.
        until=way.last_day if opened.referral.choice else None,
        asking=way.mode is BookingMode.ASK_FOR_TIME,
        can_choose=can_choose,
    )
    return page, status


def lost_page(
    opened: Opened, lost: Conflict | Invalid, *, chosen: str = "", moving: bool = False
) -> ResponseReturnValue:
    """What to do when the time cannot be had: the reason, and the nearest times."""
    way = service.way_to_visit(opened.referral, opened.now)
    if way.visit is not None and not moving:
        return redirect(url_for("referrals.visit_home"), 303)
    nearest = lost.nearest if isinstance(lost, NotBookable) else ()
    if isinstance(lost, HoldExpired):
        nearest = _near_the_hold(opened, way)
    problems = [Problem(lost.message, FIRST_RADIO)]
    return picker_page(
        opened, way, problems=problems, status=lost.status, nearest=nearest, chosen=chosen, moving=moving
    )


def _nothing_held(opened: Opened) -> ResponseReturnValue:
    """Confirmed before, or run out."""
    way = service.way_to_visit(opened.referral, opened.now)
    if way.visit is not None:
        return redirect(url_for("referrals.booked"), 303)
    return lost_page(opened, HoldExpired())


def _near_the_hold(opened: Opened, way: Way) -> tuple[OpenTime, ...]:
    """Times close to the one that was held, itself among them if it is still open."""
    held = lapsed_hold(opened.referral.patient_id, opened.now)
    if held is None or way.terms is None or held.visit_type_id != way.terms.id:
        return ()
    patient = opened.referral.patient_id
    return nearest_times(held, now=opened.now, patient_id=patient, last_day=way.last_day)


def _picker(opened: Opened, way: Way, *, moving: bool) -> Picker:
    found = open_times(
        way.visit_type_id,
        from_=opened.now,
        until=window_end(way.last_day),
        now=opened.now,
        patient_id=opened.referral.patient_id,
        ignoring=way.visit.id if moving and way.visit else None,
        any_clinician=True,
    )
    return picker(
        locations(),
        found,
        place=request.args.get("place", ""),
        from_day=_day(request.args.get("from", "")),
        whole_day="all" in request.args,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
