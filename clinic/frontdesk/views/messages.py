"""The ledger of messages: what was sent, what was not, whom somebody called instead."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import message_words, service
from clinic.frontdesk.forms import MessageForm
from clinic.frontdesk.message_words import list_named
from clinic.frontdesk.views.blueprint import pages
from clinic.kernel.permissions import Permission
from clinic.notifications.queries import LedgerLine, ledger_line
from clinic.notifications.service import retry
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now


@pages.get("/messages")
@requires(Permission.MESSAGES_VIEW)
def messages() -> str:
    """One list of messages; without a choice those that were not sent."""
    chosen = list_named(request.args.get("show"))
    page = service.view_messages(
        current_actor(), now(), chosen=chosen, after=_known_id(request.args.get("after"))
    )
    return render_template(
        "frontdesk/messages.html", page=page, chosen=chosen, lists=message_words.LISTS, words=message_words
    )


@pages.post("/messages/<uuid:message_id>/retry")
@requires(Permission.MESSAGES_RETRY)
def retry_message(message_id: UUID) -> ResponseReturnValue:
    """Try a message again that was given up."""
    form = MessageForm()
    form.validate()
    retry(message_id, current_actor(), now())
    flash("We are trying again.")
    return _back(form, ledger_line(message_id))


@pages.post("/messages/<uuid:message_id>/called")
@requires(Permission.MESSAGES_RETRY)
def call_instead(message_id: UUID) -> ResponseReturnValue:
    """Somebody called: the message is never sent, and the call-back about it is done."""
    form = MessageForm()
    form.validate()
    line = service.call_instead(message_id, current_actor(), now())
    flash("Noted. This message will not be sent.")
    return _back(form, line)


def _back(form: MessageForm, line: LedgerLine) -> ResponseReturnValue:
    """To where the button was."""
    if form.back.data == "visit" and line.subject_id is not None:
        return redirect(url_for("frontdesk.visit", appointment_id=line.subject_id, _anchor="messages"))
    if form.back.data == "calls":
        return redirect(url_for("frontdesk.calls"))
    return redirect(url_for("frontdesk.messages", show=list_named(form.back.data).value))


def _known_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
