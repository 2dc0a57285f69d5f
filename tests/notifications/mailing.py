"""A kind of message for tests, and settings that point to a mail server."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.kernel.errors import NotFound
from clinic.notifications.models import OutboxMessage
from clinic.notifications.registry import MessageKind, Registry, register
from clinic.notifications.rules import Message
from clinic.notifications.service import enqueue
from clinic.platform.extensions import db
from tests.support.smtp import HOST, MailServer

KIND = "test.note"


@dataclass
class Notes:
    """The tests' own kind of message: what is no longer wanted, what cannot be written, where it goes."""

    unwanted: set[str] = field(default_factory=set)
    unwritable: set[str] = field(default_factory=set)
    to: str = "hazel@example.com"

    def still_wanted(self, ids: dict[str, str], now: datetime) -> bool:
        return ids["note"] not in self.unwanted

    def render(self, ids: dict[str, str]) -> Message:
        if ids["note"] in self.unwritable:
            raise NotFound
        return Message(self.to, "A note", f"Note {ids['note']}\n", f"<p>Note {ids['note']}</p>")


def know_notes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Notes:
    """Make the tests' kind the only one that the application knows."""
    notes = Notes()
    monkeypatch.setitem(app.extensions, "clinic.notifications", Registry())
    register(app, MessageKind(KIND, notes.still_wanted, notes.render))
    return notes


def use_server(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch, **given: Any) -> None:
    """Point the settings at a mail server."""
    values: dict[str, Any] = {
        "mail_server": HOST,
        "mail_port": server.port,
        "mail_use_tls": server.certificate is not None,
        "mail_ca_file": str(server.certificate or ""),
        "mail_timeout_seconds": 0.5,
    }
    held = app.extensions["clinic.settings"]
    monkeypatch.setitem(app.extensions, "clinic.settings", held.model_copy(update=values | given))


def put(note: str, now: datetime, patient: UUID | None = None, kind: str = KIND) -> None:
    """A message in the outbox, due now."""
    enqueue(kind, f"note:{note}", {"note": note}, patient, now, now=now)


def rows() -> list[OutboxMessage]:
    """Every message as it stands now."""
    chosen = select(OutboxMessage).order_by(OutboxMessage.key)
    found = list(db.session.scalars(chosen.execution_options(populate_existing=True)))
    db.session.rollback()
    return found


def the_row() -> OutboxMessage:
    """The only message."""
    (row,) = rows()
    return row


SOMEBODY = uuid4()
