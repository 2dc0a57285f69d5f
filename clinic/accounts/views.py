"""Pages around the accounts of staff."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.accounts.presenters import staff_rows
from clinic.accounts.queries import staff_cards
from clinic.accounts.rules import LANDINGS
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires

pages = Blueprint("accounts", __name__, url_prefix="/staff")


@pages.get("/")
@requires(Permission.STAFF_SELF)
def landing() -> ResponseReturnValue:
    """Where work begins: the first page of the list that this person may see."""
    actor = current_actor()
    for permission, endpoint in LANDINGS:
        if actor.may(permission) and endpoint in current_app.view_functions:
            return redirect(url_for(endpoint))
    return redirect(url_for("security.change_password"))


@pages.get("/people")
@requires(Permission.STAFF_VIEW)
def staff_list() -> str:
    """Who may sign in, and as what."""
    return render_template("accounts/staff_list.html", rows=staff_rows(staff_cards()))
