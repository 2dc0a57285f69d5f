"""The overview of everything that is set up, the history of changes, and taking a change back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.scheduling.forms.base import UndoForm
from clinic.scheduling.presenters import setup as words
from clinic.scheduling.queries.changes import change_of
from clinic.scheduling.queries.changes import changes as changes_page
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Kind
from clinic.scheduling.rules.setup.unset import reminders_in_force
from clinic.scheduling.service import setup as service
from clinic.scheduling.views.blueprint import pages
from clinic.scheduling.views.days import coming_holidays
from clinic.scheduling.views.flow import today
from clinic.scheduling.views.people import with_hours

LAST = 5


@pages.get("")
@requires(Permission.SETUP_CHANGE)
def overview() -> str:
    """Everything that is set up."""
    stands, day = set_up(), today()
    people, names = with_hours(stands, day), words.Names((stands,))
    return render_template(
        "scheduling/overview.html",
        places=words.place_cards(stands),
        types=words.type_rows(stands, names),
        weeks=[(key, name, words.week_lines(stands, key, day)) for key, name in people.items()],
        days=words.day_rows(stands, names, day),
        holidays=words.holiday_line(coming_holidays(stands)),
        ways=words.way_lines(stands, names),
        reminders=words.facts(Kind.REMINDERS, reminders_in_force(stands), names),
        changes=words.change_cards(changes_page(current_actor(), length=LAST).lines, stands),
    )


@pages.get("/changes")
@requires(Permission.SETUP_CHANGE)
def changes() -> str:
    """Every change, the latest first."""
    held = changes_page(current_actor(), _after())
    return render_template(
        "scheduling/changes.html",
        changes=words.change_cards(held.lines, set_up()),
        after=request.args.get("after"),
        next_after=held.after,
    )


def _after() -> UUID | None:
    try:
        return UUID(request.args.get("after", ""))
    except ValueError:
        return None


@pages.get("/changes/<uuid:change_id>/undo")
@requires(Permission.SETUP_CHANGE)
def undo(change_id: UUID) -> str:
    """What comes back when this change is undone, and which visits it hits; or why it cannot."""
    return _undo_page(change_id)


@pages.post("/changes/<uuid:change_id>/undo")
@requires(Permission.SETUP_CHANGE)
def take_back(change_id: UUID) -> ResponseReturnValue:
    """Undo it, if it does what the page said."""
    form = UndoForm()
    form.validate()
    try:
        service.undo(change_id, actor=current_actor(), now=now(), digest=form.digest.data or "")
    except service.WayBackStale as stale:
        return _undo_page(change_id, note=stale.message), 409
    except Conflict:
        return _undo_page(change_id), 409
    flash("Undone. Everything is as it was before the change.")
    return redirect(url_for("setup.overview"), 303)


def _undo_page(change_id: UUID, *, note: str = "") -> str:
    stands, way = set_up(), service.way_back(change_id, actor=current_actor(), now=now())
    form = UndoForm(formdata=None)
    form.digest.data = way.digest
    return render_template(
        "scheduling/undo.html",
        form=form,
        change=words.way_back(change_of(current_actor(), change_id), stands),
        hindrance=way.hindrance,
        hits=words.visits(way.hits, {}, words.Names((stands,)), first=False),
        note=note,
    )
