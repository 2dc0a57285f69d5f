"""One clinic for all journeys, people at its keyboards, and the figures of the run."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.installation import Clinic
from tests.journeys.person import Person
from tests.support.browser import Size, visitor
from tests.support.databases import create_postgres_database, drop_postgres_database
from tests.support.proofs import note, proving

HERE = Path(__file__).parent
DATABASES = ("sqlite", "postgresql") if proving() else ("sqlite",)
People = Callable[..., Person]
ADDRESSES = count(1)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser and the one clinic, so it runs in one worker."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session", params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The clinic, open: web server, worker, demo people."""
    folder = tmp_path_factory.mktemp("clinic")
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{folder / 'clinic.sqlite3'}" if on_sqlite else create_postgres_database()
    made, began = Clinic(folder, url), time.monotonic()
    made.prepare()
    made.start_web()
    made.start_worker()
    note("journeys: clinic opened", database=request.param, seconds=round(time.monotonic() - began))
    yield made
    made.stop()
    if not on_sqlite:
        drop_postgres_database(url)
    note("journeys: clinic closed", database=request.param, seconds=round(time.monotonic() - began))


def an_address() -> dict[str, str]:
    """Headers of a visitor with an address of their own: limits count by it."""
    number = next(ADDRESSES)
    return {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}"}


@pytest.fixture
def people(clinic: Clinic, chromium: Browser) -> Iterator[People]:
    """Makes people: `people(script=False, size="phone")`. None of them may have used a hand."""
    made: list[tuple[Person, BrowserContext]] = []

    def somebody(*, script: bool = True, size: Size = "phone") -> Person:
        context = visitor(chromium, size, script=script, base_url=clinic.url, extra_http_headers=an_address())
        person = Person(context, script=script)
        made.append((person, context))
        return person

    yield somebody
    for person, context in made:
        if person.script and person.page.url.startswith(clinic.url):
            assert person.used_hands() == 0
        context.close()
