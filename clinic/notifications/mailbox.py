"""Reads the mail that development keeps in a folder."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One message as a reader sees it."""

    name: str
    to: str
    subject: str
    date: str
    text: str
    html: str
    files: tuple[tuple[str, str], ...]


def stored_mails(folder: Path) -> list[StoredMail]:
    """All messages in the folder, the newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in files]


def stored_mail(folder: Path, name: str) -> StoredMail | None:
    """One message by the name of its file; None when there is no such file."""
    return next((_read(path) for path in folder.glob("*.eml") if path.stem == name), None)


def _read(path: Path) -> StoredMail:
    parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)  # noqa: S101 - for the type checker
    text, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    return StoredMail(
        name=path.stem,
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        date=str(parsed["Date"]),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        files=tuple((str(part.get_filename()), _content(part)) for part in parsed.iter_attachments()),
    )


def _content(part: EmailMessage) -> str:
    content = part.get_content()
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
