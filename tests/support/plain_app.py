"""An application with templates, forms and the general pages, without a database."""

import base64
import os
from pathlib import Path

from flask import Flask, render_template

import clinic
from clinic.platform import headers, templating
from clinic.platform.extensions import csrf
from clinic.web.home import pages
from config import ROOT, Settings
from tests.support.app import START, FixedClock


class Place:
    """A location as the home page shows it."""

    def __init__(self, name: str, street: str, zip_code: str, phone: str) -> None:
        self.name, self.street, self.zip_code, self.phone = name, street, zip_code, phone
        self.city, self.state = name, "AL"


PLACES = (
    Place("Birmingham", "1200 Quiet River Way, Suite 200", "35200", "+12055550142"),
    Place("Auburn", "45 Longleaf Lane", "36800", "+13345550117"),
)


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
    app.view_functions["home.index"] = home  # the real one reads its places from the database
    return app


def home() -> str:
    """The home page with places that stand still."""
    return render_template("home/index.html", books_first=True, places=PLACES)
