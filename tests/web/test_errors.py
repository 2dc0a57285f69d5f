"""Every failure answers with a page in plain words: never a stack trace, never a lost 500 for bad input."""

import sqlite3
from contextvars import Context
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask, Response
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.platform.extensions import db
from clinic.platform.headers import ALWAYS
from clinic.platform.limits import TooOften
from clinic.platform.transaction import transaction
from clinic.web.errors import database_failed, is_busy, not_served, refused, stale
from tests.support.app import build
from tests.support.client import PageClient, faults, text_of

SECRET = "canary-Magnolia-1987"


def shown(answer: Response) -> str:
    """The page; every promise of a page is kept."""
    page = answer.get_data(as_text=True)
    assert faults(page) == []
    return page


def sqlite_error(name: str) -> sqlite3.OperationalError:
    """An error as the driver raises it."""
    wrong = sqlite3.OperationalError(SECRET)
    wrong.sqlite_errorname = name
    return wrong


class TestPages:
    """What people read."""

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            (NotFound(), 404),
            (NotAllowed(), 403),
            (Invalid("Choose a day"), 422),
            (Conflict("It has changed"), 409),
        ],
    )
    def test_a_refusal_keeps_its_own_words(self, app: Flask, wrong: Any, status: int) -> None:
        with app.test_request_context():
            answer = refused(wrong)
        assert answer.status_code == status
        assert wrong.message in text_of(shown(answer))

    def test_too_often_says_when_to_come_back(self, app: Flask) -> None:
        with app.test_request_context():
            answer = refused(TooOften(timedelta(seconds=41)))
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "41")

    def test_a_stale_row_is_a_conflict(self, app: Flask) -> None:
        with app.test_request_context():
            answer = stale(StaleDataError())
        assert answer.status_code == 409
        assert "Somebody changed this" in text_of(shown(answer))

    @pytest.mark.parametrize("status", [400, 401, 404, 406, 410, 413, 415, 418, 431, 501, 502])
    def test_every_other_status_has_a_page(self, app: Flask, status: int) -> None:
        class Wrong(HTTPException):
            code = status

        with app.test_request_context():
            answer = not_served(Wrong(SECRET))
        assert answer.status_code == status
        assert SECRET not in shown(answer)

    def test_pages_carry_the_strict_headers(self, client: PageClient) -> None:
        answer = client.get("/nowhere", status=404)
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS

    def test_a_wrong_method_is_told_which_are_right(self, client: PageClient) -> None:
        answer = client.get("/staff/sign-out", status=405)
        assert "POST" in answer.headers["Allow"]

    def test_a_form_of_a_session_that_is_over_loses_nothing_saved(self, client: PageClient) -> None:
        answer = client.post("/staff/sign-in", {"email": SECRET}, token=False, status=400)
        assert "Answers you saved before are still there" in text_of(answer.text)
        assert SECRET not in answer.text

    @pytest.mark.parametrize(
        "path", ["/%00", "/staff/%ff%fe", "/" + "a" * 9000, "/?next=%00", "/\u202egpj.exe"]
    )
    def test_odd_addresses_are_not_found_or_ignored(self, client: PageClient, path: str) -> None:
        assert client.get(path, status=-1).status_code in (200, 404)

    def test_a_forged_host_is_refused_in_words(self, app: Flask, tmp_path: Any) -> None:
        made = build(
            f"sqlite:///{tmp_path / 'clinic.sqlite3'}",
            tmp_path,
            environment="production",
            public_url="https://visits.example.org",
            clinic_phone="205-867-5309",
            mail_server="mail.example.org",
            mail_sender="visits@clinic.example.org",
            sqlite_synchronous="FULL",
        )
        answer = Context().run(lambda: made.test_client().get("/", headers={"Host": "evil.example"}))
        assert answer.status_code == 400
        assert "evil.example" not in answer.text
        assert answer.headers["X-Frame-Options"] == "DENY"
        with made.app_context():
            db.engine.dispose()


class TestDatabase:
    """What a busy or broken database looks like from outside."""

    @pytest.mark.parametrize(
        ("cause", "busy"),
        [
            (sqlite_error("SQLITE_BUSY"), True),
            (sqlite_error("SQLITE_BUSY_SNAPSHOT"), True),
            (sqlite_error("SQLITE_LOCKED"), True),
            (sqlite_error("SQLITE_ERROR"), False),
            (sqlite_error("SQLITE_CORRUPT"), False),
            (psycopg.errors.LockNotAvailable(SECRET), True),
            (psycopg.errors.QueryCanceled(SECRET), True),
            (psycopg.errors.DeadlockDetected(SECRET), True),
            (psycopg.errors.AdminShutdown(SECRET), True),
            (psycopg.OperationalError(SECRET), True),
            (psycopg.errors.UndefinedTable(SECRET), False),
        ],
    )
    def test_which_failures_pass_by_themselves(self, app: Flask, cause: Exception, busy: bool) -> None:
        wrong = OperationalError("select", {"name": SECRET}, cause)
        assert is_busy(wrong) is busy
        with app.test_request_context():
            answer = database_failed(wrong)
        assert answer.status_code == (503 if busy else 500)
        assert ("Retry-After" in answer.headers) is busy
        assert SECRET not in shown(answer)

    @pytest.mark.parametrize(("kind", "status"), [(DataError, 400), (IntegrityError, 500)])
    def test_a_value_that_no_column_takes_is_bad_input(
        self, app: Flask, kind: type[DBAPIError], status: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with app.test_request_context():
            answer = database_failed(kind("insert", {"name": SECRET}, psycopg.DataError(SECRET)))
        assert answer.status_code == status
        assert SECRET not in shown(answer) + capsys.readouterr().err

    @pytest.mark.long
    def test_a_writer_that_waits_too_long_gets_503_and_nothing_is_half_done(
        self, app: Flask, client: PageClient
    ) -> None:
        client.get("/staff/sign-in")
        with transaction():  # another writer holds the database
            if db.engine.dialect.name == "postgresql":
                db.session.connection().exec_driver_sql("lock table rate_limit in access exclusive mode")
            answer = client.post(
                "/staff/sign-in", {"email": "a@example.com", "password": "x" * 15}, status=503
            )
        assert int(answer.headers["Retry-After"]) > 0
        assert "try again" in text_of(answer.text)


def test_a_defect_shows_nothing_of_itself(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise KeyError(SECRET)

    monkeypatch.setitem(app.view_functions, "home.index", broken)
    broken.access = "public"  # type: ignore[attr-defined]  # as `@public` marks it
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get("/", status=500)
    assert "Something went wrong on our side" in text_of(answer.text)
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
