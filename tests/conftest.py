"""Fixtures of all tests: an application on each database, a clock, a client."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright

from clinic.platform.extensions import db
from tests.support.app import START, FixedClock, build
from tests.support.browser import launch
from tests.support.client import PageClient
from tests.support.databases import (
    POSTGRES_VARIABLE,
    Emptier,
    create_postgres_database,
    drop_postgres_database,
)
from tests.support.pg_server import Server

SERVER = pytest.StashKey[Server]()
# A busy machine is no defect: how long an example takes is never a verdict.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")
# `make check` runs on SQLite alone.
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers, unless the environment names one or nobody asks for it."""
    unasked = "not postgresql" in config.option.markexpr
    if unasked or hasattr(config, "workerinput") or os.environ.get(POSTGRES_VARIABLE):
        return
    server = Server()
    config.stash[SERVER] = server
    os.environ[POSTGRES_VARIABLE] = server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        del os.environ[POSTGRES_VARIABLE]
        server.stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing is skipped silently: a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return  # a worker; the controller sees every report
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped: " + ", ".join(r.nodeid for r in skipped))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Installation:
    """One application on one database, used by many tests, emptied between them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.emptier = Emptier(app)

    def close(self) -> None:
        """Give back every connection."""
        with self.app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def _sqlite_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("sqlite")
    made = Installation(build(f"sqlite:///{folder / 'clinic.sqlite3'}", folder))
    yield made
    made.close()


@pytest.fixture(scope="session")
def _postgresql_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    url = create_postgres_database()
    made = Installation(build(url, tmp_path_factory.mktemp("postgresql")))
    yield made
    made.close()
    drop_postgres_database(url)


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application with empty tables, on each database in turn; its context is pushed."""
    made: Installation = request.getfixturevalue(f"_{request.param}_installation")
    made.emptier.empty()
    made.app.extensions["clinic.clock"] = FixedClock(START)
    with made.app.app_context():
        yield made.app
        db.session.remove()


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    """The clock of `app`; tests move it."""
    held: FixedClock = app.extensions["clinic.clock"]
    return held


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser-like client that looks at every page."""
    return PageClient(app)


@pytest.fixture
def instance(app: Flask) -> Path:
    """The instance folder of `app`."""
    folder: Path = app.extensions["clinic.settings"].instance_dir
    return folder


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives browsers; a process can have one only."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """One browser for all."""
    started = launch(driver)
    yield started
    started.close()
