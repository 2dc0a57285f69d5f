"""Static files: compressed, kept, and as strict as every page."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from clinic.platform import headers, static
from tests.support.app import test_settings as settings_for_tests

RULES = "body { color: black }" * 50


@pytest.fixture
def browser(tmp_path: Path) -> FlaskClient:
    """A bare application with two built files."""
    vendor = tmp_path / "static" / "vendor"
    vendor.mkdir(parents=True)
    for name in ("patient-0123456789.css", "plain.css"):
        (vendor / name).write_text(RULES)
        (vendor / f"{name}.gz").write_bytes(gzip.compress(RULES.encode()))
    app = Flask("bare", static_folder=str(tmp_path / "static"), static_url_path="/static")
    app.extensions["clinic.settings"] = settings_for_tests("sqlite://", tmp_path)
    headers.set_up(app)
    static.set_up(app)
    return app.test_client()


def test_a_hashed_name_is_kept_for_good_and_others_for_an_hour(browser: FlaskClient) -> None:
    with browser.get("/static/vendor/patient-0123456789.css") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.get_data(as_text=True) == RULES
    with browser.get("/static/vendor/plain.css") as answer:
        assert answer.headers["Cache-Control"] == "max-age=3600, public"


def test_it_travels_compressed(browser: FlaskClient) -> None:
    with browser.get("/static/vendor/plain.css", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data).decode() == RULES


def test_it_is_as_strict_as_a_page_and_for_our_own_origin_alone(browser: FlaskClient) -> None:
    with browser.get("/static/vendor/plain.css") as answer:
        assert {name: answer.headers[name] for name in headers.ALWAYS} == headers.ALWAYS
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/../config.py", "/static/vendor/", "/static/%2e%2e/x", "/static/none.css"]
)
def test_nothing_else_is_served(browser: FlaskClient, path: str) -> None:
    with browser.get(path) as answer:
        assert answer.status_code == 404
