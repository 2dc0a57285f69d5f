"""Intake, triage and consultation booking for a specialist clinic."""

from flask import Flask

from clinic import tables
from clinic.accounts import sign_in
from clinic.kernel.clock import Clock, utc_now
from clinic.platform import access, extensions, headers, logs, sessions, static, templating
from clinic.web import blueprints, cli, demo_guard, errors, housekeeping, messages, navigation, reactions
from config import Settings, load_settings


def create_app(settings: Settings | None = None, clock: Clock = utc_now) -> Flask:
    """Build the application: settings, extensions, slices.

    Raises:
        BadSettings: a setting is missing or unsafe, or production holds demo data; it names what to set.
    """
    held = settings or load_settings()
    app = Flask(__name__, static_folder="static", template_folder=str(held.project_root / "templates"))
    app.config.from_mapping(flask_config(held))
    tables.import_all()
    logs.set_up(app, held.log_level)
    extensions.set_up(app, held, clock)
    sessions.set_up(app)
    headers.set_up(app)
    static.set_up(app)
    access.set_up(app, sign_in.load_actor)
    templating.configure(app)
    for part in (sign_in, errors, navigation, messages, reactions, housekeeping):
        part.set_up(app)
    blueprints.register(app)
    cli.register(app)
    demo_guard.refuse_demo_data(app)
    return app


def flask_config(held: Settings) -> dict[str, object]:
    """What Flask and its extensions read from `app.config`."""
    return {
        "SECRET_KEY": held.secret_key.get_secret_value(),
        "DEBUG": held.debug,
        "TESTING": held.environment == "test",
        "SQLALCHEMY_DATABASE_URI": held.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": extensions.engine_options(held.database_url),
        "WTF_CSRF_TIME_LIMIT": None,  # a page left open overnight still saves; the session is the limit
        "MAIL_DEFAULT_SENDER": held.mail_sender,
    }
