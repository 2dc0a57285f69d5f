"""Sessions: dead without their row, renewed on demand, ended by the server's clock, sealed at rest."""

import hashlib
import uuid
from contextvars import Context
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from clinic.platform.extensions import db
from clinic.platform.sessions import (
    PATIENT_LIFE,
    STAFF_ABSOLUTE,
    STAFF_IDLE,
    DatabaseSessions,
    WebSession,
    end_session,
    end_sessions_of,
    own_session,
    renew_session,
    set_up,
    sweep_sessions,
)
from clinic.platform.transaction import transaction
from tests.support.app import START, FixedClock, build

OWNER = uuid.uuid4()
WORD = "heron-by-the-river"


def steer() -> ResponseReturnValue:
    """A page that does what the query asks; stands in for every view of the house."""
    for step in request.args.get("do", "").split():
        match step:
            case "keep":
                session["word"] = WORD
            case "own":
                own_session(OWNER)
            case "renew":
                renew_session()
            case "end":
                end_session()
            case "drop-all":
                with transaction():
                    end_sessions_of(OWNER)
    return str(session.get("word", "nothing")) if "look" in request.args else "unasked"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A client of a bare application that has nothing but these sessions."""
    bare = Flask("bare")
    bare.extensions.update(app.extensions)
    set_up(bare)
    bare.add_url_rule("/", view_func=steer)
    db._app_engines[bare] = db._app_engines[app]  # the same engine: no second pool to close
    return bare.test_client()


def go(browser: FlaskClient, do: str = "", look: bool = True) -> TestResponse:
    """One request."""
    query = {"do": do} | ({"look": "1"} if look else {})
    answer: TestResponse = Context().run(lambda: browser.get("/", query_string=query))
    return answer


def rows() -> list[WebSession]:
    """Every session in the table, read afresh."""
    db.session.rollback()
    return list(db.session.scalars(select(WebSession)))


def cookie(browser: FlaskClient) -> str:
    """What the browser holds."""
    held = browser.get_cookie("session")
    return held.value if held else ""


def test_a_session_is_kept_between_requests(browser: FlaskClient) -> None:
    go(browser, "keep")
    assert go(browser).text == WORD


def test_the_table_holds_neither_the_cookie_nor_the_words(browser: FlaskClient, app: Flask) -> None:
    go(browser, "keep")
    (row,) = rows()
    assert row.key == hashlib.sha256(cookie(browser).encode()).digest()
    assert WORD.encode() not in bytes(row.data)
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        path = Path(str(db.engine.url.database))
        written = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
        assert row.key in written
        assert WORD.encode() not in written
        assert cookie(browser).encode() not in written


def test_a_page_that_asks_nothing_reads_and_writes_nothing(browser: FlaskClient) -> None:
    answer = go(browser, look=False)
    assert "Set-Cookie" not in answer.headers
    assert rows() == []


def test_a_made_up_cookie_opens_nothing_and_is_taken_back(browser: FlaskClient) -> None:
    browser.set_cookie("session", "chosen-by-an-attacker")
    answer = go(browser)
    assert answer.text == "nothing"
    assert "Expires=Thu, 01 Jan 1970" in answer.headers["Set-Cookie"]
    go(browser, "keep")
    assert cookie(browser) != "chosen-by-an-attacker"


@pytest.mark.parametrize("step", ["renew", "own"])
def test_a_new_id_kills_the_old_one_and_keeps_what_was_there(browser: FlaskClient, step: str) -> None:
    go(browser, "keep")
    old = cookie(browser)
    go(browser, step)
    assert cookie(browser) != old
    assert go(browser).text == WORD
    browser.set_cookie("session", old)
    assert go(browser).text == "nothing"


def test_ending_a_session_deletes_row_and_cookie(browser: FlaskClient) -> None:
    go(browser, "keep own")
    old = cookie(browser)
    go(browser, "end")
    assert rows() == []
    assert cookie(browser) == ""
    browser.set_cookie("session", old)
    assert go(browser).text == "nothing"


def test_all_sessions_of_an_account_end_together_and_cannot_come_back(browser: FlaskClient) -> None:
    other = browser.application.test_client()
    go(browser, "keep own")
    go(other, "keep own")
    with transaction():
        end_sessions_of(OWNER)
    assert go(browser).text == "nothing"
    assert go(other).text == "nothing"


@pytest.mark.parametrize("late", ["keep", "renew", "own"])
def test_a_write_under_way_does_not_revive_a_session_that_was_ended(browser: FlaskClient, late: str) -> None:
    go(browser, "keep own")
    go(browser, f"{late} drop-all")
    assert rows() == []
    assert go(browser).text == "nothing"


def test_staff_idle_out_by_the_servers_clock(browser: FlaskClient, clock: FixedClock) -> None:
    go(browser, "keep own")
    for _ in range(3):
        clock.advance(STAFF_IDLE - timedelta(seconds=1))
        assert go(browser).text == WORD
    clock.advance(STAFF_IDLE)
    assert go(browser).text == "nothing"


def test_staff_leave_after_ten_hours_however_busy(browser: FlaskClient, clock: FixedClock) -> None:
    go(browser, "keep own")
    while clock.now < START + STAFF_ABSOLUTE - timedelta(minutes=10):
        clock.advance(timedelta(minutes=10))
        assert go(browser, "keep").text == WORD
    clock.advance(timedelta(minutes=10))
    assert go(browser).text == "nothing"


def test_a_patient_may_rest_a_day(browser: FlaskClient, clock: FixedClock) -> None:
    answer = go(browser, "keep")
    assert f"Max-Age={int(PATIENT_LIFE.total_seconds())}" in answer.headers["Set-Cookie"]
    clock.advance(PATIENT_LIFE - timedelta(seconds=1))
    assert go(browser).text == WORD
    clock.advance(timedelta(seconds=1))
    assert go(browser).text == "nothing"


def test_use_is_noted_at_most_once_a_minute(browser: FlaskClient, clock: FixedClock) -> None:
    go(browser, "keep")
    clock.advance(timedelta(seconds=50))
    go(browser)
    assert rows()[0].seen_at == START
    clock.advance(timedelta(seconds=20))
    go(browser)
    assert rows()[0].seen_at == START + timedelta(seconds=70)


def test_a_sweep_deletes_what_is_over_and_nothing_else(browser: FlaskClient, clock: FixedClock) -> None:
    go(browser, "keep")
    go(browser.application.test_client(), "keep own")
    clock.advance(STAFF_IDLE)
    with transaction():
        assert sweep_sessions(clock.now) == 1
    assert [row.owner_id for row in rows()] == [None]
    clock.advance(PATIENT_LIFE)
    with transaction():
        sweep_sessions(clock.now)
    assert db.session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_a_row_copied_over_another_does_not_open(browser: FlaskClient) -> None:
    go(browser, "keep own")
    other = browser.application.test_client()
    go(other, "keep")
    mine, theirs = sorted(rows(), key=lambda row: row.owner_id is None)
    stolen = mine.data
    with transaction():
        db.session.execute(delete(WebSession).where(WebSession.id == mine.id))
        db.session.get_one(WebSession, theirs.id).data = stolen
    assert go(other).text == "nothing"


def test_https_binds_the_cookie_to_the_host(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clinic.sqlite3'}"
    secure = build(url, tmp_path, public_url="https://visits.example.org")
    plain = build(url, tmp_path)
    assert isinstance(secure.session_interface, DatabaseSessions)
    assert secure.config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert secure.config["SESSION_COOKIE_SECURE"] is True
    assert plain.config["SESSION_COOKIE_NAME"] == "session"
    for made in (secure, plain):
        assert made.config["SESSION_COOKIE_HTTPONLY"] is True
        assert made.config["SESSION_COOKIE_SAMESITE"] == "Lax"
        with made.app_context():
            db.engine.dispose()
