"""Commands of `flask --app wsgi`, in one list."""

from flask import Flask
from werkzeug.utils import import_string

COMMANDS: tuple[str, ...] = (
    "clinic.accounts.cli:staff",
    "clinic.web.doctor:doctor",
    "clinic.notifications.worker:worker_command",
    "clinic.referrals.cli:triage",
)


def register(app: Flask) -> None:
    """Add every slice's commands."""
    for path in COMMANDS:
        app.cli.add_command(import_string(path))
