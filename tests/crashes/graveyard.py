"""Orders to the process that forks mortal workers, and the clinic that they work for."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from clinic.notifications.models import OutboxMessage
from clinic.notifications.rules import lease_for
from clinic.notifications.service import enqueue
from clinic.platform.extensions import db
from clinic.scheduling import queries
from clinic.scheduling.service.outbox import REMINDER
from tests.architecture.source import ROOT
from tests.support.app import environment_of
from tests.support.smtp import MailServer

TIMEOUT = 1.0
# After so long what a killed worker held is free for another one.
LEASE = lease_for(TIMEOUT) + timedelta(seconds=1)


class Graveyard:
    """Where the workers are sent from."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def send(self, now: datetime, die_before: Sequence[int] = (0,)) -> list[int | None]:
        """Let so many workers work at this instant; the steps of those that lived, None for the killed."""
        assert self.process.stdin is not None
        order = {"now": now.isoformat(), "die_before": list(die_before)}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: list[int | None] = self.heard()
        return answer

    def heard(self) -> Any:
        """The next line that it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process that forks workers has ended"
        return json.loads(line)


@contextmanager
def graveyard(app: Flask) -> Iterator[Graveyard]:
    """One process for many workers, on the database and with the mail server of `app`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crashes.mortal"],
        cwd=ROOT,
        env=environment_of(app),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    made = Graveyard(process)
    try:
        assert made.heard() == "ready"
        yield made
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def remind(visit: UUID, now: datetime) -> UUID:
    """A reminder of this visit as it stands, due now; returns the message."""
    row, key = queries.appointment_row(visit), f"crash:{uuid4()}"
    ids = {"appointment": str(visit), "sequence": str(row.sequence), "hours": "24"}
    enqueue(REMINDER, key, ids, row.patient_id, now, now=now, about=visit)
    message = db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.key == key)).one()
    db.session.rollback()
    return message


def message(message_id: UUID) -> OutboxMessage:
    """The row as it stands now."""
    row = db.session.get_one(OutboxMessage, message_id, populate_existing=True)
    db.session.expunge(row)  # what was read stays as it was read
    db.session.rollback()
    return row


def copies(server: MailServer, row: OutboxMessage) -> int:
    """How often the mail server has taken this message; any copy goes by its Message-ID."""
    return server.message_ids.count(row.message_id)
