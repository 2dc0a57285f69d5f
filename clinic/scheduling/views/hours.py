"""Pages of a clinician's weekly hours."""

from datetime import timedelta
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Permission
from clinic.platform.access import requires
from clinic.scheduling.forms.hours import AddHoursForm, ChangeHoursForm, EndForm, typed_hours
from clinic.scheduling.presenters.setup import Names, facts, week_of
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Edit, Kind, SetUp
from clinic.scheduling.views.blueprint import pages
from clinic.scheduling.views.flow import BOTH, Screen, confirm, found, take, today
from clinic.scheduling.views.people import clinician

DAY = timedelta(days=1)


@pages.get("/hours/<uuid:clinician_id>")
@requires(Permission.SETUP_CHANGE)
def week(clinician_id: UUID) -> str:
    """A clinician's week."""
    stands = set_up()
    name, held = clinician(stands, clinician_id, today()), week_of(stands, clinician_id, today())
    return render_template("scheduling/week.html", name=name, clinician_id=clinician_id, week=held)


@pages.route("/hours/<uuid:clinician_id>/new", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def add_hours(clinician_id: UUID) -> ResponseReturnValue:
    """New weekly hours, on one day or on several."""
    stands = set_up()
    name = clinician(stands, clinician_id, today())
    form = AddHoursForm(data={"first_day": today() + DAY} if request.method == "GET" else None)
    form.offer(stands)
    leave = url_for("setup.week", clinician_id=clinician_id)
    screen = Screen("scheduling/hours.html", f"Add hours for {name}", leave, stands, context={"facts": ()})
    return take(form, screen, lambda: form.added(clinician_id, today()))


@pages.route("/sessions/<uuid:session_id>", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def hours(session_id: UUID) -> ResponseReturnValue:
    """Other weekly hours, from a day on."""
    stands = set_up()
    image = found(stands, Kind.SESSION, session_id)
    first = max(image["first_day"], today() + DAY)
    form = ChangeHoursForm(data=typed_hours(image, first) if request.method == "GET" else None)
    form.offer(stands)
    screen = _screen("scheduling/hours.html", "Change hours", session_id, stands)
    return take(form, screen, lambda: form.changed(session_id, image, today()))


@pages.route("/sessions/<uuid:session_id>/end", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def end_hours(session_id: UUID) -> ResponseReturnValue:
    """The last day of weekly hours."""
    stands = set_up()
    image, form = found(stands, Kind.SESSION, session_id), EndForm()
    screen = _screen("scheduling/end.html", "End hours", session_id, stands)
    return take(form, screen, lambda: form.edits(session_id, image, today()))


@pages.route("/sessions/<uuid:session_id>/remove", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def remove_hours(session_id: UUID) -> ResponseReturnValue:
    """Weekly hours that have not begun.

    Raises:
        Conflict: they have; then they end on a day.
    """
    stands = set_up()
    if found(stands, Kind.SESSION, session_id)["first_day"] <= today():
        raise Conflict("These hours were worked already. End them on a day instead.")
    screen = _screen("", "Take hours away", session_id, stands)
    return confirm(screen, [Edit(Kind.SESSION, session_id, None)])


def _screen(template: str, what: str, session_id: UUID, stands: SetUp) -> Screen:
    names, image = Names((stands,)), stands.of(Kind.SESSION)[session_id]
    return Screen(
        template,
        f"{what} of {names.person(image['clinician_id'])}",
        url_for("setup.week", clinician_id=image["clinician_id"]),
        stands,
        about=((Kind.SESSION, session_id),),
        context={"facts": facts(Kind.SESSION, image, names)},
    )
