"""The blueprints of the application, in one list."""

from flask import Flask

# "module:blueprint", in the order of the map.
BLUEPRINTS: tuple[str, ...] = (
    "clinic.web.home:pages",
    "clinic.web.health:probes",
    "clinic.accounts.views:pages",
    "clinic.patients.views:pages",
    "clinic.intake.views:intake",
    "clinic.scheduling.views:pages",
    "clinic.referrals.views:pages",
    "clinic.triage.views:pages",
    "clinic.notifications.views:pages",
    "clinic.frontdesk.views:pages",
)


def register(app: Flask) -> None:
    """Mount every slice's pages."""
    from werkzeug.utils import import_string

    for path in BLUEPRINTS:
        app.register_blueprint(import_string(path))
