"""Messages that did not go out."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.frontdesk import presenters, service
from clinic.frontdesk.forms import StepForm
from clinic.frontdesk.views.blueprint import pages
from clinic.kernel.permissions import Permission
from clinic.notifications.service import retry
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now


@pages.get("/messages")
@requires(Permission.MESSAGES_VIEW)
def messages() -> str:
    """Messages that were not sent: what failed, and whom to call instead."""
    lines = service.view_messages(current_actor(), now())
    return render_template(
        "frontdesk/messages.html",
        lines=lines,
        message_words=presenters.MESSAGE_WORDS,
        failure_words=presenters.FAILURE_WORDS,
    )


@pages.post("/messages/<uuid:message_id>/retry")
@requires(Permission.MESSAGES_RETRY)
def retry_message(message_id: UUID) -> ResponseReturnValue:
    """Try a message again that was given up."""
    StepForm().validate()
    retry(message_id, current_actor(), now())
    flash("We are trying again.")
    return redirect(url_for("frontdesk.messages"))
