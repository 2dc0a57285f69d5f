"""Pages of the front desk: the day, and visits in it."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import presenters, queries, service
from clinic.frontdesk.forms import NO_TIME, CallerForm, CallForm, SlotForm, StepForm
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Permission
from clinic.notifications.service import retry
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.safety.rules import CallBackAction
from clinic.scheduling import service as scheduling
from clinic.scheduling.presenters import LocationTimes, by_location
from clinic.scheduling.queries import locations, visit_type_for
from clinic.scheduling.rules import NotBookable, Step, read_wanted

blueprint = Blueprint("frontdesk", __name__, url_prefix="/staff")
TAMPERED = "This page sent something we do not know. Please go back and try again."


def day_from(text: str | None) -> date:
    """The day named in the address; today when there is none or it is no date."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return central_date(now())


def whole(text: str | None) -> int:
    """A number of a hidden field.

    Raises:
        Invalid: it is none; the page was changed.
    """
    if not (text or "").isdecimal():
        raise Invalid(TAMPERED)
    return int(text or "")


def filled(text: str | None) -> str:
    """The key of a form, which every page of ours carries.

    Raises:
        Invalid: there is none; the page was changed.
    """
    if not text:
        raise Invalid(TAMPERED)
    return text[:80]


@blueprint.get("/today")
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


@blueprint.get("/coming")
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


@blueprint.get("/visits/<uuid:appointment_id>")
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


@blueprint.post("/visits/<uuid:appointment_id>/step")
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


@blueprint.get("/visits/<uuid:appointment_id>/move")
@requires(Permission.APPOINTMENT_CHANGE)
def move(appointment_id: UUID) -> str:
    """Other times for a visit."""
    return _move_page(appointment_id, SlotForm(formdata=None), day_from(request.args.get("from")))


@blueprint.post("/visits/<uuid:appointment_id>/move")
@requires(Permission.APPOINTMENT_CHANGE)
def move_to(appointment_id: UUID) -> ResponseReturnValue:
    """Give the visit the chosen time; a lost race shows the times again."""
    form = SlotForm()
    if form.validate():
        card = service.view_visit(appointment_id, current_actor(), now()).visit.card
        wanted, version = read_wanted(form.slot.data, card.visit_type_id), whole(form.version.data)
        try:
            scheduling.move(
                appointment_id, wanted, actor=current_actor(), now=now(), expected_version=version
            )
        except NotBookable as lost:
            form.add_error("slot", lost.message)
        else:
            flash("The visit has its new time.")
            return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))
    return _move_page(appointment_id, form, day_from(form.first_day.data)), 422


def _move_page(appointment_id: UUID, form: SlotForm, first_day: date) -> str:
    held = service.view_visit(appointment_id, current_actor(), now()).visit
    card = held.card
    form.version.data, form.first_day.data = str(card.version), first_day.isoformat()
    places = _picker(card.visit_type_id, first_day, patient_id=card.patient_id, ignoring=card.id)
    return render_template("frontdesk/move.html", form=form, visit=held, places=places, **_dates(first_day))


def _picker(
    visit_type_id: UUID, first_day: date, *, patient_id: UUID | None = None, ignoring: UUID | None = None
) -> tuple[LocationTimes, ...]:
    """Open times side by side for every place."""
    times = queries.times_to_choose(visit_type_id, first_day, now(), patient_id=patient_id, ignoring=ignoring)
    return by_location(times, locations())


def _dates(first_day: date) -> dict[str, str]:
    """Where the picker's links lead: two weeks on, two weeks back."""
    step = timedelta(days=queries.PICKER_DAYS)
    earlier = first_day - step if first_day > central_date(now()) else None
    return {"later": (first_day + step).isoformat(), "earlier": earlier.isoformat() if earlier else ""}


@blueprint.post("/visits/<uuid:appointment_id>/cancel")
@requires(Permission.APPOINTMENT_CHANGE)
def cancel(appointment_id: UUID) -> ResponseReturnValue:
    """Cancel a booked visit, or give up a time that was asked for."""
    form = StepForm()
    form.validate()
    version = whole(form.version.data)
    service.give_up(appointment_id, version, current_actor(), now())
    flash("The visit is cancelled. Its time is free.")
    return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))


@blueprint.get("/caller")
@requires(Permission.CALLER_BOOK)
def caller() -> str:
    """A form for a person on the phone who has no intake."""
    form = CallerForm(formdata=None)
    form.key.data = str(uuid4())
    return _caller_page(form, central_date(now()))


@blueprint.post("/caller")
@requires(Permission.CALLER_BOOK)
def book_caller() -> ResponseReturnValue:
    """Enter and book the caller; with “Other dates”, only the times change and everything typed stays."""
    form = CallerForm()
    if request.form.get("times"):
        return _caller_page(form, day_from(request.form["times"]))
    if form.validate():
        try:
            slot = None if form.slot.data == NO_TIME else form.slot.data
            booked = service.book_caller(form.caller(), slot, filled(form.key.data), current_actor(), now())
        except Conflict as lost:
            form.add_error("slot", lost.message)
        except Invalid as wrong:
            form.add_error(wrong.field or "first_name", wrong.message)
        else:
            return _after_booking(booked)
    return _caller_page(form, day_from(form.first_day.data)), 422


