"""A patient sends the answers in and looks at what became of them."""

from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.patients.access import confirm_birth_date, current_patient_access
from clinic.patients.queries import birth_date_matches
from clinic.platform.access import current_actor, public
from clinic.platform.extensions import now
from clinic.platform.limits import LINK, PUBLIC_POST, Allowance, limited, spend
from clinic.referrals import service
from clinic.referrals.forms import BirthDateForm
from clinic.referrals.presenters.coming import coming
from clinic.referrals.presenters.phases import PHASES, STEPS_THIS_WEEK, TO_BRING, WITHOUT_PHASE, to_bring
from clinic.referrals.queries import referral_of_intake
from clinic.referrals.views import browser
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.browser import Opened, for_visitor

# Counted for each patient over all browsers: whoever found a link cannot try out birth dates.
BIRTH_DATE = Allowance("visit-birth-date", ((10, timedelta(hours=1)), (20, timedelta(days=1))))
INTAKE = "intake_id"  # where the intake keeps which draft this browser fills in


@pages.post("/intake/submit")
@public
@limited(PUBLIC_POST)
def submit() -> ResponseReturnValue:
    """Send the answers in; sent twice it is one referral."""
    if INTAKE not in session:
        raise NotFound
    instant, intake_id = now(), UUID(session[INTAKE])
    signed_in = current_actor()
    actor = signed_in if signed_in.id else Actor.anonymous()
    service.submit(intake_id, actor=actor, now=instant)
    referral = referral_of_intake(intake_id)
    if referral is None:
        raise NotFound
    browser.open_for_sender(referral, instant)
    return redirect(url_for("referrals.received"), 303)


@pages.get("/visit/received")
@for_visitor
def received(opened: Opened) -> ResponseReturnValue:
    """The page after sending: the same for everybody, whatever the rules say."""
    status = service.view_status(opened.referral, actor=opened.actor, now=opened.now)
    return render_template(
        "referrals/received.html", status=status, phases=PHASES, steps=STEPS_THIS_WEEK, bring=TO_BRING
    )


@pages.get("/visit")
@for_visitor
def visit_home(opened: Opened) -> ResponseReturnValue:
    """Where the referral stands, the visit, and after the decision the confirmed phase."""
    status = service.view_status(opened.referral, actor=opened.actor, now=opened.now)
    choice = status.referral.choice
    return render_template(
        "referrals/home.html",
        status=status,
        phase=PHASES.get(status.referral.decided_phase or 0),
        without_phase=WITHOUT_PHASE.get(choice) if choice else None,
        phases=PHASES,
        steps=STEPS_THIS_WEEK,
        bring=to_bring(status.way.visit),
        coming=coming(status.way.visit, opened.now),
    )


@pages.route("/visit/birth-date", methods=["GET", "POST"])
@public
@limited(LINK)
def birth_date() -> ResponseReturnValue:
    """Ask for the birth date before anything is shown."""
    access = current_patient_access()
    if access is None:
        return render_template("referrals/no_link.html")
    form = BirthDateForm()
    if not form.is_submitted():
        return render_template("referrals/birth_date.html", form=form)
    if form.validate():
        spend(BIRTH_DATE, str(access.patient_id))
        if birth_date_matches(access.patient_id, form.born.data):
            confirm_birth_date()
            return redirect(url_for("referrals.visit_home"), 303)
        form.add_error("born", "This is not the date of birth that we have. Check it, or call us.")
    return render_template("referrals/birth_date.html", form=form), 422
