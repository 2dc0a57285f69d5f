"""Fixtures of the scheduling tests."""

from uuid import UUID

import pytest
from flask import Flask

from clinic.kernel.permissions import Actor
from tests.scheduling.scene import Scene, add_manager, add_patient, build_scene
from tests.support.app import START


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
