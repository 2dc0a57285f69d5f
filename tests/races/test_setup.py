"""A change of the set-up among bookings: a visit is refused, or it is among the hits; never is it silent."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.scheduling import queries, service
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import LIVE, DatedKind
from clinic.scheduling.rules.setup import Edit, Kind
from clinic.scheduling.service import setup
from tests.races.arena import Arena, Wish, arena, report
from tests.races.client import REFUSED, STALE, TAKEN, WON, Answer
from tests.scheduling.scene import DESK, add_manager
from tests.scheduling.setup_scene import open_calls

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
# A change looks twice before it commits; started together, every booking would be there before it.
_AHEAD = (0.0, 0.05, 0.15)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The database at hand."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def made(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Clients with every guard."""
    with arena(database, tmp_path_factory.mktemp(f"setup-{database}")) as ready:
        yield ready


@pytest.fixture(scope="module")
def manager(made: Arena) -> Actor:
    """Who changes the set-up."""
    return add_manager(made.scene.now)


def off(made: Arena, number: int) -> list[Edit]:
    """Anna is away on the round's day."""
    day = made.day(number)
    days = {"first_day": day, "last_day": day, "name": "Away", "holiday": False}
    return [Edit(Kind.CLOSURE, uuid4(), {"location_id": None, "clinician_id": made.scene.anna, **days})]


def extra_hours(who: UUID, where: UUID, day: date) -> Edit:
    """One afternoon more."""
    times = {"kind": DatedKind.EXTRA, "day": day, "opens": time(13), "closes": time(17), "name": "More"}
    place = {"clinician_id": who, "location_id": where, "room_id": None}
    return Edit(Kind.DATED_HOURS, uuid4(), {**place, **times})


def changes(made: Arena, number: int, manager: Actor, choose: int | None = None) -> tuple[Wish, int]:
    """Anna's day off as it was previewed, with the first hit moved to one of its times; and the hits."""
    edits = off(made, number)
    shown = setup.preview(edits, actor=manager, now=made.now(number))
    chosen = {} if choose is None else {hit.card.id: hit.proposed[choose].value for hit in shown.hits}
    given = {"first": (edits, "Away"), "digest": shown.digest, "choices": chosen, "actor": manager}
    return ("change", given), len(shown.hits)


def of(answers: list[Answer], verb: str) -> list[str]:
    return [answer.outcome for answer in answers if answer.verb == verb]


def standing(made: Arena, number: int) -> int:
    """How many live visits Anna has on the round's day."""
    day = made.day(number)
    chosen = select(Appointment.start_at).where(
        Appointment.clinician_id == made.scene.anna, Appointment.state.in_(LIVE)
    )
    found = sum(start.date() == day for start in db.session.scalars(chosen))
    db.session.rollback()
    return found


def check_tables(made: Arena) -> None:
    """The doctor, asked about the day before the first race."""
    problems = queries.doctor_checks(made.now(0))
    db.session.remove()
    assert problems == []


def test_a_day_off_and_bookings_of_that_day(made: Arena, database: str, manager: Actor) -> None:
    seen: Counter[str] = Counter()
    for number in made.rounds():
        ahead = _AHEAD[number % len(_AHEAD)]
        made.behind = {"book": ahead, "hold": ahead}
        wish, _ = changes(made, number, manager)
        wishes = [made.wish(number, n, made.wanted(number, 75 * (n % 2))) for n in range(4)]
        held = made.wish(number, 4, made.wanted(number, 150), verb="hold")
        answers = made.race(number, [wish, *wishes, held])
        (changed,) = of(answers, "change")
        took = [*of(answers, "book"), *of(answers, "hold")]
        seen[changed] += 1
        if changed == WON:
            assert set(took) == {REFUSED}
            assert standing(made, number) == 0
        else:
            assert changed == STALE
            assert standing(made, number) == took.count(WON) > 0
    made.behind = {}
    check_tables(made)
    report("a day off/book, hold", database, made.answers)
    assert seen[WON]
    assert seen[STALE]


def test_a_day_off_that_moves_a_visit_and_bookings_of_the_new_time(
    made: Arena, database: str, manager: Actor
) -> None:
    for number in made.rounds():
        made.behind = {"book": _AHEAD[number % len(_AHEAD)]}
        visit = made.prepared(number)
        wish, hits = changes(made, number, manager, choose=0)
        assert hits == 1
        (new,) = setup.preview(wish[1]["first"][0], actor=manager, now=made.now(number)).hits[0].proposed[:1]
        wishes = [made.wish(number, n, new.wanted) for n in (1, 2)]
        answers = made.race(number, [wish, *wishes])
        (changed,), booked = of(answers, "change"), of(answers, "book")
        if changed == WON:
            assert booked == [TAKEN, TAKEN]
            assert standing(made, number) == 0
        else:
            assert changed == STALE
            assert sorted(booked) == [TAKEN, WON]
            assert standing(made, number) == 1
        for one in (visit, *(answer.appointment for answer in answers if answer.appointment)):
            service.cancel(one, actor=DESK, now=made.now(number))  # its day is a later round's
    made.behind = {}
    check_tables(made)
    report("a day off that moves a visit/book", database, made.answers)


def test_hours_that_are_undone_and_bookings_in_them(made: Arena, database: str, manager: Actor) -> None:
    for number in made.rounds():
        ahead = _AHEAD[number % len(_AHEAD)]
        made.behind = {"book": ahead / 3}
        day, now = made.day(number), made.now(number)
        hours = extra_hours(made.scene.anna, made.scene.birmingham, day)
        shown = setup.preview([hours], actor=manager, now=now)
        given = {"choices": {}, "actor": manager, "now": now}
        done = setup.change([hours], "Extra", digest=shown.digest, **given)  # type: ignore[arg-type]
        wanted = [made.wanted(number, 60 * 5), made.wanted(number, 60 * 5 + 30)]
        wishes = [made.wish(number, n, wanted[n % 2]) for n in range(4)]
        answers = made.race(number, [("undo_change", {"first": done, "actor": manager}), *wishes])
        (undone,), booked = of(answers, "undo_change"), of(answers, "book")
        assert booked.count(WON) <= 1
        assert set(booked) <= {WON, TAKEN, REFUSED}
        if undone == WON:
            called = {one for one, _ in open_calls()}
            assert {answer.appointment for answer in answers if answer.appointment} <= called
        else:
            assert undone == STALE
            assert booked.count(WON) == 1
    made.behind = {}
    check_tables(made)
    report("undo of extra hours/book", database, made.answers)
