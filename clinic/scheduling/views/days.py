"""Pages of days that are not like every week: exceptions, closures, holidays."""

from datetime import timedelta
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.permissions import Permission
from clinic.platform.access import requires
from clinic.scheduling.forms.days import (
    ClosureForm,
    DatedForm,
    HolidaysForm,
    typed_closure,
    typed_dated,
)
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Edit, Holiday, Kind, SetUp, federal_holidays
from clinic.scheduling.views.blueprint import pages
from clinic.scheduling.views.flow import BOTH, Screen, confirm, found, take, today
from clinic.scheduling.views.people import offered

# So far ahead visits are booked, and so far ahead holidays are offered.
AHEAD = timedelta(days=500)


@pages.route("/exceptions/new", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def add_exception() -> ResponseReturnValue:
    """Hours of one day that differ from the week."""
    return _exception_page(set_up(), None)


@pages.route("/exceptions/<uuid:dated_id>", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def exception(dated_id: UUID) -> ResponseReturnValue:
    """The same, to be changed."""
    return _exception_page(set_up(), dated_id)


@pages.route("/exceptions/<uuid:dated_id>/remove", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def remove_exception(dated_id: UUID) -> ResponseReturnValue:
    """The day is like every week again."""
    stands = set_up()
    found(stands, Kind.DATED_HOURS, dated_id)
    screen = _screen("", "Take an exception away", stands, (Kind.DATED_HOURS, dated_id))
    return confirm(screen, [Edit(Kind.DATED_HOURS, dated_id, None)])


def _exception_page(stands: SetUp, dated_id: UUID | None) -> ResponseReturnValue:
    image = found(stands, Kind.DATED_HOURS, dated_id) if dated_id else None
    form = DatedForm(data=typed_dated(image) if image and request.method == "GET" else None)
    form.offer(stands, offered([image["clinician_id"]] if image else ()))
    heading = "Change an exception" if image else "Add an exception"
    thing = ((Kind.DATED_HOURS, dated_id),) if dated_id else ()
    screen = _screen("scheduling/exception.html", heading, stands, *thing)
    return take(form, screen, lambda: form.edits(dated_id, stands, today()))


@pages.route("/closures/new", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def add_closure() -> ResponseReturnValue:
    """Whole days without visits."""
    return _closure_page(set_up(), None)


@pages.route("/closures/<uuid:closure_id>", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def closure(closure_id: UUID) -> ResponseReturnValue:
    """The same, to be changed."""
    return _closure_page(set_up(), closure_id)


@pages.route("/closures/<uuid:closure_id>/remove", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def remove_closure(closure_id: UUID) -> ResponseReturnValue:
    """Open after all."""
    stands = set_up()
    found(stands, Kind.CLOSURE, closure_id)
    screen = _screen("", "Take a closure away", stands, (Kind.CLOSURE, closure_id))
    return confirm(screen, [Edit(Kind.CLOSURE, closure_id, None)])


def _closure_page(stands: SetUp, closure_id: UUID | None) -> ResponseReturnValue:
    image = found(stands, Kind.CLOSURE, closure_id) if closure_id else None
    form = ClosureForm(data=typed_closure(image) if image and request.method == "GET" else None)
    form.offer(stands, offered([image["clinician_id"]] if image and image["clinician_id"] else ()))
    thing = ((Kind.CLOSURE, closure_id),) if closure_id else ()
    screen = _screen("scheduling/closure.html", "Change a closure" if image else "Close days", stands, *thing)
    return take(form, screen, lambda: form.edits(closure_id, stands, today()))


@pages.route("/holidays", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def holidays() -> ResponseReturnValue:
    """Federal holidays on which the clinic is closed."""
    stands = set_up()
    coming = coming_holidays(stands)
    ticked = [one.day.isoformat() for one in coming if one.chosen]
    form = HolidaysForm(data={"days": ticked} if request.method == "GET" else None)
    form.offer(coming)
    things = [(Kind.CLOSURE, one.closure_id) for one in coming if one.closure_id]
    screen = _screen("scheduling/holidays.html", "Federal holidays", stands, *things)
    return take(form, screen, lambda: form.edits(coming))


def coming_holidays(stands: SetUp) -> tuple[Holiday, ...]:
    """The federal holidays ahead, and which are kept."""
    return federal_holidays(today(), today() + AHEAD, stands)


def _screen(template: str, heading: str, stands: SetUp, *about: tuple[Kind, UUID]) -> Screen:
    return Screen(template, heading, url_for("setup.overview", _anchor="days"), stands, about=about)
