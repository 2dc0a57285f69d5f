"""The page of numbers: counts and days that are true, no names, a fixed number of statements."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import NotAllowed
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals.queries import waiting
from clinic.referrals.rules import CallerReason
from clinic.referrals.rules.waiting import Spread, Wait, spread, spreads
from clinic.referrals.service import create_for_caller
from clinic.referrals.service.numbers import Numbers, view_numbers
from clinic.scheduling import service
from clinic.scheduling.models import TravelTime
from clinic.scheduling.queries import locations, open_times
from clinic.scheduling.queries import numbers as read
from clinic.scheduling.rules import State, Wanted
from clinic.scheduling.rules.numbers import Freed
from tests.scheduling.scene import (
    DESK,
    MONDAY,
    SYSTEM,
    Scene,
    add_clinician,
    add_patient,
    build_scene,
    central,
)
from tests.support.app import START, FixedClock
from tests.support.client import PageClient, parse, text_of
from tests.support.many_visits import fill_visits
from tests.support.staff import sign_in
from tests.support.statements import plans, statements

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MANAGER = Actor(ActorKind.STAFF, UUID(int=9), "manager", frozenset({Permission.NUMBERS_VIEW}), "admin")
NINE = central(MONDAY, 9)
AFTER = NINE + 2 * DAY
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return build_scene(START)


def book(scene: Scene, who: UUID, wanted: Wanted, now: datetime) -> UUID:
    return service.book(wanted, patient_id=who, key=uuid4().hex, actor=DESK, now=now).id


def numbers(days: int = 90, now: datetime = AFTER) -> Numbers:
    return view_numbers(days, actor=MANAGER, now=now)


def complete(visit: UUID, start: datetime) -> None:
    for step in (service.arrive, service.start, service.complete):
        step(visit, actor=DESK, now=start)


# How soon.


@pytest.mark.parametrize("taken", [0, 3, 9, 17])
@pytest.mark.parametrize("short", [False, True])
def test_the_third_next_time_is_the_one_that_the_third_of_three_people_books(
    scene: Scene, taken: int, short: bool
) -> None:
    """They really book, one after another, each the first open time; the third one's is the number."""
    if short:
        add_somebody_who_travels(scene)
    visit_type = scene.short_visit if short else scene.first_visit
    for _ in range(taken):
        take_first(scene, scene.first_visit)
    for where in (scene.birmingham, scene.auburn, None):
        said = third(visit_type, where)
        asked, booked = [], []
        for _ in range(3):
            asked.append(first_open(visit_type, where))
            booked.append(take(scene, asked[-1]))
        assert asked[2].start == said
        for visit in booked:
            service.cancel(visit, actor=DESK, now=START)


def add_somebody_who_travels(scene: Scene) -> None:
    """On Wednesdays in a room in Auburn, then in Birmingham, an hour away."""
    cara, room = (
        add_clinician("Cara Hill", START),
        service.add_room(scene.auburn, "Room 2", actor=SYSTEM, now=START),
    )
    hours = ((scene.auburn, room, (9, 11)), (scene.birmingham, None, (11, 14)))
    for where, in_room, (opens, closes) in hours:
        service.add_session(
            clinician_id=cara,
            location_id=where,
            weekday=2,
            opens=time(opens),
            closes=time(closes),
            first_day=MONDAY - 30 * DAY,
            room_id=in_room,
            actor=SYSTEM,
            now=START,
        )
    pair = sorted((scene.auburn, scene.birmingham))
    with transaction():
        db.session.add(TravelTime(first_id=pair[0], second_id=pair[1], minutes=60))


def third(visit_type: UUID, where: UUID | None) -> datetime | None:
    places = locations()
    (one,) = (one for one in read.third_next_times(places, START) if one.visit_type_id == visit_type)
    db.session.rollback()
    return one.anywhere if where is None else one.by_location[[p.id for p in places].index(where)]


