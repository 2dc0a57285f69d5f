"""What a booking and its refusal cost: the desk's busiest steps ask so many statements and no more."""

import re

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from tests.frontdesk.test_views import CALLER, hidden, slots
from tests.scheduling.scene import build_scene
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import sign_in
from tests.support.statements import statements

BOOKING, REFUSAL = 19, 18


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    """The front desk of a clinic with open times, signed in."""
    build_scene(START)
    sign_in(client, Role.FRONT_DESK)
    return client


def waiting(desk: PageClient, name: str) -> str:
    """The address to book somebody who has no visit yet."""
    page = desk.get("/staff/caller").text
    form = CALLER | {"first_name": name, "key": hidden(page, "key"), "slot": "none"}
    desk.post("/staff/caller", form, status=302)
    (found,) = re.findall(r'href="(/staff/unbooked/[^"]+)"', desk.get("/staff/unbooked").text)
    return str(found)


def test_a_booking_and_a_refusal_ask_a_fixed_number_of_statements(desk: PageClient) -> None:
    first = waiting(desk, "Hazel")
    page = desk.get(first).text
    slot = {"slot": slots(page)[0]}
    with statements() as booking:
        desk.post(first, slot | {"key": hidden(page, "key")}, status=302)
    second = waiting(desk, "Otto")
    key = {"key": hidden(desk.get(second).text, "key")}
    with statements() as refusal:
        desk.post(second, slot | key, status=422)
    assert (len(booking), len(refusal)) == (BOOKING, REFUSAL)
