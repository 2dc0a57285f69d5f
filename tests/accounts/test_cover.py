"""Days away: who stands in for whom, on which days, and what is told when they will not do; and keys."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts import service
from clinic.accounts.models import Staff
from clinic.accounts.queries import KEYS_ON, actor_of, covered_by
from clinic.accounts.rules import COVER_AHEAD, Role, check_days_away
from clinic.accounts.service import deactivate
from clinic.audit.rules import Action
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from tests.accounts.test_service import recorded
from tests.support.client import PageClient
from tests.support.staff import add_staff, sign_in

COVER, SHORTCUTS = "/staff/cover", "/staff/shortcuts"
DAY = timedelta(days=1)


def actor(staff_id: UUID) -> Actor:
    """The member of staff as the one who acts."""
    found = actor_of(db.session.get_one(Staff, staff_id))
    db.session.rollback()
    return found


@pytest.fixture
def three(app: Flask) -> tuple[Actor, Actor, Actor]:
    """Three clinicians."""
    names = ("Ada Ash", "Ben Birch", "Cleo Cedar")
    a, b, c = (add_staff(Role.CLINICIAN, email=f"{name[0]}@example.com", name=name) for name in names)
    return actor(a), actor(b), actor(c)


def away(who: Actor, stand_in: Actor, first: int, last: int) -> UUID:
    """Away from so many days from now to so many days from now."""
    today = central_date(now())
    given = today + first * DAY, today + last * DAY
    return service.enter_cover(*given, stand_in.id, actor=who, now=now())


def covers(who: Actor, day: int) -> set[UUID | None]:
    """For whom they stand in on that day."""
    db.session.rollback()
    assert who.id
    return set(covered_by(who.id, central_date(now()) + day * DAY))


def test_who_stands_in_does_so_on_those_days_and_for_those_who_would_have(three: tuple[Actor, ...]) -> None:
    a, b, c = three
    first = away(a, b, 1, 5)
    assert [covers(b, day) for day in (0, 1, 5, 6)] == [set(), {a.id}, {a.id}, set()]
    away(b, c, 4, 5)
    assert covers(c, 4) == {a.id, b.id}
    assert covers(c, 3) == set()
    service.end_cover(first, actor=a, now=now())
    assert covers(b, 1) == set()
    assert covers(c, 4) == {b.id}
    with pytest.raises(Conflict):
        service.end_cover(first, actor=a, now=now())
    assert len(recorded(Action.COVER_ENTERED)) == 2
    assert len(recorded(Action.COVER_ENDED)) == 1


def test_days_and_people_that_will_not_do_are_told(three: tuple[Actor, ...]) -> None:
    a, b, c = three
    away(a, b, 1, 5)
    away(c, b, 7, 8)
    gone = add_staff(Role.CLINICIAN, email="gone@example.com", name="Gus Gone")
    deactivate(gone, actor=Actor.system(), now=now())
    desk = actor(add_staff(Role.FRONT_DESK))
    tries: list[tuple[Actor, Any, int, int, str]] = [
        (a, b, 5, 6, "away already"),
        (a, c, 8, 9, "Cleo Cedar is away from"),
        (a, a, 10, 11, "somebody else"),
        (a, desk, 10, 11, "clinician of the list"),
        (a, actor(gone), 10, 11, "clinician of the list"),
    ]
    for who, stand_in, first, last, words in tries:
        with pytest.raises(Invalid, match=words):
            away(who, stand_in, first, last)
    with pytest.raises(NotAllowed):
        away(desk, a, 1, 2)
    with pytest.raises(NotFound):
        service.end_cover(desk.id or UUID(int=0), actor=a, now=now())


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (-1, 2, "first_day"),
        (3, 2, "last_day"),
        (1, COVER_AHEAD.days + 1, "last_day"),
        (0, 0, ""),
        (1, 366, ""),
    ],
)
def test_days_lie_ahead_and_in_order(first: int, last: int, field: str) -> None:
    today = date(2026, 12, 1)
    try:
        check_days_away(today + first * DAY, today + last * DAY, today)
        found = ""
    except Invalid as wrong:
        found = wrong.field or "?"
    assert found == field


def typed(first: str, last: str, who: UUID | str) -> dict[str, str]:
    """The form, days as month/day/year."""
    given = {"covered_by": str(who)}
    for name, text in (("first_day", first), ("last_day", last)):
        given |= dict(
            zip((f"{name}-{part}" for part in ("month", "day", "year")), text.split("/"), strict=True)
        )
    return given


def test_the_page_keeps_days_away_and_ends_them(client: PageClient) -> None:
    me = sign_in(client, Role.CLINICIAN)
    ben = add_staff(Role.CLINICIAN, email="ben@example.com", name="Ben Birch")
    desk = add_staff(Role.FRONT_DESK)
    client.get(COVER)
    for given, words in (
        ({}, "Choose who covers"),
        (typed("2/30/2027", "3/1/2027", ben), "real date"),
        (typed("3/2/2027", "3/1/2027", ben), "must not be before the first"),
        (typed("3/1/2020", "3/2/2027", ben), "today or later"),
        (typed("3/1/2027", "3/2/2027", me), "Choose one of the answers"),
        (typed("3/1/2027", "3/2/2027", desk), "Choose one of the answers"),
    ):
        assert words in client.post(COVER, given, status=422).text
    page = client.follow(client.post(COVER, typed("3/1/2027", "3/2/2027", ben), status=303)).text
    assert "Ben Birch" in page
    assert "away already" in client.post(COVER, typed("3/2/2027", "3/3/2027", ben), status=422).text
    (path,) = {part.split('"')[0] for part in page.split('action="') if part.startswith(f"{COVER}/")}
    done = client.follow(client.post(path, status=303)).text
    assert "Ended." in done
    assert path not in done
    client.post(path, status=409)


def test_keys_are_switched_off_and_on_by_each_person_alone(client: PageClient) -> None:
    me = sign_in(client, Role.CLINICIAN)
    other = add_staff(Role.CLINICIAN, email="ben@example.com", name="Ben Birch")
    assert "data-keys" in client.get("/staff/worklist").text
    assert "They are off" in client.follow(client.post(SHORTCUTS, {"off": "1"}, status=303)).text
    page = client.get("/staff/worklist").text
    assert "data-keys" not in page
    assert "<dialog" not in page
    db.session.rollback()
    told = [db.session.scalar(select(KEYS_ON), {"staff_id": one}) for one in (me, other)]
    assert told == [False, True]
    assert "They are on" in client.follow(client.post(SHORTCUTS, {"on": "1"}, status=303)).text
    for wrong in ({}, {"on": "1", "off": "1"}, {"shortcuts": "1", "on": "1"}):
        client.post(SHORTCUTS, wrong, status=422)
    assert len(recorded(Action.STAFF_SHORTCUTS_SWITCHED)) == 2
