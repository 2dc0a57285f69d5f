"""Imports every slice's tables, for Alembic and create_all; the one list."""

import importlib
from pathlib import Path

MODULES = (
    "clinic.audit.models",
    "clinic.accounts.models",
    "clinic.notifications.models",
    "clinic.patients.models",
    "clinic.triage.models",
    "clinic.safety.models",
    "clinic.intake.models",
    "clinic.scheduling.models",
    "clinic.referrals.models",
    "clinic.platform.sessions",
    "clinic.platform.limits",
)


def import_all() -> None:
    """Make every table known to the metadata."""
    for name in MODULES:
        path = Path(__file__).parent.parent.joinpath(*name.split("."))
        if path.with_suffix(".py").exists() or path.is_dir():
            importlib.import_module(name)
