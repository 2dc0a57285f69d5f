"""Clinicians: ask the patient back, withdraw a referral or take it up again, record what the visit showed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.kernel.wording import clinical_date, us_time
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.platform.forms import Choice, HouseForm
from clinic.referrals import service
from clinic.referrals.forms import AskForm, OutcomeForm, PressForm, WithdrawForm, version_of
from clinic.referrals.presenters.asking import AskChoice, AskGroup, ask_groups, place_of
from clinic.referrals.presenters.workspace import unsettled
from clinic.referrals.rules import DiagnosisFound, StaleDecision, WithdrawReason, may_have_outcome
from clinic.referrals.service import Found, ReferralScreen
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.listing import list_behind, on_from, stand_of


@pages.get("/staff/referrals/<reference>/ask")
@requires(Permission.REFERRAL_DECIDE)
def ask(reference: str) -> ResponseReturnValue:
    """Every question that may be asked again; `?q=` ticks one, without it those that the rules name."""
    screen = _screen(reference)
    form = AskForm(formdata=MultiDict())
    wanted = request.args.getlist("q")
    form.questions.data = wanted or [choice.value for choice in _choices(screen) if choice.named]
    form.version.data = str(screen.referral.version)
    return _ask_page(screen, form)


@pages.post("/staff/referrals/<reference>/ask")
@requires(Permission.REFERRAL_DECIDE)
def ask_now(reference: str) -> ResponseReturnValue:
    """Send the questions; the next item of the list opens."""
    screen, form, stand = _screen(reference), AskForm(), stand_of(reference)
    form.questions.choices = tuple(Choice(one.value, one.label) for one in _choices(screen))
    if not form.validate():
        return _ask_page(screen, form), 422
    places = {place_of(value) for value in form.questions.data}

    def use() -> None:
        service.ask(
            reference,
            places,
            form.sentence.data,
            version=version_of(form),
            actor=current_actor(),
            now=now(),
        )

    refused = _refused(form, use, "questions")
    if refused:
        return _ask_page(_screen(reference), form, stale=refused), refused
    flash(f"Asked: {reference}.")
    return on_from(stand)


@pages.post("/staff/referrals/<reference>/recall")
@requires(Permission.REFERRAL_DECIDE)
def recall(reference: str) -> ResponseReturnValue:
    """Take the questions back; the referral is to be reviewed as it is."""
    form = PressForm()
    form.validate()
    service.recall(reference, version=version_of(form), actor=current_actor(), now=now())
    flash("The question was taken back.")
    return _back(reference)


@pages.get("/staff/referrals/<reference>/withdraw")
@requires(Permission.REFERRAL_DECIDE)
def withdraw(reference: str) -> ResponseReturnValue:
    """Ask why, once."""
    screen, form = _screen(reference), WithdrawForm(formdata=MultiDict())
    form.version.data = str(screen.referral.version)
    return _step_page("withdraw", screen, form)


@pages.post("/staff/referrals/<reference>/withdraw")
@requires(Permission.REFERRAL_DECIDE)
def withdraw_now(reference: str) -> ResponseReturnValue:
    """Withdraw it; a booked visit stays until the desk has asked the patient."""
    form, stand = WithdrawForm(), stand_of(reference)
    if not form.validate():
        return _step_page("withdraw", _screen(reference), form), 422

    def use() -> None:
        service.withdraw(
            reference,
            WithdrawReason(form.reason.data),
            form.note.data,
            version=version_of(form),
            actor=current_actor(),
            now=now(),
        )

    refused = _refused(form, use, "reason")
    if refused:
        return _step_page("withdraw", _screen(reference), form, stale=refused), refused
    flash(f"Withdrawn: {reference}.")
    return on_from(stand)


@pages.post("/staff/referrals/<reference>/reopen")
@requires(Permission.REFERRAL_DECIDE)
def reopen(reference: str) -> ResponseReturnValue:
    """Take it up again."""
    form = PressForm()
    form.validate()
    service.reopen(reference, version=version_of(form), actor=current_actor(), now=now())
    flash("It is to be reviewed again.")
    return _back(reference)


@pages.get("/staff/referrals/<reference>/outcome")
@requires(Permission.REFERRAL_DECIDE)
def outcome(reference: str) -> ResponseReturnValue:
    """What the visit showed."""
    screen, form = _screen(reference), OutcomeForm(formdata=MultiDict())
    form.visit.choices = _visits(screen)
    if len(form.visit.choices) == 1:
        form.visit.data = form.visit.choices[0].value
    return _step_page("outcome", screen, form)


@pages.post("/staff/referrals/<reference>/outcome")
@requires(Permission.REFERRAL_DECIDE)
def record_outcome(reference: str) -> ResponseReturnValue:
    """Keep it; a decided referral is closed."""
    screen, form = _screen(reference), OutcomeForm()
    form.visit.choices = _visits(screen)
    if not form.validate():
        return _step_page("outcome", screen, form), 422
    found = Found(
        phase=int(form.phase.data) if form.phase.data.isdecimal() else None,
        diagnosis=DiagnosisFound(form.diagnosis.data),
        sentence=form.sentence.data,
    )
    service.record_outcome(reference, UUID(form.visit.data), found, actor=current_actor(), now=now())
    flash("Kept.")
    return _back(reference)


def _screen(reference: str) -> ReferralScreen:
    return service.view_referral(reference, actor=current_actor(), now=now(), listing=list_behind())


def _refused(form: HouseForm, use: Callable[[], None], field: str) -> int:
    """The status of a refusal in words beside its field; 0 when it was done. What was typed stays."""
    try:
        use()
    except StaleDecision as stale:
        form.add_error(field, stale.message)
        form.version.data = str(stale.current)
        return stale.status
    except Invalid as wrong:
        form.add_error(wrong.field or field, wrong.message)
        return wrong.status
    return 0


def _groups(screen: ReferralScreen) -> tuple[AskGroup, ...]:
    if screen.questionnaire is None or screen.answers is None or not screen.runs:
        return ()
    named = {place_of(one.value) for one in unsettled(screen.runs[0], screen.questionnaire) if one.value}
    return ask_groups(screen.questionnaire, screen.answers, named)


def _choices(screen: ReferralScreen) -> list[AskChoice]:
    return [choice for group in _groups(screen) for choice in group.choices]


def _visits(screen: ReferralScreen) -> tuple[Choice, ...]:
    instant = now()
    return tuple(
        Choice(str(one.id), f"{clinical_date(one.start_at)} {us_time(one.start_at)}, {one.location.name}")
        for one in screen.visits
        if may_have_outcome(one.state, one.start_at, instant)
    )


def _ask_page(screen: ReferralScreen, form: AskForm, *, stale: int = 0) -> str:
    return _step_page("ask", screen, form, groups=_groups(screen), stale=stale)


def _step_page(name: str, screen: ReferralScreen, form: HouseForm, **more: object) -> str:
    return render_template(f"referrals/{name}.html", screen=screen, form=form, way=list_behind().way, **more)


def _back(reference: str) -> ResponseReturnValue:
    there: dict[str, Any] = {"reference": reference, **list_behind().way}
    return redirect(url_for("referrals.referral", **there), 303)
