"""Development only: the mail that would have been sent, at /dev/mail."""

import re

from flask import Blueprint, render_template
from markupsafe import Markup, escape

from clinic.kernel.errors import NotFound
from clinic.notifications.mailbox import stored_mail, stored_mails
from clinic.notifications.transports import mail_folder
from clinic.platform.access import public
from clinic.platform.extensions import settings

pages = Blueprint("devmail", __name__, url_prefix="/dev/mail")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@pages.before_request
def only_in_development() -> None:
    """Elsewhere these pages do not exist."""
    if settings().environment == "production" or settings().mail_server:
        raise NotFound


@pages.get("")
@public
def index() -> str:
    """All messages, the newest first."""
    return render_template("devmail/index.html", mails=stored_mails(mail_folder()))


@pages.get("/<name>")
@public
def show(name: str) -> str:
    """One message, its links to follow."""
    mail = stored_mail(mail_folder(), name)
    if mail is None:
        raise NotFound
    return render_template("devmail/show.html", mail=mail, text=with_links(mail.text))


def with_links(text: str) -> Markup:
    """The escaped text with its addresses as links."""
    pieces: list[Markup] = []
    end = 0
    for found in ADDRESS.finditer(text):
        pieces.append(escape(text[end : found.start()]))
        pieces.append(Markup('<a href="{0}">{0}</a>').format(found.group()))
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
