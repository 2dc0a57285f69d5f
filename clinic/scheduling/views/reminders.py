"""The page of reminders and quiet hours."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.permissions import Permission
from clinic.platform.access import requires
from clinic.scheduling.forms.reminders import RemindersForm, typed_reminders
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import REMINDERS_ID, Kind
from clinic.scheduling.rules.setup.unset import reminders_in_force
from clinic.scheduling.views.blueprint import pages
from clinic.scheduling.views.flow import BOTH, Screen, take


@pages.route("/reminders", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def reminders() -> ResponseReturnValue:
    """How many hours before a visit it is reminded of, and when nobody is written to."""
    stands = set_up()
    form = RemindersForm(
        data=typed_reminders(reminders_in_force(stands)) if request.method == "GET" else None
    )
    screen = Screen(
        "scheduling/reminders.html",
        "Reminders",
        url_for("setup.overview", _anchor="reminders"),
        stands,
        about=((Kind.REMINDERS, REMINDERS_ID),),
    )
    return take(form, screen, lambda: form.edits(stands))
