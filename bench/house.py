"""A clinic of the run: its past, the people who wait for a time, the times that are open."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from bench.history import set_up
from clinic import create_app
from clinic.accounts.rules import Role
from clinic.accounts.service import create_staff
from clinic.kernel.clock import utc_now
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.scheduling.queries import open_times
from config import Settings
from tests.support.app import test_settings
from tests.support.databases import POSTGRES_VARIABLE, create_postgres_database
from tests.support.many import REFERRALS_EACH, fill, reference_of
from tests.support.pg_server import DURABLE, Server

# Whoever starts a quarter of an hour later is not in the way of the next one.
APART = timedelta(minutes=30)
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a clinic that lives for one run
DESKS, PATIENTS = 8, 5_000
NOTICE, HORIZON = timedelta(days=2), timedelta(days=330)  # every visit is reminded of, too


@contextmanager
def postgres(count: int = 1) -> Iterator[list[str]]:
    """A PostgreSQL of the run that keeps what it commits; gives the URLs of fresh databases of it."""
    server = Server(**DURABLE)
    before = os.environ.get(POSTGRES_VARIABLE)
    os.environ[POSTGRES_VARIABLE] = server.url
    try:
        yield [create_postgres_database() for _ in range(count)]
    finally:
        if before is None:
            del os.environ[POSTGRES_VARIABLE]
        else:
            os.environ[POSTGRES_VARIABLE] = before
        server.stop()


@dataclass
class Clinic:
    """An application and its database, its visit type of an hour, and when it was set up."""

    app: Flask
    settings: Settings
    kind: UUID
    now: datetime


@dataclass
class House(Clinic):
    """The people who wait for a time as well, and the times that are open."""

    waiting: Iterator[str] = field(init=False)
    decided: Iterator[str] = field(init=False)
    slots: Iterator[str] = field(init=False)
    cookies: list[tuple[str, str]] = field(default_factory=list)  # of desks that have signed in

    def __post_init__(self) -> None:
        """Referrals whose patients have no visit: before a decision (an hour), after it (half an hour)."""
        first_waiting = PATIENTS * REFERRALS_EACH // 2
        numbers = range(0, PATIENTS * REFERRALS_EACH, REFERRALS_EACH)
        self.waiting = (reference_of(n) for n in numbers if n >= first_waiting)
        self.decided = (reference_of(n) for n in numbers if n < first_waiting and 0 < n % 100 < 90)
        self.slots = iter(self._slots())

    def _slots(self) -> list[str]:
        """Open times of an hour that leave each other alone."""
        with self.app.app_context():
            found = open_times(
                self.kind, from_=self.now + NOTICE, until=self.now + HORIZON, now=self.now, with_notice=False
            )
            db.session.remove()
        free_from: dict[UUID, datetime] = {}
        kept = []
        for one in found:
            if one.start >= free_from.get(one.clinician_id, one.start):
                free_from[one.clinician_id] = one.end + APART
                kept.append(one.value)
        return kept

    def environment(self) -> dict[str, str]:
        """What a process must know to be of this house."""
        held = self.settings
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CLINIC_")}
        return outside | {
            "CLINIC_INSTANCE_DIR": str(held.instance_dir),
            "CLINIC_DATABASE_URL": held.database_url,
            "CLINIC_SECRET_KEY": held.secret_key.get_secret_value(),
            "CLINIC_FIELD_KEYS": held.field_keys.get_secret_value(),
            "CLINIC_INDEX_KEY": held.index_key.get_secret_value(),
            "CLINIC_SAFETY_CONTACTS": ",".join(held.safety_contacts),
        }


@contextmanager
def clinic(url: str, folder: Path, rows: int) -> Iterator[Clinic]:
    """A clinic with that much past on an empty database."""
    now = utc_now()
    settings = test_settings(
        url, folder, environment="development", sqlite_synchronous="FULL", log_level="WARNING"
    )
    app = create_app(settings, utc_now)
    app.extensions["security"].pwd_context.update(argon2__memory_cost=8, argon2__time_cost=1)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        kind = set_up(rows, now)
        db.session.remove()
        _tidy()
    try:
        yield Clinic(app, settings, kind, now)
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def house(url: str, folder: Path, rows: int) -> Iterator[House]:
    """The same with desks, and with patients who wait for a time."""
    with clinic(url, folder, rows) as made:
        with made.app.app_context():
            for number in range(DESKS):
                who, roles = f"Desk {number}", [Role.FRONT_DESK]
                create_staff(desk_address(number), who, roles, PASSWORD, actor=Actor.system(), now=made.now)
            count = PATIENTS * REFERRALS_EACH
            fill(count, made.now, to_review=count // 2)
            db.session.remove()
            _tidy()
        yield House(made.app, made.settings, made.kind, made.now)


def _tidy() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        if link.dialect.name == "postgresql":
            link.execute(text("SET statement_timeout = 0"))
            link.execute(text("VACUUM ANALYZE"))
            link.execute(text("CHECKPOINT"))
            link.execute(text("RESET statement_timeout"))
        else:
            # Outside a transaction; or every read would go through the log of all that was filled.
            driver: Any = link.connection.driver_connection
            driver.execute("ANALYZE")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def desk_address(number: int) -> str:
    """The sign-in of the n-th desk."""
    return f"desk{number}@example.com"


def temporary() -> "tempfile.TemporaryDirectory[str]":
    """A folder for what one part of the run keeps."""
    return tempfile.TemporaryDirectory(prefix="bench-")
