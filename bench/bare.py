"""The floor of goal 2: Flask and SQLAlchemy alone, a POST that writes the rows of a booking and nothing else.

`BENCH_COPY` names the appointment whose rows are written again.
"""

import os
from uuid import UUID

from flask import Flask, redirect, request
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bench.rows import Written, copies, written_by
from clinic import create_app
from clinic.platform.extensions import db, engine_options
from clinic.scheduling.models import Appointment

URL = os.environ["CLINIC_DATABASE_URL"]


def _read() -> Written:
    """The rows to copy; the application is only asked for them."""
    clinic = create_app()
    with clinic.app_context():
        found = written_by(UUID(os.environ["BENCH_COPY"]))
        db.session.remove()
        db.engine.dispose()
    return found


WRITTEN = _read()
ENGINE = create_engine(URL, **engine_options(URL))
app = Flask(__name__)


@app.get("/healthz")
def healthy() -> str:
    """It runs."""
    return "ok"


@app.post("/book")
def book() -> Response:
    """One booking's rows, as objects of the ORM, in one transaction."""
    number = int(request.form["number"])
    with Session(ENGINE) as session, session.begin():
        for model, values in copies(WRITTEN, number):
            session.add(model(**values))
            if model is Appointment:
                session.flush()  # what points to it comes after it
    return redirect(f"/visits/{number}")
