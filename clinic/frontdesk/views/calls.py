"""The call-backs that the desk places."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import presenters, service
from clinic.frontdesk.forms import CallForm
from clinic.frontdesk.views.blueprint import pages
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.safety.rules import CallBackAction


@pages.get("/calls")
@requires(Permission.CALL_BACK_VIEW)
def calls() -> str:
    """The call-backs that the desk may place."""
    held = service.view_calls(current_actor(), now())
    return render_template("frontdesk/calls.html", calls=held, now=now(), call_words=presenters.CALL_WORDS)


@pages.get("/calls/<uuid:call_back_id>")
@requires(Permission.CALL_BACK_VIEW)
def call(call_back_id: UUID) -> str:
    """One call-back with its history."""
    return _call_page(call_back_id, CallForm(formdata=None))


@pages.post("/calls/<uuid:call_back_id>")
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
    file = service.view_call(call_back_id, current_actor(), now())
    held = file.call
    actions = held.actions(current_actor())
    form.outcome.choices = presenters.outcome_choices(held.kind)
    return render_template(
        "frontdesk/call.html",
        form=form,
        call=held,
        steps=file.steps,
        message=file.message,
        may_act=current_actor().may(Permission.MESSAGES_RETRY),
        actions=actions,
        can_finish=CallBackAction.RESOLVE in actions,
        to_book=service.reference_to_book(held),
        call_words=presenters.CALL_WORDS,
        action_words=presenters.ACTION_WORDS,
    )
