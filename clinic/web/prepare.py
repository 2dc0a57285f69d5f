"""`python -m clinic.web.prepare`: instance folder, keys, tables, demo data. Safe and quick to repeat."""

import base64
import os
import secrets
from pathlib import Path

from clinic.kernel.clock import Clock, utc_now
from config import Settings, load_settings

# Each key's file, and what stands before the random bytes: field keys carry their number.
KEYS = {"secret_key": "", "field_keys": "1:", "index_key": ""}


def prepare(clock: Clock = utc_now) -> Settings:
    """Make what is missing; returns the settings of the installation.

    Raises:
        BadSettings: a setting is missing or unsafe. In production no key is ever made up.
    """
    if os.environ.get("CLINIC_ENVIRONMENT") != "production":
        write_keys(
            Path(os.environ.get("CLINIC_INSTANCE_DIR") or Settings.model_fields["instance_dir"].default)
        )
    held = load_settings()
    held.instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _migrate_and_fill(held, clock)
    return held


def write_keys(instance: Path) -> None:
    """Make the keys that are not there yet, readable by their owner alone."""
    folder = instance / "keys"
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    for name, number in KEYS.items():
        path = folder / name
        if not path.exists():
            _write_private(path, number + base64.b64encode(secrets.token_bytes(32)).decode())


def _write_private(path: Path, text: str) -> None:
    """All or nothing: an interrupted start must not leave half a key that seals data."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _migrate_and_fill(held: Settings, clock: Clock) -> None:
    from clinic import create_app
    from clinic.platform.extensions import db
    from clinic.web import schema

    app = create_app(held, clock)
    with app.app_context():
        if not schema.is_current():
            import flask_migrate

            flask_migrate.upgrade()
        if held.environment == "development":
            from clinic.web.demo import load_demo

            load_demo(clock())
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    prepare()
