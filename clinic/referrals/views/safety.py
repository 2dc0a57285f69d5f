"""Clinicians: safety call-backs, from "I have it" to an outcome."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.forms import CallForm, ResolveForm, version_of
from clinic.referrals.presenters import words
from clinic.referrals.queries import newest_referral_of
from clinic.referrals.rules import Settle
from clinic.referrals.views.blueprint import pages
from clinic.safety import service as safety
from clinic.safety.presenters import DONE_WORDS, STATES
from clinic.safety.rules import RED_FLAGS, CallBackAction, CallBackKind, Outcome
from clinic.scheduling.queries import next_appointment
from clinic.scheduling.rules import State

RESOLVED = "resolved"
_STEPS = {"acknowledge": "You have it.", "attempt": "Noted: not reached.", "contact": "Noted: reached."}


@pages.get("/staff/safety")
@requires(Permission.SAFETY_VIEW)
def safety_queue() -> ResponseReturnValue:
    """Every unresolved clinical call-back, the most urgent first; `?show=resolved`: those that ended last.

    The count of those that wait stands in the menu of every page.
    """
    instant, show = now(), request.args.get("show", "")
    if show not in ("", RESOLVED):
        raise NotFound
    calls = service.view_safety_queue(actor=current_actor(), now=instant, resolved=bool(show))
    return render_template(
        "referrals/safety_queue.html",
        calls=calls,
        now=instant,
        red_flags=RED_FLAGS,
        states=STATES,
        words=words,
        resolved=bool(show),
    )


@pages.get("/staff/safety/<uuid:call_back_id>")
@requires(Permission.SAFETY_VIEW)
def safety_call(call_back_id: UUID) -> ResponseReturnValue:
    """One call-back with its history and what can be done now."""
    return _call_page(call_back_id, CallForm(), ResolveForm())


@pages.post("/staff/safety/<uuid:call_back_id>/<step>")
@requires(Permission.SAFETY_VIEW)
def safety_step(call_back_id: UUID, step: str) -> ResponseReturnValue:
    """Acknowledge it, note a try, note that the person was reached."""
    if step not in _STEPS:
        raise NotFound
    form, actor, instant = CallForm(), current_actor(), now()
    if not form.validate():
        return _call_page(call_back_id, form, ResolveForm()), 422
    if step == CallBackAction.ACKNOWLEDGE.value:
        safety.acknowledge(call_back_id, actor, now=instant)
    elif step == CallBackAction.ATTEMPT.value:
        safety.record_attempt(call_back_id, actor, form.note.data, now=instant)
    else:
        safety.record_contact(call_back_id, actor, form.note.data, now=instant)
    flash(_STEPS[step])
    return redirect(url_for("referrals.safety_call", call_back_id=call_back_id), 303)


@pages.post("/staff/safety/<uuid:call_back_id>/resolve")
@requires(Permission.SAFETY_RESOLVE)
def safety_resolve(call_back_id: UUID) -> ResponseReturnValue:
    """End it with an outcome: its flags close, the person is asked to choose a time."""
    form = ResolveForm()
    if not form.validate():
        return _call_page(call_back_id, CallForm(), form), 422
    version = version_of(form) if form.version.data else 0
    outcome, settle = Outcome(form.outcome.data), form.settled
    actor, agreed = current_actor(), form.agreed.data
    try:
        service.end_safety_call(
            call_back_id, outcome, agreed, settle=settle, version=version, actor=actor, now=now()
        )
    except Invalid as wrong:
        form.add_error(wrong.field or "outcome", wrong.message)
        return _call_page(call_back_id, CallForm(), form), 422
    flash("Resolved. The visit is booked." if settle is Settle.BOOK else "Resolved.")
    return redirect(url_for("referrals.safety_queue"), 303)


def _call_page(call_back_id: UUID, note: CallForm, resolve: ResolveForm) -> str:
    instant = now()
    call, steps = service.view_safety_call(call_back_id, actor=current_actor(), now=instant)
    about = newest_referral_of(call.patient.id)
    coming = next_appointment(call.patient.id, instant)
    asked = coming if coming is not None and coming.state is State.REQUESTED else None
    resolve.version.data = str(asked.version) if asked else ""
    return render_template(
        "referrals/safety_call.html",
        call=call,
        steps=steps,
        actions=call.actions(current_actor()),
        note=note,
        form=resolve,
        reference=about.reference if about else None,
        asked=asked if call.kind is CallBackKind.SAFETY else None,
        now=instant,
        red_flags=RED_FLAGS,
        words=words,
        states=STATES,
        done=DONE_WORDS,
    )
