"""Real processes on a real database ask at one moment: one outcome, no deadlock, no unexpected error."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.platform.extensions import db
from clinic.scheduling import queries, service
from clinic.scheduling.models import OccupiedCell, Resource
from clinic.scheduling.rules import HOLD_FOR
from tests.races.arena import CLIENTS, CONTROL_ROUNDS, Arena, arena, report
from tests.races.client import EXPIRED, REFUSED, STALE, TAKEN, WON, Answer
from tests.scheduling.scene import CLINICIAN, DESK

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The database at hand."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def made(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Clients with both guards, used by all races that need them."""
    with arena(database, tmp_path_factory.mktemp(database)) as ready:
        yield ready


def outcomes(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.outcome for answer in answers)


def of(answers: list[Answer], verb: str) -> list[str]:
    return [answer.outcome for answer in answers if answer.verb == verb]


def check_tables(made: Arena) -> None:
    """The doctor, asked about the day before the first race, when every visit still lies ahead."""
    problems = queries.doctor_checks(made.now(0))
    db.session.remove()  # the arena outlives its last race by more than PostgreSQL lets a transaction idle
    assert problems == []


def test_book_and_book(made: Arena, database: str) -> None:
    for number in made.rounds():
        answers = made.race(number, made.wishes(number, verb="hold" if number % 2 else "book"))
        assert outcomes(answers) == {WON: 1, TAKEN: CLIENTS - 1}
    check_tables(made)
    report("book/book, starts and lengths differ", database, made.answers)


def test_the_same_form_sent_many_times(made: Arena, database: str) -> None:
    for number in made.rounds():
        wish = {"first": made.wanted(number), "patient_id": made.patients[0], "key": f"form {number}"}
        answers = made.race(number, [("book", wish)] * CLIENTS)
        assert outcomes(answers) == {WON: CLIENTS}
        assert len({answer.appointment for answer in answers}) == 1
    check_tables(made)
    report("one form, sixteen times", database, made.answers)


def test_one_patient_in_two_places(made: Arena, database: str) -> None:
    for number in made.rounds():
        times = [made.wanted(number, minutes=15 * n, ben=n % 2 == 1) for n in range(4)]
        answers = made.race(number, [made.wish(number, 0, wanted) for wanted in times])
        assert outcomes(answers)[WON] == 1
        assert set(outcomes(answers)) <= {WON, TAKEN, REFUSED}
    check_tables(made)
    report("one patient, two places", database, made.answers)


def test_confirm_and_expire(made: Arena, database: str) -> None:
    """In the last moment of a hold: confirmed twice, swept twice, wanted by somebody else twice."""
    for number in made.rounds():
        held = made.prepared(number, "hold")
        runs_out = made.now(number) + HOLD_FOR
        wishes = [made.wish(number, n, made.wanted(number, 15)) for n in (1, 2)]
        answers = made.race(
            number,
            [("confirm", {"first": held}), ("expire_due", {}), *wishes, ("confirm", {"first": held})],
            confirm=runs_out - timedelta(seconds=1),
            expire_due=runs_out,
            book=runs_out,
        )
        confirmed, booked = of(answers, "confirm"), of(answers, "book")
        assert of(answers, "expire_due") == [WON]
        if WON in confirmed:
            assert (confirmed, booked) == ([WON, WON], [TAKEN, TAKEN])
        else:
            assert set(confirmed) <= {EXPIRED, STALE}
            assert sorted(booked) == [TAKEN, WON]
    check_tables(made)
    report("confirm/expire/book", database, made.answers)


def test_cancel_and_book(made: Arena, database: str) -> None:
    for number in made.rounds():
        booked = made.prepared(number)
        wishes = [made.wish(number, n, made.wanted(number, 15)) for n in (1, 2, 3)]
        cancel = ("cancel", {"first": booked, "expected_version": 1})
        answers = made.race(number, [*wishes, cancel, cancel])
        assert of(answers, "cancel") == [WON, WON]  # the second is the replay of a double click
        assert set(of(answers, "book")) <= {WON, TAKEN}
        assert of(answers, "book").count(WON) <= 1
    check_tables(made)
    report("cancel/book", database, made.answers)


def test_request_and_release(made: Arena, database: str) -> None:
    """Asked for by several at once; then confirmed and given up at once, while others want the time."""
    for number in made.rounds():
        answers = made.race(number, made.wishes(number, verb="request")[:4])
        assert outcomes(answers) == {WON: 1, TAKEN: 3}
        (asked,) = [answer.appointment for answer in answers if answer.outcome == WON]
        step = {"first": asked, "expected_version": 1}
        wishes = [made.wish(number, n, made.wanted(number, 15)) for n in (4, 5)]
        answers = made.race(
            number,
            [("confirm_request", step | {"actor": CLINICIAN}), *wishes, ("release", step), ("release", step)],
        )
        confirmed, released, booked = (of(answers, verb) for verb in ("confirm_request", "release", "book"))
        if confirmed == [WON]:
            assert (released, booked) == ([STALE, STALE], [TAKEN, TAKEN])
        else:
            assert (confirmed, released) == ([STALE], [WON, WON])
            assert set(booked) <= {WON, TAKEN}
            assert booked.count(WON) <= 1
    check_tables(made)
    report("request/request, then confirm/release/book", database, made.answers)


