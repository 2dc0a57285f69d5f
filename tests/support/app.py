"""Applications for tests: settings with fresh keys, a clock that stands still."""

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from clinic import create_app
from config import Settings

START = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)  # Tuesday, 9 a.m. Central Time


def random_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(os.urandom(32)).decode()


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> None:
        """Let time pass."""
        self.now += step


def test_settings(database_url: str, instance_dir: Path, **given: Any) -> Settings:
    """Settings as a test installation has them."""
    values: dict[str, Any] = {
        "environment": "test",
        "database_url": database_url,
        "instance_dir": instance_dir,
        "secret_key": base64.b64encode(os.urandom(48)).decode(),
        "field_keys": f"1:{random_key()}",
        "index_key": random_key(),
        "sqlite_synchronous": "OFF",
        "safety_contacts": ["safety@example.com"],
        "public_url": "http://localhost",
    }
    return Settings(**(values | given))


def build(database_url: str, instance_dir: Path, **given: Any) -> Flask:
    """An application on this database, with a clock that stands still and passwords that cost little."""
    app = create_app(test_settings(database_url, instance_dir, **given), FixedClock())
    app.extensions["security"].pwd_context.update(argon2__memory_cost=8, argon2__time_cost=1)
    return app


def environment_of(app: Flask) -> dict[str, str]:
    """What another process needs to be the same installation."""
    held: Settings = app.extensions["clinic.settings"]
    given = {name: getattr(held, name) for name in type(held).model_fields}
    for secret in ("secret_key", "field_keys", "index_key", "mail_password"):
        given[secret] = given[secret].get_secret_value()
    given["safety_contacts"] = ",".join(held.safety_contacts)
    own = {f"CLINIC_{name.upper()}": str(value) for name, value in given.items()}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), **own}
