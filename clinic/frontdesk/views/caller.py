"""A person on the phone who has no intake."""

from datetime import date
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import service
from clinic.frontdesk.forms import NO_TIME, CallerForm
from clinic.frontdesk.views.blueprint import day_from, filled, pages
from clinic.frontdesk.views.picker import NONE_NEAR, Nearest, dates, named, picked, picker, refused
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.scheduling.queries import visit_type_for


@pages.get("/caller")
@requires(Permission.CALLER_BOOK)
def caller() -> str:
    """A form for a person on the phone who has no intake."""
    form = CallerForm(formdata=None)
    form.key.data, form.slot.data = str(uuid4()), request.args.get("slot", "")
    return _caller_page(form, central_date(now()))


@pages.post("/caller")
@requires(Permission.CALLER_BOOK)
def book_caller() -> ResponseReturnValue:
    """Enter and book the caller; with “Other dates”, only the times change and everything typed stays."""
    form, nearest = CallerForm(), NONE_NEAR
    if request.form.get("times"):
        return _caller_page(form, day_from(request.form["times"]))
    if form.validate():
        try:
            slot = None if form.slot.data == NO_TIME else form.slot.data
            booked = service.book_caller(form.caller(), slot, filled(form.key.data), current_actor(), now())
        except (Conflict, Invalid) as lost:
            nearest = refused(form, lost)
        else:
            return _after_booking(booked)
    return _caller_page(form, day_from(form.first_day.data), nearest), 422


def _after_booking(booked: service.CallerBooked) -> ResponseReturnValue:
    if booked.urgent:
        return redirect(url_for("frontdesk.caller_urgent", patient_id=booked.patient_id))
    if booked.visit is None:
        flash("Saved. The person is on the list of those to book.")
        return redirect(url_for("frontdesk.unbooked"))
    flash(f"Booked. Read out the reference: {booked.reference}")
    return redirect(url_for("frontdesk.visit", appointment_id=booked.visit.id))


def _caller_page(form: CallerForm, first_day: date, nearest: Nearest = NONE_NEAR) -> str:
    form.first_day.data = first_day.isoformat()
    terms = visit_type_for(None)
    places = picker(terms.id, first_day)
    return render_template(
        "frontdesk/caller.html",
        form=form,
        places=places,
        nearest=named(nearest, places),
        own=picked(form, terms.id, places),
        **dates(first_day),
    )


@pages.get("/caller/urgent/<uuid:patient_id>")
@requires(Permission.CALLER_BOOK)
def caller_urgent(patient_id: UUID) -> str:
    """What to say now to a caller who answered yes to a safety question."""
    return render_template("frontdesk/caller_urgent.html", cards=service.urgent_cards(patient_id))
