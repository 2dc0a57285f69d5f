"""The extensions of the application and what hangs on the running one: clock, settings."""

import math
import random
import sqlite3
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from flask import Flask, current_app
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

from clinic.kernel.clock import Clock
from clinic.platform import prepared
from clinic.platform.orm import Base
from clinic.platform.sealed import KeyRing, key_ring

if TYPE_CHECKING:
    from config import Settings

__all__ = ["csrf", "db", "key_ring", "mail", "migrate", "now", "set_up", "settings"]

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
mail = Mail()
migrate = Migrate()

BUSY_MILLISECONDS, IDLE_SECONDS = 5_000, 5
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": f"{BUSY_MILLISECONDS}",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "recursive_triggers": "ON",  # INSERT OR REPLACE would get past append-only triggers
    "trusted_schema": "OFF",
    "temp_store": "MEMORY",
}
POSTGRESQL_LIMITS = (
    "-c lock_timeout=3000 -c statement_timeout=5000 -c idle_in_transaction_session_timeout=15000"
)


def now() -> datetime:
    """The application's clock; views read it and hand the instant down."""
    clock: Clock = current_app.extensions["clinic.clock"]
    return clock()


def settings() -> "Settings":
    """The running application's settings."""
    held: Settings = current_app.extensions["clinic.settings"]
    return held


def engine_options(url: str) -> dict[str, object]:
    """How engines are made on each database."""
    if url.startswith("postgresql"):
        options = f"{POSTGRESQL_LIMITS} -c timezone=UTC"
        return {
            "isolation_level": "READ COMMITTED",
            "connect_args": {"options": options},
        }
    return {"connect_args": {"timeout": 5}}


def set_up(app: Flask, held: "Settings", clock: Clock) -> None:
    """Bind the extensions to the application."""
    app.extensions["clinic.settings"] = held
    app.extensions["clinic.clock"] = clock
    app.extensions["clinic.key_ring"] = KeyRing.from_text(
        held.field_keys.get_secret_value(), held.index_key.get_secret_value()
    )
    db.init_app(app)
    csrf.init_app(app)
    mail.init_app(app)
    migrate.init_app(app, db, directory=str(held.project_root / "migrations"))
    with app.app_context():
        tune(db.engine, held.sqlite_synchronous)


def tune(engine: Engine, synchronous: str = "FULL") -> None:
    """Give SQLite its pragmas and real transactions; let PostgreSQL keep what it has prepared."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "do_connect", prepared.connect)
        _ask_idle_ones(engine)
    if engine.dialect.name != "sqlite":
        return
    pragmas = SQLITE_PRAGMAS | {"synchronous": synchronous}

    @event.listens_for(engine, "connect")
    def connected(link: object, _: object) -> None:
        link.isolation_level = None  # type: ignore[attr-defined]  # the driver's own BEGIN is off
        for name, value in pragmas.items():
            link.execute(f"PRAGMA {name}={value}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begun(link: object) -> None:
        if link.get_execution_options().get("sqlite_begin") == "IMMEDIATE":  # type: ignore[attr-defined]
            _begin_writing(link)
        else:
            link.exec_driver_sql("BEGIN DEFERRED")  # type: ignore[attr-defined]


def _ask_idle_ones(engine: Engine) -> None:
    """Ask a pooled connection whether it still works, but only if nobody has used it for a while.

    The pool's own question before every use is three to five more round trips in every request.
    """

    @event.listens_for(engine, "checkin")
    def given_back(_: object, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(link: Any, record: Any, _: object) -> None:
        if time.monotonic() - record.info.get("used", math.inf) > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(link)
            except psycopg.Error as gone:
                raise InvalidatePoolError from gone


def _begin_writing(link: Any) -> None:
    """Wait for the turn of the one writer, at most `BUSY_MILLISECONDS`.

    SQLite's own waiting sleeps the longer the longer it has waited, up to 100 ms, and newcomers go first: one
    request in a hundred would take seconds. Here whoever has waited longer looks more often.

    Raises:
        OperationalError: nobody's turn came in that time (SQLite: database is locked).
    """
    driver = link.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    began = time.monotonic()
    try:
        while (refused := _refusal(driver)) is not None:
            waited = time.monotonic() - began
            if refused != sqlite3.SQLITE_BUSY or waited * 1000 >= BUSY_MILLISECONDS:
                link.exec_driver_sql("BEGIN IMMEDIATE")  # its failure is told as SQLAlchemy tells failures
                return
            time.sleep(max(0.001, 0.004 - waited / 50) * random.uniform(0.5, 1))  # noqa: S311 - hides nothing
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def _refusal(driver: sqlite3.Connection) -> int | None:
    """The code of why no write transaction could begin; None: it has begun."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as wrong:
        return wrong.sqlite_errorcode & 0xFF
    return None
