"""Clinicians: the worklist, the referral on one screen, the decision."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.forms import DecisionForm
from clinic.referrals.presenters import staff as present
from clinic.referrals.presenters import words
from clinic.referrals.presenters.answers import answer_groups
from clinic.referrals.presenters.reason_card import TOP_FLIPS, TOP_REASONS, reason_card
from clinic.referrals.presenters.story import story_of
from clinic.referrals.queries import Show, next_to_review
from clinic.referrals.rules import (
    REFERRAL,
    Choice,
    DecisionReason,
    ReferralStep,
    StaleDecision,
    one_key_choice,
)
from clinic.referrals.service import Decided, ReferralScreen
from clinic.referrals.timeline import draw
from clinic.referrals.views.blueprint import pages
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS
from clinic.scheduling.queries import locations


@pages.get("/staff/worklist")
@requires(Permission.WORKLIST_VIEW)
def worklist() -> ResponseReturnValue:
    """Priority, then the longest wait."""
    instant = now()
    show, place = _show(request.args.get("show", "")), request.args.get("place", "")
    page = service.view_worklist(
        actor=current_actor(), now=instant, show=show, place=place, after=request.args.get("after", "")
    )
    places = {one.slug: one.name for one in locations()}
    return render_template(
        "referrals/worklist.html",
        lines=[present.line(row, instant, places) for row in page.rows],
        page=page,
        show=show,
        place=place,
        places=places,
        now=instant,
    )


@pages.get("/staff/referrals/<reference>")
@requires(Permission.REFERRAL_VIEW)
def referral(reference: str) -> ResponseReturnValue:
    """One referral on one screen."""
    instant = now()
    screen = service.view_referral(reference, actor=current_actor(), now=instant)
    return _screen_page(screen, _fresh_form(screen))


@pages.post("/staff/referrals/<reference>")
@requires(Permission.REFERRAL_DECIDE)
def decide(reference: str) -> ResponseReturnValue:
    """Keep the decision and open the next item; a stale screen shows both versions, the text kept."""
    actor, instant, form = current_actor(), now(), DecisionForm()
    confirmed = request.form.get("confirm")
    if confirmed:
        form.choice.data = confirmed
    if not form.validate():
        return _again(reference, form, 422)
    try:
        service.decide(
            reference, _decided(form), version=_version(form.version.data), actor=actor, now=instant
        )
    except StaleDecision as stale:
        return _again(reference, form, stale.status, stale=stale)
    except Invalid as wrong:
        form.add_error(wrong.field or "choice", wrong.message)
        return _again(reference, form, 422)
    flash(f"Decided: {reference}.")
    following = next_to_review(actor)
    target = url_for("referrals.referral", reference=following) if following else None
    return redirect(target or url_for("referrals.worklist"), 303)


def _again(
    reference: str, form: DecisionForm, status: int, *, stale: StaleDecision | None = None
) -> ResponseReturnValue:
    screen = service.view_referral(reference, actor=current_actor(), now=now())
    if stale is not None:
        form.version.data = str(screen.referral.version)
    return _screen_page(screen, form, stale=stale), status


def _screen_page(screen: ReferralScreen, form: DecisionForm, *, stale: StaleDecision | None = None) -> str:
    run = screen.runs[0] if screen.runs else None
    instant, row = now(), screen.referral
    story = story_of(run, today=central_date(instant), visit=screen.visit) if run else None
    blocking = [flag for flag in screen.open_flags if flag.tier in BLOCKING_TIERS]
    return render_template(
        "referrals/referral.html",
        screen=screen,
        form=form,
        stale=stale,
        card=reason_card(run) if run else None,
        story=story,
        drawing=draw(story) if story else None,
        groups=answer_groups(screen.questionnaire, screen.answers)
        if screen.questionnaire and screen.answers
        else (),
        age=present.age_on(screen.patient.birth_date, central_date(instant)),
        waiting=present.waiting(instant - row.submitted_at),
        visit=present.visit_words(screen.visit),
        reasons=present.top_reasons(row, screen.open_flags),
        blocking=blocking,
        red_flags=RED_FLAGS,
        one_key=one_key_choice(row.phases, row.confidence),
        may_decide=current_actor().may(Permission.REFERRAL_DECIDE)
        and REFERRAL.may(row.status, ReferralStep.DECIDE),
        words=words,
        printed=instant,
        top_reasons=TOP_REASONS,
        top_flips=TOP_FLIPS,
    )


def _fresh_form(screen: ReferralScreen) -> DecisionForm:
    """A form without a choice of its own: two possible phases never preselect one."""
    given: dict[str, object] = {"see_by": screen.referral.see_by, "version": str(screen.referral.version)}
    return DecisionForm(formdata=MultiDict(), data=given)


def _decided(form: DecisionForm) -> Decided:
    day = form.see_by.data
    return Decided(
        choice=Choice(form.choice.data),
        reason=DecisionReason(form.reason.data) if form.reason.data else None,
        sentence=form.sentence.data,
        words_to_patient=form.words.data,
        see_by=day if isinstance(day, date) else None,
    )


def _show(text: str) -> Show:
    try:
        return Show(text or Show.REVIEW.value)
    except ValueError:
        raise NotFound from None


def _version(text: str | None) -> int:
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    raise Invalid("This page sent something we do not know. Please go back and try again.")