def first_open(visit_type: UUID, where: UUID | None) -> Any:
    found = open_times(
        visit_type,
        from_=START,
        until=START + 60 * DAY,
        now=START,
        locations=None if where is None else [where],
    )
    db.session.rollback()
    return min(found, key=lambda one: (one.start, one.location_id, one.clinician_id))


def take(scene: Scene, chosen: Any) -> UUID:
    return book(scene, add_patient(START, f"P{uuid4().hex[:8]}"), chosen.wanted, START)


def take_first(scene: Scene, visit_type: UUID) -> None:
    take(scene, first_open(visit_type, None))


def test_starts_that_overlap_are_one_visit(scene: Scene) -> None:
    """24 hours' notice from Tuesday 9:00: Wednesday 9:00 and 10:15, then Thursday 8:00, not 9:15."""
    wednesday = START.date() + DAY
    assert third(scene.first_visit, scene.birmingham) == central(wednesday + DAY, 8)
    assert third(scene.first_visit, None) == central(wednesday, 10, 15)


def test_far_away_and_never(scene: Scene) -> None:
    service.add_closure(
        first_day=START.date(), last_day=START.date() + 100 * DAY, name="Closed", actor=SYSTEM, now=START
    )
    found = third(scene.first_visit, scene.auburn)
    assert found is not None
    assert found.date() == START.date() + 101 * DAY  # a Friday; three visits do fit into its morning
    service.add_closure(
        first_day=START.date(), last_day=START.date() + 400 * DAY, name="Gone", actor=SYSTEM, now=START
    )
    assert third(scene.first_visit, scene.auburn) is None
    assert third(scene.first_visit, None) is None


# Freed times, through the services.


def test_a_canceled_visit_that_somebody_else_takes(scene: Scene) -> None:
    hazel, otto = add_patient(START, "Hazel"), add_patient(START, "Otto")
    visit = book(scene, hazel, scene.wanted(NINE), START)
    service.cancel(visit, actor=DESK, now=START + HOUR)
    assert numbers(now=NINE).freed == {}  # it has not begun yet
    assert numbers().freed == {scene.birmingham: Freed(1, 0, 60, 0)}
    book(scene, otto, scene.wanted(NINE), START + 2 * HOUR)
    assert numbers().freed == {scene.birmingham: Freed(1, 1, 60, 60)}


def test_a_time_on_a_day_that_the_clinic_closed_is_left_out(scene: Scene) -> None:
    visit = book(scene, add_patient(START), scene.wanted(NINE), START)
    service.cancel(visit, actor=DESK, now=START + HOUR)
    closure: dict[str, Any] = {
        "first_day": MONDAY,
        "last_day": MONDAY,
        "name": "Snow",
        "actor": SYSTEM,
        "now": START,
    }
    service.add_closure(**closure, location_id=scene.auburn)
    assert numbers().freed == {scene.birmingham: Freed(1, 0, 60, 0)}
    service.add_closure(**closure)
    assert numbers().freed == {}


def test_moved_held_confirmed_asked_for_and_undone(scene: Scene) -> None:
    hazel, otto, ivy = (add_patient(START, name) for name in ("Hazel", "Otto", "Ivy"))
    visit = book(scene, hazel, scene.wanted(NINE), START)
    there = scene.wanted(central(MONDAY, 8), clinician=scene.ben, location=scene.auburn)
    service.move(visit, there, actor=DESK, now=START + HOUR)  # frees 9:00 in Birmingham
    held = service.hold(
        scene.wanted(NINE), patient_id=otto, key="o", actor=Actor.patient(otto), now=START + 2 * HOUR
    )
    service.confirm(held.id, actor=Actor.patient(otto), now=START + 2 * HOUR + DAY / 1440)
    gone = service.cancel(visit, actor=DESK, now=START + 3 * HOUR)  # frees 8:00 in Auburn
    asked = service.request(there, patient_id=ivy, key="i", actor=Actor.patient(ivy), now=START + 4 * HOUR)
    service.release(asked.id, actor=DESK, now=START + 5 * HOUR)  # and frees it once more
    service.undo(visit, actor=DESK, now=START + 6 * HOUR, expected_version=gone.version)
    assert numbers().freed == {
        scene.birmingham: Freed(1, 1, 60, 60),
        scene.auburn: Freed(1, 1, 60, 60),  # Ivy's; Hazel took hers back before anybody had it
    }


