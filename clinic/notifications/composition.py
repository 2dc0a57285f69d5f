"""Writes a message from its three templates: subject, plain text, HTML."""

from clinic.notifications.rules import Attachment, Message
from clinic.platform.templating import render_bare


def compose(name: str, *, to: str, attachments: tuple[Attachment, ...] = (), **context: object) -> Message:
    """Render `templates/email/<name>/{subject.txt,body.txt,body.html}`; works without a request.

    Addresses in `context` come from `clinic.platform.urls.public_url`.
    """
    subject, text, html = (
        render_bare(f"email/{name}/{part}", **context) for part in ("subject.txt", "body.txt", "body.html")
    )
    return Message(
        to=to, subject=" ".join(subject.split()), text=text.strip() + "\n", html=html, attachments=attachments
    )
