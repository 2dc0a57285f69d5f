"""What a visitor is told when something does not work; a page that never needs session or database."""

from http import HTTPStatus

from flask import Flask, Response, current_app
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from clinic.kernel.errors import ClinicError, Conflict
from clinic.platform import logs
from clinic.platform.limits import TooOften
from clinic.platform.templating import render_bare

PAGES = frozenset((400, 403, 404, 409, 413, 422, 429, 500, 503))
RETRY_AFTER_SECONDS = 5
# PostgreSQL: lock_timeout, statement_timeout, deadlock, serialization, too many connections, shutting down.
BUSY_STATES = frozenset(("55P03", "57014", "40P01", "40001", "53300", "57P01", "57P03"))
STALE = "Somebody changed this while you were looking at it. Load the page again, then make your change."


def set_up(app: Flask) -> None:
    """Answer every kind of failure with a page in plain words."""
    app.register_error_handler(ClinicError, refused)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(HTTPException, not_served)
    app.register_error_handler(DBAPIError, database_failed)
    app.register_error_handler(InternalServerError, crashed)


def refused(wrong: ClinicError) -> Response:
    """A refusal has its own words."""
    answer = page(wrong.status, wrong.message)
    if isinstance(wrong, TooOften):
        answer.headers["Retry-After"] = str(max(1, round(wrong.wait.total_seconds())))
    return answer


def stale(_: StaleDataError) -> Response:
    """Two people changed the same row; the later one looks again."""
    return refused(Conflict(STALE))


def form_too_old(_: CSRFError) -> Response:
    """The form came without the token of this session: its session is over, or it is not our form."""
    return page(400)


def not_served(wrong: HTTPException) -> Response:
    """What the router and the parser refuse; redirects and answers made elsewhere pass through."""
    if wrong.response is not None or (wrong.code or 500) < 400:
        return current_app.make_response(wrong.get_response())
    answer = page(wrong.code or 500)
    if wrong.code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = wrong.get_response().headers.get("Allow", "")
    return answer


def database_failed(wrong: DBAPIError) -> Response:
    """Busy or away: come back in a moment, nothing was done. A value that no column takes: bad input."""
    logs.log.error("database.failed", **logs.describe(wrong))
    if is_busy(wrong):
        return _busy()
    return page(400 if isinstance(wrong, DataError) else 500)


def crashed(wrong: InternalServerError) -> Response:
    """A defect of ours; Flask has logged it, by class and place alone."""
    cause = wrong.original_exception
    return _busy() if isinstance(cause, DBAPIError) and is_busy(cause) else page(500)


def is_busy(wrong: DBAPIError) -> bool:
    """Did the database time out, or was it away? Then the same request may do well in a moment."""
    if wrong.connection_invalidated:
        return True
    name = getattr(wrong.orig, "sqlite_errorname", None) or ""
    state = getattr(wrong.orig, "sqlstate", None)
    if state is None and not name:
        return type(wrong.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return state in BUSY_STATES or name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def page(status: int, message: str = "") -> Response:
    """The error page of this status, or of its family."""
    shown = status if status in PAGES else (500 if status >= 500 else 400)
    shown = 404 if status in (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE) else shown
    try:
        text = render_bare(f"errors/{shown}.html", message=message)
        return Response(text, status, mimetype="text/html")
    except Exception as wrong:
        logs.log.error("error_page.failed", **logs.describe(wrong))
        return Response(f"{HTTPStatus(status).phrase}. {message}\n", status, mimetype="text/plain")


def _busy() -> Response:
    answer = page(503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer
