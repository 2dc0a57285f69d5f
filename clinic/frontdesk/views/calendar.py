"""The calendar: a day with clinicians side by side, a clinician's week, and from a free cell to a person."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import render_template, request

from clinic.accounts.queries import StaffCard, clinicians
from clinic.frontdesk import service
from clinic.frontdesk.calendar import drawing
from clinic.frontdesk.views.blueprint import day_from, pages
from clinic.frontdesk.views.picker import named_time
from clinic.kernel.clock import central_date
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.scheduling.queries import LocationCard, VisitTerms, locations, visit_type_among, visit_types

WEEK = "week"
FURTHEST = timedelta(days=3653)


@pages.get("/calendar")
@requires(Permission.DAY_VIEW)
def calendar() -> str:
    """`?day=`, `?view=week`, `?place=` (none: both), `?clinician=`, `?type=` (for which kind of visit)."""
    day, week = _within(day_from(request.args.get("day"))), request.args.get("view") == WEEK
    terms, places, people = _terms(request.args.get("type", "")), locations(), clinicians()
    place = _one(places, request.args.get("place", ""))
    who = _person(people, request.args.get("clinician", ""), first=week)
    days = [day - timedelta(days=day.weekday()) + timedelta(days=n) for n in range(7)] if week else [day]
    instant = now()
    shown = service.view_calendar(
        days,
        terms.id,
        place_id=place.id if place else None,
        clinician_id=who.id if who else None,
        actor=current_actor(),
        now=instant,
    )
    kept = {
        "view": WEEK if week else None,
        "place": place.slug if place else None,
        "clinician": who.id.hex if who else None,
        "type": request.args.get("type") or None,
    }
    step = timedelta(days=7 if week else 1)
    return render_template(
        "frontdesk/calendar.html",
        day=day,
        days=days,
        week=week,
        shown=shown,
        groups=drawing.groups(shown, week=week),
        rows=drawing.rows(shown),
        now_row=drawing.now_row(shown, days, instant),
        instant=instant,
        looks=drawing.VISIT_LOOKS,
        kept=kept,
        before=(day - step).isoformat(),
        after=(day + step).isoformat(),
        is_today=central_date(instant) in days,
        places=places,
        place=place,
        people=people,
        who=who,
        types=[one for one in visit_types() if one.offered],
        terms=terms,
    )


@pages.get("/calendar/book")
@requires(Permission.APPOINTMENT_BOOK)
def calendar_book() -> str:
    """A free time was chosen: for whom?"""
    slot = request.args.get("slot", "")
    words = named_time(slot)
    if words is None:
        raise NotFound("This is no time of ours. Please choose it in the calendar again.")
    rows = service.view_unbooked(current_actor(), now())
    may_enter = current_actor().may(Permission.CALLER_BOOK)
    return render_template(
        "frontdesk/calendar_book.html",
        slot=slot,
        words=words,
        rows=rows,
        may_enter=may_enter,
        today=central_date(now()),
    )


def _within(day: date) -> date:
    """A day of some years around today; nobody plans further, and the calendar itself ends somewhere."""
    today = central_date(now())
    return day if abs(day - today) < FURTHEST else today


def _terms(slug: str) -> VisitTerms:
    every = visit_types()
    found = next((one for one in every if one.slug == slug), None) or visit_type_among(every, None)
    if found is None and not every:
        raise NotFound("There are no visit types yet. An admin can add one.")
    return found or every[0]


def _one(places: Sequence[LocationCard], slug: str) -> LocationCard | None:
    return next((place for place in places if place.slug == slug), None)


def _person(people: Sequence[StaffCard], text: str, *, first: bool) -> StaffCard | None:
    """The clinician named in the address; for a week there must be one: oneself, or the first."""
    named = next((one for one in people if text and one.id.hex == text.replace("-", "")), None)
    if named or not first or not people:
        return named
    own: UUID | None = current_actor().id
    return next((one for one in people if one.id == own), people[0])
