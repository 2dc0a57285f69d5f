"""Production does not start on a database that holds the demo people: their passwords are public."""

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from clinic.platform.extensions import db, settings
from config import BadSettings

FOUND = "Cannot start: this database holds demo data. Set CLINIC_DATABASE_URL to a database without it."
NO_ANSWER = "Cannot start: the database does not answer. Check CLINIC_DATABASE_URL."


def refuse_demo_data(app: Flask) -> None:
    """Look once, at the start of production; an empty database has no tables yet and is fine.

    Raises:
        BadSettings: demo data is there, or nobody can tell.
    """
    with app.app_context():
        if settings().environment != "production":
            return
        try:
            if _holds_demo_data():
                raise BadSettings(FOUND)
        except OperationalError:
            raise BadSettings(NO_ANSWER) from None
        finally:
            db.session.remove()
            db.engine.dispose()  # a preloading server forks: no connection may be shared


def _holds_demo_data() -> bool:
    if not inspect(db.engine).has_table("staff"):
        return False
    from clinic.web.demo import demo_data_present

    return demo_data_present()
