"""How a written message leaves: to a mail server over verified TLS, or into a folder (development)."""

import os
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flask_mail import Attachment as MailAttachment
from flask_mail import Message as MailMessage

from clinic.notifications.rules import Attachment, Failure, Message
from clinic.platform.extensions import settings

MAIL_FOLDER = "mail"
IMPLICIT_TLS_PORT = 465
READY = 220
TIMEOUTS_PER_TRY = 4  # the longest that a try may take, in timeouts of one step; the lease is longer


class NotDeliveredError(Exception):
    """A try failed; `failure` says how, without the server's words."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class Transport(Protocol):
    """Takes one message and returns when it has been accepted."""

    def deliver(self, message: Message, message_id: str, now: datetime) -> None:
        """Hand the message over.

        Raises:
            NotDeliveredError: it was not accepted.
        """


def current_transport() -> Transport:
    """What the settings say: a mail server when there is one, else the folder."""
    return SmtpTransport() if settings().mail_server else FileTransport(mail_folder())


def mail_folder() -> Path:
    """Where development keeps its mail."""
    return settings().instance_dir / MAIL_FOLDER


def as_mail(message: Message, message_id: str, now: datetime) -> MailMessage:
    """The message as Flask-Mail builds it: one recipient, fixed sender, stable Message-ID.

    Raises:
        NotDeliveredError: the address cannot be written in a header that every server reads.
    """
    if not message.to.isascii():
        raise NotDeliveredError(Failure.REFUSED)
    mail = MailMessage(
        subject=message.subject,
        recipients=[message.to],
        body=message.text,
        html=message.html,
        sender=(settings().clinic_name, settings().mail_sender),
        date=now.timestamp(),
        charset="utf-8",
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        attachments=[_attached(file) for file in message.attachments],
    )
    for file in filter(_is_invitation, message.attachments):
        mail.alts[file.content_type.removeprefix("text/").partition("; charset")[0]] = file.data.decode()
    mail.msgId = message_id
    return mail


def _is_invitation(file: Attachment) -> bool:
    return file.content_type.startswith("text/calendar;")


def _attached(file: Attachment) -> MailAttachment:
    """A calendar file goes twice. Mail programs that keep a calendar act on the text/calendar part beside the
    text (RFC 6047); the others show the attached one, whose type keeps the former from acting twice.
    """
    kind = f'application/ics; name="{file.filename}"' if _is_invitation(file) else file.content_type
    return MailAttachment(file.filename, kind, file.data)


class FileTransport:
    """Writes each message into a file; a second try of the same message writes the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, message: Message, message_id: str, now: datetime) -> None:
        """Write the file under another name first, so that nobody reads half of it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = message_id.strip("<>").partition("@")[0]
        draft = self.folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(as_mail(message, message_id, now).as_bytes())
        draft.replace(self.folder / f"{name}.eml")


class SmtpTransport:
    """One connection per message, a time limit on every step and on the whole, certificates verified."""

    def deliver(self, message: Message, message_id: str, now: datetime) -> None:
        """Send to the configured mail server."""
        mail = as_mail(message, message_id, now)
        with _failures_classed(), _connected() as server:
            server.sendmail(settings().mail_sender, [message.to], mail.as_bytes())


class _Bounded(smtplib.SMTP):
    """Waits for no answer beyond its deadline, however slowly the server drips."""

    deadline = float("inf")

    def getreply(self) -> tuple[int, bytes]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.close()
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(min(left, settings().mail_timeout_seconds))
        try:
            return super().getreply()
        except smtplib.SMTPServerDisconnected as gone:
            if isinstance(gone.__context__, TimeoutError):
                raise TimeoutError from None
            raise


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same on a port that speaks TLS from the first byte."""


@contextmanager
def _connected() -> Iterator[smtplib.SMTP]:
    held = settings()
    tls = ssl.create_default_context(cafile=held.mail_ca_file or None)
    implicit = held.mail_use_tls and held.mail_port == IMPLICIT_TLS_PORT
    timeout = held.mail_timeout_seconds
    me = held.mail_sender.rpartition("@")[2]  # else smtplib asks the name service, without a time limit
    server = (
        _BoundedTls(local_hostname=me, timeout=timeout, context=tls)
        if implicit
        else _Bounded(local_hostname=me, timeout=timeout)
    )
    server.deadline = time.monotonic() + TIMEOUTS_PER_TRY * timeout
    server._host = held.mail_server  # type: ignore[attr-defined]  # the name the certificate must carry
    try:
        code, words = server.connect(held.mail_server, held.mail_port)
        if code != READY:
            raise smtplib.SMTPConnectError(code, words)
        if held.mail_use_tls and not implicit:
            server.starttls(context=tls)
        if held.mail_username:
            server.login(held.mail_username, held.mail_password.get_secret_value())
        yield server
        _part(server)
    finally:
        server.close()


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye; the message is accepted whatever the server answers now."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        return


@contextmanager
def _failures_classed() -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as wrong:  # SMTPException is an OSError too; said for the reader
        raise NotDeliveredError(failure_of(wrong)) from None


def failure_of(wrong: Exception) -> Failure:
    """The class of a failed try. Only the server's last word about the message itself can be final."""
    if isinstance(wrong, smtplib.SMTPRecipientsRefused):
        return _by_code([code for code, _ in wrong.recipients.values()])
    if isinstance(wrong, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return _by_code([wrong.smtp_code])
    return next((failure for kind, failure in _BY_TYPE if isinstance(wrong, kind)), Failure.CONNECTION)


_BY_TYPE: tuple[tuple[type[Exception], Failure], ...] = (
    (smtplib.SMTPAuthenticationError, Failure.SIGN_IN),
    (smtplib.SMTPNotSupportedError, Failure.TLS),  # no STARTTLS there: nothing is sent in clear
    (ssl.SSLError, Failure.TLS),
    (TimeoutError, Failure.TIMEOUT),
)


def _by_code(codes: list[int]) -> Failure:
    return Failure.REFUSED if codes and min(codes) >= 500 else Failure.NOT_NOW