def test_a_visit_that_said_it_comes_and_then_canceled_is_freed_once(scene: Scene) -> None:
    visit = book(scene, add_patient(START), scene.wanted(NINE), START)
    service.confirm_attendance(visit, actor=DESK, now=START + HOUR)
    service.cancel(visit, actor=DESK, now=START + 2 * HOUR)
    assert numbers().freed == {scene.birmingham: Freed(1, 0, 60, 0)}


def test_the_period_looks_at_when_times_began(scene: Scene) -> None:
    visit = book(scene, add_patient(START), scene.wanted(NINE), START)
    service.cancel(visit, actor=DESK, now=START + HOUR)
    assert numbers(30, NINE + 30 * DAY).freed
    assert numbers(30, NINE + 30 * DAY + HOUR).freed == {}
    assert numbers(90, NINE + 30 * DAY + HOUR).freed


# Who comes, and how long from a referral.


def test_lead_times_count_from_when_the_time_was_last_agreed_on(scene: Scene) -> None:
    early = START - 20 * DAY
    visit = book(scene, add_patient(early, "Hazel"), scene.wanted(central(MONDAY, 8)), early)
    service.move(visit, scene.wanted(NINE), actor=DESK, now=START)  # six days ahead
    complete(visit, NINE)
    other = book(scene, add_patient(early, "Otto"), scene.wanted(central(MONDAY, 10, 15)), early)
    service.mark_no_show(other, actor=DESK, now=central(MONDAY, 11))
    third_one = add_patient(START, "Ivy")
    book(
        scene, third_one, scene.wanted(central(MONDAY, 8), clinician=scene.ben, location=scene.auburn), START
    )
    found = numbers()
    assert [(lead.came, lead.missed) for lead in found.leads] == [(1, 0), (0, 0), (0, 1), (0, 0)]
    assert found.unclosed == 1


def test_days_from_a_referral_to_the_first_completed_visit(scene: Scene) -> None:
    before, referred = START - 20 * DAY, START - 9 * DAY
    hazel, otto, ivy = (add_patient(before, name) for name in ("Hazel", "Otto", "Ivy"))
    earlier = central(MONDAY - 21 * DAY, 9)
    complete(book(scene, otto, scene.wanted(earlier), before), earlier)  # seen before he was referred again
    for who in (hazel, otto):
        create_for_caller(who, CallerReason.FIRST_VISIT, actor=SYSTEM, now=referred)
    for hour, who in ((9, hazel), (10, otto), (11, hazel), (8, ivy)):
        start = central(MONDAY, hour)
        wanted = scene.wanted(start, visit_type=scene.short_visit)
        complete(book(scene, who, wanted, START), start)
    found = waiting.waits(locations(), before, AFTER)
    assert found == [Wait(scene.birmingham, 15)] * 2  # her second visit is none, and Ivy has no referral
    assert waiting.waits(locations(), before, NINE) == []
    assert numbers().waits[scene.birmingham].count == numbers().waits[None].count == 2


def test_ranks_are_said_of_ten_or_more() -> None:
    assert spread([5] * 9) == Spread(9, None, None)
    assert spread([9, 1, 2, 3, 4, 5, 6, 7, 8, 10]) == Spread(10, 5, 9)
    assert spread(range(1, 12)) == Spread(11, 6, 10)
    one, other = UUID(int=1), UUID(int=2)
    found = spreads([Wait(one, 1)] * 6 + [Wait(other, 3)] * 6)
    assert (found[one].count, found[other].half, found[None]) == (6, None, Spread(12, 1, 3))


# The page.


