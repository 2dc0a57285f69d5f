"""Fixtures of the referral tests: a small clinic, a clinician, somebody who sent answers in."""

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from tests.referrals.cast import Sent, send_in, staff_actor
from tests.scheduling.scene import Scene, build_scene
from tests.support.app import START


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two places with open times; first consultations, and follow-ups for phase two."""
    return build_scene(START)


@pytest.fixture
def clinician(app: Flask) -> Actor:
    """Somebody who decides."""
    return staff_actor(Role.CLINICIAN)


@pytest.fixture
def desk(app: Flask) -> Actor:
    """Somebody at the front desk."""
    return staff_actor(Role.FRONT_DESK, "Dana Desk")


@pytest.fixture
def sent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Hazel's referral: one phase, nothing urgent."""
    return send_in(monkeypatch, START)
