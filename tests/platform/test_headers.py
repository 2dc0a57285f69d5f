"""Headers: strict on every kind of answer; bodies are capped; forged hosts and proxies change nothing."""

from pathlib import Path

import pytest
from flask import Flask, jsonify, request

from clinic.platform import headers
from tests.support.app import test_settings as settings_for_tests

PATHS = {"/": 200, "/nowhere": 404, "/breaks": 500, "/static/plain.txt": 200, "/static/nothing.css": 404}


def make(tmp_path: Path, **given: object) -> Flask:
    """A bare application with these headers and one page of each kind."""
    app = Flask("bare", static_folder=str(tmp_path), static_url_path="/static")
    (tmp_path / "plain.txt").write_text("plain")
    app.extensions["clinic.settings"] = settings_for_tests("sqlite://", tmp_path, **given)
    headers.set_up(app)
    app.add_url_rule("/", "fine", view_func=lambda: "fine")
    app.add_url_rule("/breaks", "breaks", view_func=lambda: str(1 // 0))
    app.add_url_rule(
        "/who", "who", view_func=lambda: jsonify([request.remote_addr, request.scheme, request.host])
    )
    app.add_url_rule("/send", "send", view_func=lambda: str(len(request.form)), methods=["POST"])
    return app


def production(tmp_path: Path, **given: object) -> Flask:
    """The same as it runs in production."""
    return make(
        tmp_path,
        environment="production",
        public_url="https://visits.example.org",
        clinic_phone="205-867-5309",
        mail_server="mail.example.org",
        mail_sender="visits@clinic.example.org",
        sqlite_synchronous="FULL",
        **given,
    )


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_them(tmp_path: Path, path: str) -> None:
    with make(tmp_path).test_client().get(path) as answer:
        assert answer.status_code == PATHS[path]
        for name, value in headers.ALWAYS.items():
            assert answer.headers[name] == value
        assert "Strict-Transport-Security" not in answer.headers
        stored = "no-store" not in answer.headers.get("Cache-Control", "")
        assert stored == (path == "/static/plain.txt")


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in headers.POLICY
    assert "http" not in headers.POLICY
    assert "*" not in headers.POLICY
    assert headers.POLICY.startswith("default-src 'none'")


def test_https_is_remembered_for_a_year(tmp_path: Path) -> None:
    answer = production(tmp_path).test_client().get("/", base_url="https://visits.example.org")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("host", "status"), [("visits.example.org", 200), ("evil.example", 400), ("127.0.0.1", 200)]
)
def test_only_our_own_host_is_served_in_production(tmp_path: Path, host: str, status: int) -> None:
    answer = production(tmp_path).test_client().get("/who", headers={"Host": host})
    assert answer.status_code == status
    assert answer.headers["X-Frame-Options"] == "DENY"


FORGED = {
    "X-Forwarded-For": "198.51.100.1, 198.51.100.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
}


def test_forwarded_headers_count_for_nothing_without_a_proxy(tmp_path: Path) -> None:
    answer = make(tmp_path).test_client().get("/who", headers=FORGED)
    assert answer.json == ["127.0.0.1", "http", "localhost"]


def test_a_trusted_proxy_tells_the_last_address_and_never_the_host(tmp_path: Path) -> None:
    answer = make(tmp_path, trusted_proxies=1).test_client().get("/who", headers=FORGED)
    assert answer.json == ["198.51.100.9", "https", "localhost"]


def test_a_body_over_a_megabyte_is_refused(tmp_path: Path) -> None:
    client = make(tmp_path).test_client()
    assert client.post("/send", data={"words": "x" * 10_000}).status_code == 200
    assert client.post("/send", data={"words": "x" * headers.MEGABYTE}).status_code == 413
    parts = {f"part-{number}": "x" for number in range(600)}
    assert client.post("/send", data=parts, content_type="multipart/form-data").status_code == 413