def _after_booking(booked: service.CallerBooked) -> ResponseReturnValue:
    if booked.urgent:
        return redirect(url_for("frontdesk.caller_urgent", patient_id=booked.patient_id))
    if booked.visit is None:
        flash("Saved. The person is on the list of those to book.")
        return redirect(url_for("frontdesk.unbooked"))
    flash(f"Booked. Read out the reference: {booked.reference}")
    return redirect(url_for("frontdesk.visit", appointment_id=booked.visit.id))


def _caller_page(form: CallerForm, first_day: date) -> str:
    form.first_day.data = first_day.isoformat()
    places = _picker(visit_type_for(None).id, first_day)
    return render_template("frontdesk/caller.html", form=form, places=places, **_dates(first_day))


@blueprint.get("/caller/urgent/<uuid:patient_id>")
@requires(Permission.CALLER_BOOK)
def caller_urgent(patient_id: UUID) -> str:
    """What to say now to a caller who answered yes to a safety question."""
    return render_template("frontdesk/caller_urgent.html", cards=service.urgent_cards(patient_id))


@blueprint.get("/unbooked")
@requires(Permission.APPOINTMENT_BOOK)
def unbooked() -> str:
    """Referrals without a visit, the earliest see-by date first."""
    rows = service.view_unbooked(current_actor(), now())
    return render_template("frontdesk/unbooked.html", rows=rows, today=central_date(now()))


@blueprint.get("/unbooked/<reference>")
@requires(Permission.APPOINTMENT_BOOK)
def choose_time(reference: str) -> str:
    """Times for a person who has no visit yet."""
    form = SlotForm(formdata=None)
    form.key.data = str(uuid4())
    return _choose_page(reference, form, day_from(request.args.get("from")))


@blueprint.post("/unbooked/<reference>")
@requires(Permission.APPOINTMENT_BOOK)
def book_time(reference: str) -> ResponseReturnValue:
    """Book the chosen time; a lost race shows the times again."""
    form = SlotForm()
    if form.validate():
        try:
            visit_id = service.book_for_referral(
                reference, form.slot.data, filled(form.key.data), current_actor(), now()
            )
        except NotBookable as lost:
            form.add_error("slot", lost.message)
        else:
            return redirect(url_for("frontdesk.visit", appointment_id=visit_id))
    return _choose_page(reference, form, day_from(form.first_day.data)), 422


def _choose_page(reference: str, form: SlotForm, first_day: date) -> str:
    row = service.view_to_book(reference, current_actor(), now())
    form.first_day.data = first_day.isoformat()
    places = _picker(row.visit_type_id, first_day, patient_id=row.patient.id)
    return render_template(
        "frontdesk/choose_time.html", form=form, row=row, places=places, **_dates(first_day)
    )


@blueprint.get("/calls")
@requires(Permission.CALL_BACK_VIEW)
def calls() -> str:
    """The call-backs that the desk may place."""
    held = service.view_calls(current_actor(), now())
    return render_template("frontdesk/calls.html", calls=held, now=now(), call_words=presenters.CALL_WORDS)


@blueprint.get("/calls/<uuid:call_back_id>")
@requires(Permission.CALL_BACK_VIEW)
def call(call_back_id: UUID) -> str:
    """One call-back with its history."""
    return _call_page(call_back_id, CallForm(formdata=None))


@blueprint.post("/calls/<uuid:call_back_id>")
@requires(Permission.CALL_BACK_PLACE)
def record_call(call_back_id: UUID) -> ResponseReturnValue:
    """Write down what came of a call."""
    form = CallForm()
    form.validate()
    action = request.form.get("action", "")
    if action not in presenters.ACTION_WORDS:
        raise Invalid("Choose one of the buttons on the page.")
    step, outcome, note = CallBackAction(action), form.outcome.data, form.note.data
    try:
        service.record_call(call_back_id, step, outcome, note, actor=current_actor(), now=now())
    except Invalid as wrong:
        form.add_error(wrong.field or "outcome", wrong.message)
        return _call_page(call_back_id, form), 422
    return redirect(url_for("frontdesk.calls"))


def _call_page(call_back_id: UUID, form: CallForm) -> str:
    held, steps = service.view_call(call_back_id, current_actor(), now())
    actions = held.actions(current_actor())
    form.outcome.choices = presenters.outcome_choices(held.kind)
    return render_template(
        "frontdesk/call.html",
        form=form,
        call=held,
        steps=steps,
        actions=actions,
        can_finish=CallBackAction.RESOLVE in actions,
        to_book=service.reference_to_book(held),
        call_words=presenters.CALL_WORDS,
        action_words=presenters.ACTION_WORDS,
    )


@blueprint.get("/messages")
@requires(Permission.MESSAGES_VIEW)
def messages() -> str:
    """Messages that were not sent: what failed, and whom to call instead."""
    lines = service.view_messages(current_actor(), now())
    return render_template(
        "frontdesk/messages.html",
        lines=lines,
        message_words=presenters.MESSAGE_WORDS,
        failure_words=presenters.FAILURE_WORDS,
    )


@blueprint.post("/messages/<uuid:message_id>/retry")
@requires(Permission.MESSAGES_RETRY)
def retry_message(message_id: UUID) -> ResponseReturnValue:
    """Try a message again that was given up."""
    StepForm().validate()
    retry(message_id, current_actor(), now())
    flash("We are trying again.")
    return redirect(url_for("frontdesk.messages"))
