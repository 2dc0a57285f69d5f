"""The day board, coming visits, and one visit: what it is and what is done to it."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import presenters, queries, service, why_words
from clinic.frontdesk.forms import StepForm
from clinic.frontdesk.views.blueprint import day_from, pages, whole
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.controls import Problem
from clinic.platform.extensions import now
from clinic.referrals.service import confirm_request
from clinic.scheduling import service as scheduling
from clinic.scheduling.rules import NotBookable, Step


@pages.get("/today")
@requires(Permission.DAY_VIEW)
def today() -> str:
    """The day board of both locations."""
    day, step = day_from(request.args.get("day")), timedelta(days=1)
    return render_template(
        "frontdesk/today.html",
        day=day,
        is_today=day == central_date(now()),
        before=(day - step).isoformat(),
        after=(day + step).isoformat(),
        places=service.view_day(day, current_actor(), now()),
        step_words=presenters.STEP_WORDS,
        undo_words=presenters.HISTORY_WORDS,
    )


@pages.get("/coming")
@requires(Permission.DAY_VIEW)
def coming() -> str:
    """The visits of two weeks, per location."""
    day = day_from(request.args.get("from"))
    return render_template(
        "frontdesk/coming.html",
        day=day,
        later=(day + timedelta(days=queries.COMING_DAYS)).isoformat(),
        places=service.view_coming(day, current_actor(), now()),
    )


@pages.get("/visits/<uuid:appointment_id>")
@requires(Permission.DAY_VIEW)
def visit(appointment_id: UUID) -> str:
    """One visit: who, when, where, what can be done, what was done."""
    return _visit_page(appointment_id)


def _visit_page(appointment_id: UUID, refused: Conflict | None = None) -> str:
    held = service.view_visit(appointment_id, current_actor(), now())
    return render_template(
        "frontdesk/visit.html",
        visit=held.visit,
        history=presenters.history_words(held.history),
        overrides=why_words.told(held.overrides),
        told=held.messages,
        callers=held.callers,
        may_act=current_actor().may(Permission.MESSAGES_RETRY),
        step_words=presenters.STEP_WORDS,
        undo_words=presenters.HISTORY_WORDS,
        day=central_date(held.visit.card.start_at),
        movable=held.visit.card.state in presenters.MOVABLE,
        call_first=held.call_first,
        safety_call=held.safety_call if current_actor().may(Permission.SAFETY_VIEW) else None,
        may_confirm=current_actor().may(Permission.SAFETY_RESOLVE),
        problems=[Problem(refused.message, "acts")] if refused else [],
    )


@pages.post("/visits/<uuid:appointment_id>/step")
@requires(Permission.APPOINTMENT_ARRIVE)
def take_step(appointment_id: UUID) -> ResponseReturnValue:
    """Take a visit one step further, then show its day again."""
    form = StepForm()
    form.validate()
    if form.step.data not in presenters.STEP_WORDS:
        raise Invalid("Choose one of the buttons on the page.")
    step, version = Step(form.step.data), whole(form.version.data)
    service.take_step(appointment_id, step, version, current_actor(), now())
    return redirect(url_for("frontdesk.today", day=day_from(form.day.data).isoformat()))


@pages.post("/visits/<uuid:appointment_id>/undo")
@requires(Permission.APPOINTMENT_CHANGE)
def undo(appointment_id: UUID) -> ResponseReturnValue:
    """Take back what staff did last; from the day board, show that day again."""
    form = StepForm()
    form.validate()
    version = whole(form.version.data)
    try:
        scheduling.undo(appointment_id, actor=current_actor(), now=now(), expected_version=version)
    except NotBookable as refused:
        return _visit_page(appointment_id, refused), 409
    flash("Undone.")
    if form.day.data:
        return redirect(url_for("frontdesk.today", day=day_from(form.day.data).isoformat()))
    return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))


@pages.post("/visits/<uuid:appointment_id>/confirm")
@requires(Permission.SAFETY_RESOLVE)
def confirm_asked(appointment_id: UUID) -> ResponseReturnValue:
    """After the call: book the time that was asked for."""
    form = StepForm()
    form.validate()
    version = whole(form.version.data)
    try:
        confirm_request(appointment_id, version=version, actor=current_actor(), now=now())
    except Conflict as refused:
        return _visit_page(appointment_id, refused), 409
    flash("Booked. The person and the referring office are told.")
    return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))


@pages.post("/visits/<uuid:appointment_id>/cancel")
@requires(Permission.APPOINTMENT_CHANGE)
def cancel(appointment_id: UUID) -> ResponseReturnValue:
    """Cancel a booked visit, or give up a time that was asked for."""
    form = StepForm()
    form.validate()
    version = whole(form.version.data)
    service.give_up(appointment_id, version, current_actor(), now())
    flash("The visit is canceled. Its time is free.")
    return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))
