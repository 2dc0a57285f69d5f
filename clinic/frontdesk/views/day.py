"""The day board, coming visits, and one visit: what it is and what is done to it."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import presenters, queries, service
from clinic.frontdesk.forms import StepForm
from clinic.frontdesk.views.blueprint import day_from, pages, whole
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.scheduling.rules import Step


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
    held = service.view_visit(appointment_id, current_actor(), now())
    return render_template(
        "frontdesk/visit.html",
        visit=held.visit,
        history=held.history,
        step_words=presenters.STEP_WORDS,
        history_words=presenters.HISTORY_WORDS,
        day=central_date(held.visit.card.start_at),
        movable=held.visit.card.state in presenters.MOVABLE,
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


@pages.post("/visits/<uuid:appointment_id>/cancel")
@requires(Permission.APPOINTMENT_CHANGE)
def cancel(appointment_id: UUID) -> ResponseReturnValue:
    """Cancel a booked visit, or give up a time that was asked for."""
    form = StepForm()
    form.validate()
    version = whole(form.version.data)
    service.give_up(appointment_id, version, current_actor(), now())
    flash("The visit is cancelled. Its time is free.")
    return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))
