"""Clinicians: the referral on one screen, the decision."""

from datetime import date

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from clinic.accounts.queries import colleagues
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.platform.forms import Choice
from clinic.referrals import service
from clinic.referrals.forms import CommentForm, DecisionForm, version_of
from clinic.referrals.presenters import staff as present
from clinic.referrals.presenters import words
from clinic.referrals.presenters.history import history_lines
from clinic.referrals.presenters.reason_card import TOP_FLIPS, TOP_REASONS, reason_card
from clinic.referrals.presenters.story import story_of
from clinic.referrals.presenters.word_templates import with_template
from clinic.referrals.presenters.workspace import workspace_of
from clinic.referrals.rules import (
    REFERRAL,
    DecisionReason,
    ReferralStep,
    RequestState,
    may_have_outcome,
    one_key_choice,
)
from clinic.referrals.rules import (
    Choice as Decision,
)
from clinic.referrals.service import Decided, ReferralScreen
from clinic.referrals.timeline import draw
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.listing import list_behind, on_from, stand_of
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS
from clinic.scheduling.queries import visit_types


@pages.get("/staff/referrals/<reference>")
@requires(Permission.REFERRAL_VIEW)
def referral(reference: str) -> ResponseReturnValue:
    """One referral on one screen."""
    instant = now()
    screen = service.view_referral(reference, actor=current_actor(), now=instant, listing=list_behind())
    return _screen_page(screen, _fresh_form(screen))


@pages.post("/staff/referrals/<reference>")
@requires(Permission.REFERRAL_DECIDE)
def decide(reference: str) -> ResponseReturnValue:
    """Keep the decision and open the next item; a stale screen shows both versions, the text kept."""
    actor, instant, form, stand = current_actor(), now(), DecisionForm(), stand_of(reference)
    offer_visit_types(form)
    if "fill" in request.form:
        form.words.data = form.words.typed = with_template(form.words.data or "", form.template.data)
        return _again(reference, form, 200)
    confirmed = request.form.get("confirm")
    if confirmed:
        form.choice.data = confirmed
    if not form.validate():
        return _again(reference, form, 422)
    try:
        service.decide(reference, _decided(form), version=version_of(form), actor=actor, now=instant)
    except Conflict as stale:
        return _again(reference, form, stale.status, stale=stale)
    except Invalid as wrong:
        form.add_error(wrong.field or "choice", wrong.message)
        return _again(reference, form, 422)
    flash(f"Decided: {reference}.")
    return on_from(stand)


def _again(
    reference: str, form: DecisionForm, status: int, *, stale: Conflict | None = None
) -> ResponseReturnValue:
    screen = service.view_referral(reference, actor=current_actor(), now=now(), listing=list_behind())
    if stale is not None:
        form.version.data = str(screen.referral.version)
    return _screen_page(screen, form, stale=stale), status


def _screen_page(screen: ReferralScreen, form: DecisionForm, *, stale: Conflict | None = None) -> str:
    run = screen.runs[0] if screen.runs else None
    instant, row, listing = now(), screen.referral, list_behind()
    story = story_of(run, today=central_date(instant), visit=screen.visit) if run else None
    blocking = [flag for flag in screen.open_flags if flag.tier in BLOCKING_TIERS]
    return render_template(
        "referrals/referral.html",
        screen=screen,
        listing=listing,
        people=colleagues(),
        comment=CommentForm(formdata=None),
        way=listing.way,
        form=form,
        stale=stale,
        card=reason_card(run, central_date(screen.visit.start_at) if screen.visit else None) if run else None,
        workspace=workspace_of(screen),
        lines=history_lines(screen),
        asked=next((one for one in screen.requests if one.state is RequestState.OPEN), None),
        asked_for=present.waiting(instant - row.asked_at) if row.asked_at else "",
        steps=_steps(screen),
        story=story,
        drawing=draw(story) if story else None,
        age=present.age_on(screen.patient.birth_date, central_date(instant)),
        waiting=present.waiting(instant - row.submitted_at),
        visit=present.visit_words(screen.visit),
        reasons=present.top_reasons(row, (flag.code for flag in screen.open_flags)),
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


def _steps(screen: ReferralScreen) -> frozenset[str]:
    """The steps besides a decision that this person may take now."""
    if not current_actor().may(Permission.REFERRAL_DECIDE):
        return frozenset()
    found = {step.value for step in REFERRAL.allows(screen.referral.status)}
    if not screen.answers:
        found.discard(ReferralStep.ASK.value)
    if any(may_have_outcome(one.state, one.start_at, now()) for one in screen.visits):
        found.add("outcome")
    return frozenset(found)


def _fresh_form(screen: ReferralScreen) -> DecisionForm:
    """A form without a choice of its own: two possible phases never preselect one."""
    given: dict[str, object] = {"see_by": screen.referral.see_by, "version": str(screen.referral.version)}
    form = DecisionForm(formdata=MultiDict(), data=given)
    offer_visit_types(form)
    return form


def offer_visit_types(form: DecisionForm) -> None:
    """The clinic's visit types, under the one that follows from the phase."""
    types = (Choice(terms.slug, f"{terms.name}, {terms.minutes} min") for terms in visit_types())
    form.visit_type.choices = (Choice("", "The one for the phase"), *types)


def _decided(form: DecisionForm) -> Decided:
    day = form.see_by.data
    return Decided(
        choice=Decision(form.choice.data),
        reason=DecisionReason(form.reason.data) if form.reason.data else None,
        sentence=form.sentence.data,
        words_to_patient=form.words.data,
        priority=int(form.priority.data) if form.priority.data else None,
        visit_type=form.visit_type.data or None,
        see_by=day if isinstance(day, date) else None,
    )
