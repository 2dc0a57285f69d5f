"""Pages around the accounts of staff."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.accounts import service
from clinic.accounts.forms import CoverForm, PressForm, SwitchForm
from clinic.accounts.presenters import staff_rows
from clinic.accounts.queries import colleagues, covers_around, staff_cards
from clinic.accounts.rules import LANDINGS
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now

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


@pages.get("/cover")
@requires(Permission.COVER_ENTER)
def cover() -> str:
    """The own days away, and whom one covers."""
    return _cover_page(CoverForm())


@pages.post("/cover")
@requires(Permission.COVER_ENTER)
def enter_cover() -> ResponseReturnValue:
    """Keep days away; what will not do comes back with words beside it."""
    actor, form = current_actor(), CoverForm()
    form.offer(colleagues().values(), actor.id)
    if not form.validate():
        return _cover_page(form), 422
    first, last, who = form.first_day.data, form.last_day.data, UUID(form.covered_by.data)
    try:
        service.enter_cover(first, last, who, actor=actor, now=now())
    except Invalid as wrong:
        form.add_error(wrong.field or "first_day", wrong.message)
        return _cover_page(form), 422
    flash("Your days away are kept.")
    return redirect(url_for("accounts.cover"), 303)


@pages.post("/cover/<uuid:cover_id>/end")
@requires(Permission.COVER_ENTER)
def end_cover(cover_id: UUID) -> ResponseReturnValue:
    """Back early, or not away at all."""
    PressForm().validate()
    service.end_cover(cover_id, actor=current_actor(), now=now())
    flash("Ended. Your referrals are yours alone again.")
    return redirect(url_for("accounts.cover"), 303)


@pages.get("/shortcuts")
@requires(Permission.STAFF_SELF)
def shortcuts() -> str:
    """Every key that does something, and the switch."""
    return render_template("accounts/shortcuts.html")


@pages.post("/shortcuts")
@requires(Permission.STAFF_SELF)
def switch_shortcuts() -> ResponseReturnValue:
    """Keys on, or off."""
    on = "on" in request.form
    if not SwitchForm().validate() or on is ("off" in request.form):
        raise Invalid("This page sent something we do not know. Please go back and try again.")
    service.switch_shortcuts(on=on, actor=current_actor(), now=now())
    flash("Shortcuts are on." if on else "Shortcuts are off.")
    return redirect(url_for("accounts.shortcuts"), 303)


def _cover_page(form: CoverForm) -> str:
    actor, people = current_actor(), colleagues()
    assert actor.id is not None  # noqa: S101 - staff have one
    form.offer(people.values(), actor.id)
    rows = covers_around(actor.id, central_date(now()))
    return render_template("accounts/cover.html", form=form, rows=rows, people=people, me=actor.id)
