"""A real mail server on the loopback address that accepts, refuses, stalls and drops, with or without TLS."""

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clinic.kernel.clock import utc_now

HOST = "127.0.0.1"


class Mood(Enum):
    """How the server behaves."""

    ACCEPT = auto()
    NOT_NOW = auto()  # 451 to the recipient
    REFUSE = auto()  # 550 to the recipient
    REFUSE_CONTENT = auto()  # 554 after the message
    STALL = auto()  # never answers the recipient
    DROP = auto()  # closes at the recipient
    TAKE_AND_STALL = auto()  # takes the message, never says so
    TAKE_AND_DROP = auto()  # takes the message, closes without saying so
    SLOW = auto()  # takes a second


@dataclass
class MailServer:
    """What the tests see: the port, the mood, what was taken."""

    port: int
    certificate: Path | None
    mood: Mood = Mood.ACCEPT
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    tries: int = 0
    busy: threading.Event = field(default_factory=threading.Event)

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of every copy taken."""
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for a recipient."""
        self.tries += 1
        if self.mood is Mood.NOT_NOW:
            return "451 Try again later"
        if self.mood is Mood.REFUSE:
            return f"550 No such person {address}"
        if self.mood is Mood.STALL:
            self.busy.set()
            await asyncio.sleep(3600)
        if self.mood is Mood.DROP:
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take the message, and say so or not."""
        if self.mood is Mood.REFUSE_CONTENT:
            return "554 Not here"
        self.busy.set()
        if self.mood is Mood.SLOW:
            await asyncio.sleep(1)
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.taken.append(parsed)
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        if self.mood is Mood.TAKE_AND_STALL:
            await asyncio.sleep(3600)
        if self.mood is Mood.TAKE_AND_DROP:
            _hang_up(server)
        return "250 Taken"


@contextmanager
def mail_server(folder: Path | None = None, *, name: str = HOST) -> Iterator[MailServer]:
    """A running server; with a folder it speaks STARTTLS, with a certificate for `name`."""
    options: dict[str, Any] = {}
    certificate = None
    if folder is not None:
        certificate, key = make_certificate(folder, name)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        options = {"tls_context": context, "require_starttls": True}
    held = MailServer(_free_port(), certificate)
    controller = Controller(held, hostname=HOST, port=held.port, **options)
    controller.start()
    try:
        yield held
    finally:
        _end(controller)


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for an address or a host name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "server.pem", folder / "server.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _end(controller: Controller) -> None:
    """Stop, waking handlers that stall on purpose."""

    def cancel() -> None:
        for task in asyncio.all_tasks(controller.loop):
            task.cancel()

    controller.loop.call_soon_threadsafe(cancel)
    controller.stop()
