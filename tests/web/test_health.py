"""Health and readiness: what is asked, what is told, and to whom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from clinic.notifications.service import beat
from clinic.web import health
from tests.support.app import FixedClock
from tests.support.client import PageClient
from tests.support.statements import statements


@pytest.fixture
def _migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.web.schema.is_current", lambda: True)


def test_the_process_answers_without_the_database(client: PageClient) -> None:
    with statements() as seen:
        assert client.get("/healthz").text == "ok\n"
    assert seen == []


@pytest.mark.usefixtures("_migrated")
def test_ready_while_a_worker_lives(client: PageClient, clock: FixedClock) -> None:
    assert client.get("/readyz", status=503).json == {
        "database": True,
        "schema": True,
        "worker": False,
        "disk": True,
    }
    beat("worker", clock.now)
    assert client.get("/readyz").json == dict.fromkeys(("database", "disk", "schema", "worker"), True)
    clock.advance(timedelta(minutes=5))
    client.get("/readyz", status=503)


def test_a_database_at_another_revision_is_not_ready(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.web.schema._expected", lambda _: frozenset({"0042"}))
    assert client.get("/readyz", status=503).json["schema"] is False  # type: ignore[index]  # it is a dict


@pytest.mark.usefixtures("_migrated")
@pytest.mark.parametrize(
    "options",
    [
        {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
    ],
)
def test_strangers_learn_only_whether_it_is_ready(
    client: PageClient, clock: FixedClock, options: dict[str, Any]
) -> None:
    assert client.get("/readyz", status=503, **options).text == "not ready\n"
    beat("worker", clock.now)
    assert client.get("/readyz", **options).text == "ready\n"


def test_a_check_that_breaks_is_a_no(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: datetime) -> bool:
        raise OSError("the disk is gone")

    checks: dict[str, Callable[[datetime], bool]] = {**health.CHECKS, "disk": broken}
    monkeypatch.setattr(health, "CHECKS", checks)
    assert client.get("/readyz", status=503).json["disk"] is False  # type: ignore[index]  # it is a dict