def test_undo_and_book(made: Arena, database: str) -> None:
    """A visit was canceled by mistake: its desk takes that back while others want the time."""
    made.used += 3  # by then nobody has a visit to come from the test before
    for number in made.rounds():
        visit = made.prepared(number, patient=3 + number % 13)  # whoever won before has no visit to come
        service.cancel(visit, actor=DESK, now=made.now(number))
        undo = ("undo", {"first": visit, "expected_version": 2})
        wishes = [made.wish(number, n, made.wanted(number, minutes)) for n, minutes in ((1, 0), (2, 30))]
        answers = made.race(number, [wishes[0], undo, undo, wishes[1]])
        undone, booked = of(answers, "undo"), of(answers, "book")
        if WON in undone:
            assert (undone, booked) == ([WON, WON], [TAKEN, TAKEN])
        else:
            assert undone == [TAKEN, TAKEN]
            assert sorted(booked) == [TAKEN, WON]
    check_tables(made)
    report("undo/book", database, made.answers)


def test_move_and_book(made: Arena, database: str) -> None:
    """A visit moves from 9:00 to 10:15 while others want 10:15 and 9:00."""
    for number in made.rounds():
        booked = made.prepared(number)
        move = {"first": booked, "wanted": made.wanted(number, 75), "expected_version": 1}
        wishes = [
            made.wish(number, n, made.wanted(number, minutes))
            for n, minutes in ((1, 75), (2, 0), (3, 75), (4, 0))
        ]
        answers = made.race(number, [*wishes[:2], ("move", move), *wishes[2:]])
        later = [answers[0].outcome, answers[3].outcome]
        earlier = [answers[1].outcome, answers[4].outcome]
        (moved,) = of(answers, "move")
        assert sorted([moved, *later]) == [TAKEN, TAKEN, WON]
        assert earlier.count(WON) <= (moved == WON)
        assert set(earlier) <= {WON, TAKEN}
    check_tables(made)
    report("move/book", database, made.answers)


def test_overrides_and_bookings(made: Arena, database: str) -> None:
    """Two people squeeze somebody in while others book the same time: both stand, and one ordinary visit.

    Of all who share the time exactly one came first and overrode nobody.
    """
    allowed = frozenset({Permission.APPOINTMENT_OVERRIDE})
    boss = Actor(ActorKind.STAFF, made.scene.anna, "Anna", allowed, "clinician")
    for number in made.rounds():
        wishes = made.wishes(number)[:8]
        for n in (3, 6):
            wishes[n][1].update(override="On purpose.", actor=boss)
        answers = made.race(number, wishes)
        forced = [answers[n] for n in (3, 6)]
        assert [answer.outcome for answer in forced] == [WON, WON]
        ordinary = {answer.outcome for answer in answers if answer not in forced}
        assert TAKEN in ordinary <= {TAKEN, WON}
        check_shared_time(answers)
    check_tables(made)
    report("override/book", database, made.answers)


def check_shared_time(answers: list[Answer]) -> None:
    """Whoever won shares the time: one overrode nobody, the others say so, and no two own the same seat."""
    rows = [queries.appointment_row(one.appointment) for one in answers if one.appointment is not None]
    assert len([row for row in rows if not row.overridden]) == 1
    assert all(row.start_at < other.end_at for row in rows for other in rows)
    owned = select(Resource.kind, OccupiedCell.seat).join(Resource, Resource.id == OccupiedCell.resource_id)
    for row in rows:
        assert bool(queries.overrides(row.id)) == row.overridden
        held = db.session.execute(owned.where(OccupiedCell.appointment_id == row.id)).all()
        assert {seat for kind, seat in held if kind == "patient"} == {0}
        assert (max(seat for _, seat in held) > 0) == row.overridden
    db.session.rollback()


@pytest.mark.parametrize(("lock", "key"), [(False, True), (True, False)])
def test_either_guard_alone_gives_one_winner(database: str, lock: bool, key: bool, tmp_path: Path) -> None:
    with arena(database, tmp_path, lock=lock, key=key) as made:
        for number in made.rounds(CONTROL_ROUNDS):
            answers = made.race(number, made.wishes(number))
            assert outcomes(answers) == {WON: 1, TAKEN: CLIENTS - 1}
        assert made.double_bookings() == 0
        report(f"negative control: {'lock' if lock else 'cell key'} alone", database, made.answers)


def test_without_both_guards_the_race_sees_double_bookings(database: str, tmp_path: Path) -> None:
    with arena(database, tmp_path, lock=False, key=False) as made:
        doubled = 0
        for number in made.rounds(CONTROL_ROUNDS):
            doubled += outcomes(made.race(number, made.wishes(number)))[WON] > 1
        report(
            f"negative control: no guard, {doubled} of {CONTROL_ROUNDS} rounds double-booked",
            database,
            made.answers,
        )
        assert made.double_bookings() >= doubled
        assert doubled > CONTROL_ROUNDS / 2
