"""Other times for a visit, and a time for a person who has none."""

from datetime import date
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import service
from clinic.frontdesk.forms import SlotForm
from clinic.frontdesk.views.blueprint import day_from, filled, pages, whole
from clinic.frontdesk.views.picker import NONE_NEAR, Nearest, dates, named, picked, picker, refused
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals.service import book_slot_by_staff


@pages.get("/visits/<uuid:appointment_id>/move")
@requires(Permission.APPOINTMENT_CHANGE)
def move(appointment_id: UUID) -> str:
    """Other times for a visit."""
    return _move_page(appointment_id, SlotForm(formdata=None), day_from(request.args.get("from")))


@pages.post("/visits/<uuid:appointment_id>/move")
@requires(Permission.APPOINTMENT_CHANGE)
def move_to(appointment_id: UUID) -> ResponseReturnValue:
    """Give the visit the chosen time; a lost race shows the times again."""
    form, nearest = SlotForm(), NONE_NEAR
    if form.validate():
        version = whole(form.version.data)
        try:
            service.move_visit(appointment_id, form.slot.data, version, current_actor(), now())
        except (Conflict, Invalid) as lost:
            nearest = refused(form, lost)
        else:
            flash("The visit has its new time.")
            return redirect(url_for("frontdesk.visit", appointment_id=appointment_id))
    return _move_page(appointment_id, form, day_from(form.first_day.data), nearest), 422


def _move_page(appointment_id: UUID, form: SlotForm, first_day: date, nearest: Nearest = NONE_NEAR) -> str:
    held = service.view_visit(appointment_id, current_actor(), now()).visit
    card = held.card
    form.version.data, form.first_day.data = str(card.version), first_day.isoformat()
    places = picker(card.visit_type_id, first_day, patient_id=card.patient_id, ignoring=card.id)
    return render_template(
        "frontdesk/move.html",
        form=form,
        visit=held,
        places=places,
        nearest=named(nearest, places),
        **dates(first_day),
    )


@pages.get("/unbooked")
@requires(Permission.APPOINTMENT_BOOK)
def unbooked() -> str:
    """Referrals without a visit, the earliest see-by date first."""
    rows = service.view_unbooked(current_actor(), now())
    return render_template("frontdesk/unbooked.html", rows=rows, today=central_date(now()))


@pages.get("/unbooked/<reference>")
@requires(Permission.APPOINTMENT_BOOK)
def choose_time(reference: str) -> str:
    """Times for a person who has no visit yet."""
    form = SlotForm(formdata=None)
    form.key.data, form.slot.data = str(uuid4()), request.args.get("slot", "")
    return _choose_page(reference, form, day_from(request.args.get("from")))


@pages.post("/unbooked/<reference>")
@requires(Permission.APPOINTMENT_BOOK)
def book_time(reference: str) -> ResponseReturnValue:
    """Book the chosen time; a lost race shows the times again."""
    form, nearest = SlotForm(), NONE_NEAR
    if form.validate():
        try:
            key = filled(form.key.data)
            visit = book_slot_by_staff(reference, form.slot.data, key=key, actor=current_actor(), now=now())
        except (Conflict, Invalid) as lost:
            nearest = refused(form, lost)
        else:
            return redirect(url_for("frontdesk.visit", appointment_id=visit.id))
    return _choose_page(reference, form, day_from(form.first_day.data), nearest), 422


def _choose_page(reference: str, form: SlotForm, first_day: date, nearest: Nearest = NONE_NEAR) -> str:
    row = service.view_to_book(reference, current_actor(), now())
    form.first_day.data = first_day.isoformat()
    places = picker(row.visit_type_id, first_day, patient_id=row.patient.id)
    return render_template(
        "frontdesk/choose_time.html",
        form=form,
        row=row,
        places=places,
        nearest=named(nearest, places),
        own=picked(form, row.visit_type_id, places),
        **dates(first_day),
    )
