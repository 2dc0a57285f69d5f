"""What a booking and its refusal cost: the desk's busiest steps ask so many statements and no more."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from clinic.accounts.rules import Role
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import Resource
from tests.frontdesk.test_views import CALLER, hidden, slots
from tests.scheduling.scene import build_scene
from tests.support.app import START
from tests.support.bulk import store
from tests.support.client import PageClient
from tests.support.many_visits import fill_visits
from tests.support.staff import sign_in
from tests.support.statements import Asked, plans, statements

BOOKING, REFUSAL = 19, 18
VISITS, PEOPLE = 2_000, 5_000
GROWN = ("appointment", "patient", "resource")  # the tables that those fill


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


def booking_and_refusal(desk: PageClient) -> tuple[list[Asked], list[Asked]]:
    """What is asked when somebody is booked, and when the next one wants the same time."""
    first = waiting(desk, "Hazel")
    page = desk.get(first).text
    slot = {"slot": slots(page)[0]}
    with statements() as booking:
        desk.post(first, slot | {"key": hidden(page, "key")}, status=302)
    second = waiting(desk, "Otto")
    key = {"key": hidden(desk.get(second).text, "key")}
    with statements() as refusal:
        desk.post(second, slot | key, status=422)
    return booking, refusal


def test_a_booking_and_a_refusal_ask_a_fixed_number_of_statements(desk: PageClient) -> None:
    booking, refusal = booking_and_refusal(desk)
    assert (len(booking), len(refusal)) == (BOOKING, REFUSAL)


def test_neither_reads_through_the_past(app: Flask, client: PageClient) -> None:
    scene = build_scene(START)
    where = [(scene.anna, scene.birmingham), (scene.ben, scene.auburn)]
    fill_visits(VISITS, START, years=4, places=where, visit_type=scene.first_visit)
    with transaction():
        store(Resource, [{"id": uuid4(), "kind": "patient", "owner_id": uuid4()} for _ in range(PEOPLE)])
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE resource, clinician_session"))
    sign_in(client, Role.FRONT_DESK)
    booking, refusal = booking_and_refusal(client)
    seen = booking + refusal
    read_whole = re.compile(rf"(?:SCAN|Seq Scan on) (?:{'|'.join(GROWN)})\b")
    found = zip(seen, plans(seen), strict=True)
    assert [(one.text, plan) for one, plan in found if read_whole.search(plan)] == []
