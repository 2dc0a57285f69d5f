"""An application with templates, forms and the general pages, without a database."""

import base64
import os
from pathlib import Path

from flask import Flask

import clinic
from clinic.platform import headers, templating
from clinic.platform.extensions import csrf
from clinic.web.home import pages
from config import ROOT, Settings
from tests.support.app import START, FixedClock


def plain_app(folder: Path) -> Flask:
    """Strict templates, CSRF and headers, as in the whole application."""
    key = base64.b64encode(os.urandom(32)).decode()
    held = Settings(
        environment="test",
        instance_dir=folder,
        secret_key=key,  # type: ignore[arg-type]  # pydantic seals the text
        index_key=key,  # type: ignore[arg-type]
        field_keys=f"1:{key}",  # type: ignore[arg-type]
    )
    app = Flask(clinic.__name__, static_folder="static", template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY=key, TESTING=True, WTF_CSRF_TIME_LIMIT=None)
    app.extensions["clinic.settings"] = held
    app.extensions["clinic.clock"] = FixedClock(START)
    csrf.init_app(app)
    headers.set_up(app)
    templating.configure(app)
    app.register_blueprint(pages)
    return app
