"""Fixtures of the scheduling tests."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.web.demo.staff import DOMAIN, PASSWORD, set_up_clinic
from tests.scheduling.scene import Scene, add_manager, add_patient, build_scene
from tests.scheduling.setup_browsing import House, Manager
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import try_sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A small clinic on the database at hand."""
    return build_scene(START)


@pytest.fixture
def hazel(scene: Scene) -> UUID:
    """A patient."""
    return add_patient(scene.now, "Hazel")


@pytest.fixture
def otto(scene: Scene) -> UUID:
    """Another patient."""
    return add_patient(scene.now, "Otto")


@pytest.fixture
def manager(scene: Scene) -> Actor:
    """Somebody who may change what is set up."""
    return add_manager(scene.now)


@pytest.fixture
def house(app: Flask, client: PageClient) -> House:
    """The demo clinic with its manager signed in."""
    clinic = set_up_clinic(central_date(START) - timedelta(days=70), START)
    try_sign_in(client, f"manager@{DOMAIN}", PASSWORD)
    return House(clinic, START, Manager(client))