def test_only_those_who_may_see_it_and_looking_is_recorded(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        view_numbers(90, actor=DESK, now=AFTER)
    numbers(30)
    kept = db.session.scalars(select(AuditEvent).where(AuditEvent.action == Action.NUMBERS_VIEWED)).one()
    assert (kept.facts, kept.patient_id) == ({"days": 30}, None)


@pytest.fixture
def full(scene: Scene, clock: FixedClock) -> Scene:
    """A year of visits, 1,300 of them."""
    places = [(scene.anna, scene.birmingham), (scene.ben, scene.auburn)]
    fill_visits(1300, START, years=1, places=places, visit_type=scene.first_visit)
    return scene


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("role", [Role.ADMIN, Role.CLINICIAN])
def test_the_page_tells_the_same_in_table_and_picture(client: PageClient, role: Role) -> None:
    sign_in(client, role)
    page = client.get("/staff/numbers").text
    found = numbers(90, START)
    together = sum(found.freed.values(), Freed())
    assert together.times > 10
    tables = [list(rows_of(table)) for table in parse(page).iter("table")]
    assert tables[1][-1][:3] == ["Together", str(together.times), str(together.again)]
    pictures = [one for one in parse(page).iter(f"{SVG}svg") if one.get("class") == "bars"]
    assert len(tables) == len(pictures) == 4
    for table, picture in zip(tables, pictures, strict=True):
        said, _, scale = (picture.findtext(f"{SVG}desc") or "").rstrip(".").partition(". ")
        told = dict(part.rsplit(": ", 1) for part in said.split("; "))
        words = [text.text for text in picture.iter(f"{SVG}text")]
        assert words == [*(one for pair in told.items() for one in pair), scale]
        cells = [cell for row in table for cell in row]
        for name, value in told.items():
            assert any(cell.startswith(name.partition(",")[0]) for cell in cells), name
            assert any(cell.startswith(value) for cell in cells), value


def rows_of(table: Element) -> Iterator[list[str]]:
    for row in table.iter("tr"):
        yield [" ".join("".join(cell.itertext()).split()) for cell in row]


@pytest.mark.usefixtures("scene")
def test_an_empty_clinic_says_that_there_are_too_few(client: PageClient) -> None:
    sign_in(client, Role.ADMIN)
    page = text_of(client.get("/staff/numbers?days=365").text)
    assert page.count("Too few to say") > 8
    assert "Last 365 days" in page


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("asked", ["", "?days=", "?days=abc", "?days=-1", "?days=91", "?days=9e9"])
def test_an_unknown_period_is_the_usual_one(client: PageClient, asked: str) -> None:
    sign_in(client, Role.ADMIN)
    page = client.get(f"/staff/numbers{asked}").text
    assert re.search(r'aria-current="true">Last 90 days', page)


def test_statements_do_not_grow_with_what_was_booked(scene: Scene) -> None:
    counts = []
    for size in (0, 400):
        if size:
            fill_visits(
                size, START, years=0.2, places=[(scene.anna, scene.birmingham)], visit_type=scene.first_visit
            )
        with statements() as seen:
            numbers(90, START)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_period_is_read_by_indexes(full: Scene) -> None:
    with statements() as seen:
        read.stays(START - 30 * DAY, START)
        read.visits(locations(), START - 30 * DAY, START)
        waiting.waits(locations(), START - 30 * DAY, START)
    wanted = [one for one in seen if one.text.startswith("SELECT") and "FROM location" not in one.text]
    found = plans(wanted, few=True)
    assert len(found) == 3
    assert "ix_appointment_event_start_at" in found[0]
    for plan in found:
        assert not re.search(r"SCAN (?!CONSTANT)|Seq Scan", plan), plan
    for plan in found[1:]:
        assert "ix_appointment_location_id_start_at" in plan


def test_no_state_is_forgotten(full: Scene) -> None:
    states = {visit.state for visit in read.visits(locations(), START - 300 * DAY, START)}
    assert states == {State.COMPLETED, State.NO_SHOW}
