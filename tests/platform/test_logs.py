"""Logs: one JSON object a line, listed keys only, no words of exceptions, requests by route template."""

import json
import logging
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic.platform import logs
from clinic.platform.extensions import db
from clinic.platform.limits import RateLimit
from clinic.platform.transaction import transaction
from tests.support.app import START

CANARY = "canary-Magnolia-1987"


@pytest.fixture(autouse=True)
def _configured() -> None:
    logs.configure("INFO")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged, and nothing but JSON."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def small_app() -> Flask:
    """An application with one good and one bad page."""
    app = Flask("bare")
    logs.set_up(app, "INFO")
    app.add_url_rule("/people/<name>", "people", view_func=lambda name: f"hello {name}")
    app.add_url_rule("/breaks/<name>", "breaks", view_func=lambda name: str({}[name]))
    return app


def test_a_line_has_time_level_event_and_given_keys(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log.info("mail.sent", kind="confirmation", count=2)
    (line,) = lines(capsys)
    assert line.pop("ts").endswith("Z")
    assert line == {"level": "info", "event": "mail.sent", "kind": "confirmation", "count": 2}


def test_keys_that_are_not_listed_stay_inside(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log.warning("something", email=CANARY, answer=CANARY, path=f"/{CANARY}")
    assert CANARY not in capsys.readouterr().err


def test_a_value_cannot_begin_a_new_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log.info("something", kind='first\r\n{"event": "forged"}\u2028')
    (line,) = lines(capsys)
    assert line["kind"] == 'first??{"event": "forged"}?'


def test_a_library_tells_who_spoke_not_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("library").error("could not send to %s", CANARY)
    (line,) = lines(capsys)
    assert line["event"].startswith("library.")
    assert CANARY not in str(line)


def test_a_request_is_logged_by_template_without_query(capsys: pytest.CaptureFixture[str]) -> None:
    small_app().test_client().get(f"/people/{CANARY}?note={CANARY}", headers={"Referer": f"http://{CANARY}"})
    (line,) = lines(capsys)
    assert line["event"] == "request"
    assert (line["route"], line["method"], line["status"]) == ("/people/<name>", "GET", 200)
    assert line["ms"] >= 0
    assert len(line["request_id"]) == 32
    assert CANARY not in str(line)


def test_a_crash_tells_class_and_place_but_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    small_app().test_client().get(f"/breaks/{CANARY}")
    crash, answered = lines(capsys)
    assert crash["exc_class"] == "KeyError"
    assert "tests/platform/test_logs.py:" in crash["where"]
    assert crash["request_id"] == answered["request_id"]
    assert answered["status"] == 500
    assert CANARY not in str(crash) + str(answered)


def test_a_database_error_quotes_no_row(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    key = CANARY.encode().ljust(32)
    with pytest.raises(IntegrityError) as caught, transaction():
        for _ in range(2):
            db.session.add(RateLimit(key=key, hits=1, ends_at=START))
            db.session.flush()
            db.session.expunge_all()
    described = logs.describe(caught.value)
    assert described["exc_class"].startswith("IntegrityError(")
    assert described["sqlstate"] in {"23505", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    assert CANARY not in str(described)
    if described["sqlstate"] == "23505":
        assert described["constraint"] == "pk_rate_limit"
    assert db.session.scalars(select(RateLimit)).all() == []
