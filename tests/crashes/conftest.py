"""Fixtures of the tests that kill workers: a small clinic, a mail server, and where the workers come from."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.crashes.graveyard import TIMEOUT, Graveyard, graveyard
from tests.notifications.mailing import use_server
from tests.scheduling.scene import Scene, build_scene
from tests.support.app import START
from tests.support.smtp import MailServer, mail_server


@pytest.fixture
def scene(app: Flask) -> Scene:
    """The clinic as it opens."""
    return build_scene(START)


@pytest.fixture
def post_office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real mail server, in whatever mood the test wants it."""
    with mail_server() as running:
        use_server(app, running, monkeypatch, mail_timeout_seconds=TIMEOUT)
        yield running


@pytest.fixture
def mortals(app: Flask, post_office: MailServer) -> Iterator[Graveyard]:
    """Workers that die when told to, with this mail server."""
    with graveyard(app) as made:
        yield made
