"""The reply to the referring office: staff type where it goes, clinicians print what it says."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.forms import OfficeForm
from clinic.referrals.presenters import letter as words
from clinic.referrals.rules.office import StaleOffice
from clinic.referrals.service.office import OfficePage
from clinic.referrals.views.blueprint import pages


@pages.get("/staff/referrals/<reference>/office")
@requires(Permission.APPOINTMENT_BOOK)
def office(reference: str) -> ResponseReturnValue:
    """Who sent this person; nothing clinical, the desk sees it."""
    page = _page_of(reference)
    known = asdict(page.office.details) if page.office else {}
    form = OfficeForm(formdata=None, data=known)
    return _office_page(page, form)


@pages.post("/staff/referrals/<reference>/office")
@requires(Permission.APPOINTMENT_BOOK)
def keep_office(reference: str) -> ResponseReturnValue:
    """Keep what was typed; over somebody else's change both are shown."""
    form = OfficeForm()
    if not form.validate():
        return _office_page(_page_of(reference), form, keep_version=True), 422
    shown = form.version.data or ""
    version = int(shown) if shown.isdecimal() and len(shown) < 10 else -1
    try:
        service.keep_office(reference, form.details(), version=version, actor=current_actor(), now=now())
    except StaleOffice as stale:
        return _office_page(_page_of(reference), form, stale=stale), stale.status
    except Invalid as wrong:
        form.add_error(wrong.field or "name", wrong.message)
        return _office_page(_page_of(reference), form, keep_version=True), 422
    flash("The referring office is kept.")
    return redirect(url_for("referrals.office", reference=reference), 303)


@pages.get("/staff/referrals/<reference>/letter")
@requires(Permission.REFERRAL_VIEW)
def letter(reference: str) -> ResponseReturnValue:
    """The letter to print or fax, as things stand now."""
    instant = now()
    told = service.view_letter(reference, actor=current_actor(), now=instant)
    return render_template(
        "referrals/letter.html",
        letter=told,
        row=told.referral,
        decided=words.decision_words(told),
        next_step=words.next_step(told),
        visit=words.visit_line(told),
        advice=words.advice(told),
        printed=instant,
        signer=current_actor().label,
    )


def _page_of(reference: str) -> OfficePage:
    return service.view_office(reference, actor=current_actor(), now=now())


def _office_page(
    page: OfficePage, form: OfficeForm, *, stale: StaleOffice | None = None, keep_version: bool = False
) -> str:
    if not keep_version:
        form.version.data = str(page.office.version if page.office else 0)
    actor = current_actor()
    return render_template(
        "referrals/office.html",
        page=page,
        form=form,
        stale=stale,
        sees_letter=actor.may(Permission.REFERRAL_VIEW),
    )
