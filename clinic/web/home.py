"""The home page and the two notices that every patient page links to."""

from flask import Blueprint, render_template

from clinic.platform.access import public
from clinic.platform.extensions import settings
from clinic.scheduling.queries import locations

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def index() -> str:
    """What happens at the clinic, in plain words, the same for everybody."""
    return render_template("home/index.html", books_first=settings().book_before_decision, places=locations())


@pages.get("/privacy")
@public
def privacy() -> str:
    """Who sees what a patient writes."""
    return render_template("home/privacy.html")


@pages.get("/accessibility")
@public
def accessibility() -> str:
    """What the pages can do, and whom to call when something is in the way."""
    return render_template("home/accessibility.html")
