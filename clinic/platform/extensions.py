"""The extensions of the application and what hangs on the running one: clock, settings."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Flask, current_app
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, event

from clinic.kernel.clock import Clock
from clinic.platform.orm import Base
from clinic.platform.sealed import KeyRing, key_ring

if TYPE_CHECKING:
    from config import Settings

__all__ = ["csrf", "db", "key_ring", "mail", "migrate", "now", "set_up", "settings"]

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
mail = Mail()
migrate = Migrate()

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "5000",
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
            "pool_pre_ping": True,
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
    """Give SQLite its pragmas and real transactions; PostgreSQL needs nothing here."""
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
        mode = link.get_execution_options().get("sqlite_begin", "DEFERRED")  # type: ignore[attr-defined]
        link.exec_driver_sql(f"BEGIN {mode}")  # type: ignore[attr-defined]
