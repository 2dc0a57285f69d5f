"""Undoing a change of what is set up: everything is put back, or nothing is and a sentence says why."""

from dataclasses import replace
from datetime import time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind
from clinic.scheduling import queries, service
from clinic.scheduling.queries.changes import changes
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules import OpenTime, Refusal, State
from clinic.scheduling.rules.setup import Edit, Kind
from clinic.scheduling.service import setup
from tests.scheduling.scene import DESK, MONDAY, Scene, central
from tests.scheduling.setup_scene import (
    MINUTE,
    NINE,
    book,
    calls,
    change,
    closure,
    edited,
    session,
    sessions_of,
    snapshot,
)

LOOKED = Action.SETUP_PREVIEWED


def test_an_undo_puts_everything_back(scene: Scene, hazel: UUID, otto: UUID, manager: Actor) -> None:
    moved, left = book(scene, hazel), book(scene, otto, NINE + 75 * MINUTE)
    before = snapshot()
    edits = [closure(), edited(Kind.SESSION, sessions_of(scene.ben)[0], opens=time(9))]
    new = setup.preview(edits, actor=manager, now=scene.now).hits[0].proposed[0]
    done = change(edits, manager, scene.now, {moved: new.value})
    undone = setup.undo(done, actor=manager, now=scene.now + MINUTE)
    assert (undone.moved, undone.calls) == (1, 0)
    assert snapshot() == before
    row = queries.appointment_row(moved)
    assert (row.version, row.sequence) == (3, 2)
    assert db.session.scalars(select(CallBack.state)).one() == "resolved"
    assert queries.doctor_checks(scene.now) == []
    assert changes(manager).lines[0].undone_by == "Mo Manager"
    with pytest.raises(Conflict, match="already"):
        setup.undo(done, actor=manager, now=scene.now + 2 * MINUTE)
    assert queries.appointment_row(left).version == 1


def test_an_undo_takes_away_what_a_change_added(scene: Scene, hazel: UUID, manager: Actor) -> None:
    """A new place with a room and hours, to which a visit was moved: it comes back before they go."""
    visit, before = book(scene, hazel), snapshot()
    place = {
        **set_up().of(Kind.LOCATION)[scene.auburn],
        "slug": "",
        "name": "Opelika",
        "phone": "205-555-0143",
    }
    location, room = uuid4(), uuid4()
    edits = [
        Edit(Kind.LOCATION, location, place),
        Edit(Kind.ROOM, room, {"location_id": location, "name": "Room 1"}),
        session(scene.anna, location, room_id=room),
        edited(Kind.SESSION, sessions_of(scene.anna)[0], closes=time(9, 30)),
    ]
    one = central(MONDAY, 13)
    there = OpenTime(one, one + 60 * MINUTE, scene.anna, location, scene.first_visit, room)
    done = change(edits, manager, scene.now, {visit: there.value})
    assert queries.appointment_row(visit).room_id == room
    assert set_up().of(Kind.LOCATION)[location]["slug"] == "opelika"
    setup.undo(done, actor=manager, now=scene.now)
    assert snapshot() == before
    assert queries.doctor_checks(scene.now) == []


def test_what_was_added_and_is_used_by_now_stays(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    room = Edit(Kind.ROOM, uuid4(), {"location_id": scene.birmingham, "name": "Room 1"})
    hours = session(scene.anna, scene.birmingham, room_id=room.id)
    done = change([room, hours], manager, scene.now)
    book(scene, hazel, central(MONDAY, 13))
    before = snapshot()
    with pytest.raises(Conflict, match="There were visits in this room"):
        setup.undo(done, actor=manager, now=scene.now)
    assert snapshot() == before


def test_a_later_change_of_the_same_rows_is_undone_first(scene: Scene, manager: Actor) -> None:
    monday, before = sessions_of(scene.anna)[0], snapshot()
    first = change([edited(Kind.SESSION, monday, closes=time(11))], manager, scene.now)
    then = change([edited(Kind.SESSION, monday, closes=time(10))], manager, scene.now + MINUTE)
    with pytest.raises(Conflict, match="later change"):
        setup.undo(first, actor=manager, now=scene.now)
    setup.undo(then, actor=manager, now=scene.now)
    setup.undo(first, actor=manager, now=scene.now)
    assert snapshot() == before


@pytest.mark.parametrize("meanwhile", ["moved again", "cancelled", "old time taken", "old time over"])
def test_a_visit_that_has_no_way_back_keeps_the_change(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor, meanwhile: str
) -> None:
    visit, now = book(scene, hazel), scene.now + MINUTE
    edits = [edited(Kind.SESSION, sessions_of(scene.anna)[0], closes=time(9, 30))]
    (hit,) = setup.preview(edits, actor=manager, now=scene.now).hits
    later = next(one for one in hit.proposed if one.start > NINE)
    done = change(edits, manager, scene.now, {visit: later.value})
    if meanwhile == "moved again":
        times = queries.nearest_times(later.wanted, now=now, patient_id=hazel, ignoring=visit)
        service.move(visit, times[-1].wanted, actor=DESK, now=now)
    elif meanwhile == "cancelled":
        service.cancel(visit, actor=DESK, now=now)
    elif meanwhile == "old time taken":
        short = scene.wanted(central(MONDAY, 9), visit_type=scene.short_visit)
        service.book(short, patient_id=otto, key="s", actor=DESK, now=now)
    else:
        now = NINE + MINUTE
    before = snapshot()
    with pytest.raises(Conflict, match="cannot be undone as one"):
        setup.undo(done, actor=manager, now=now)
    assert snapshot() == before


def test_a_visit_beside_the_old_time_needs_its_buffer(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    """No cell is shared, and yet the visit of before cannot come back."""
    change([edited(Kind.VISIT_TYPE, scene.short_visit, before_minutes=20)], manager, scene.now)
    visit, monday = book(scene, hazel), sessions_of(scene.anna)[0]
    edits = [edited(Kind.SESSION, monday, visit_types=(scene.short_visit,))]
    hit = setup.preview(edits, actor=manager, now=scene.now).hits[0]
    done = change(edits, manager, scene.now, {visit: hit.proposed[0].value})
    short = scene.wanted(central(MONDAY, 10, 15), visit_type=scene.short_visit)
    service.book(short, patient_id=otto, key="s", actor=DESK, now=scene.now + MINUTE)
    with pytest.raises(Conflict, match="was taken"):
        setup.undo(done, actor=manager, now=scene.now + MINUTE)


def test_a_visit_booked_meanwhile_that_would_not_fit_becomes_a_call(
    scene: Scene, hazel: UUID, manager: Actor
) -> None:
    done = change([session(scene.anna, scene.birmingham)], manager, scene.now)
    visit = book(scene, hazel, central(MONDAY, 14))
    undone = setup.undo(done, actor=manager, now=scene.now)
    assert (undone.moved, undone.calls) == (0, 1)
    assert calls() == [(visit, CallBackKind.VISIT_NO_LONGER_FITS)]
    assert queries.appointment_row(visit).state is State.BOOKED


def test_an_undo_does_what_was_shown_or_nothing(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    asked = {"actor": manager, "now": scene.now}
    done = change([session(scene.anna, scene.birmingham)], manager, scene.now)
    first = book(scene, hazel, central(MONDAY, 14))
    way = setup.way_back(done, **asked)  # type: ignore[arg-type]
    assert [(hit.card.id, hit.reasons) for hit in way.hits] == [(first, (Refusal.OUTSIDE_HOURS,))]
    second = book(scene, otto, central(MONDAY, 15, 30))
    before = snapshot()
    with pytest.raises(setup.WayBackStale, match="look at it again"):
        setup.undo(done, digest=way.digest, **asked)  # type: ignore[arg-type]
    assert snapshot() == before
    way = setup.way_back(done, **asked)  # type: ignore[arg-type]
    assert {hit.card.id for hit in way.hits} == {first, second}
    assert setup.undo(done, digest=way.digest, **asked).calls == 2  # type: ignore[arg-type]


def test_who_looks_at_a_way_back_is_on_record(scene: Scene, hazel: UUID, manager: Actor) -> None:
    done = change([session(scene.anna, scene.birmingham)], manager, scene.now)
    book(scene, hazel, central(MONDAY, 14))
    setup.way_back(done, actor=manager, now=scene.now + MINUTE)
    chosen = select(AuditEvent.facts).where(AuditEvent.subject_id == done, AuditEvent.action == LOOKED)
    assert db.session.scalars(chosen).one() == {"patients": [str(hazel)]}


def test_a_call_that_waited_already_is_neither_opened_nor_lapsed(
    scene: Scene, hazel: UUID, manager: Actor
) -> None:
    book(scene, hazel)
    first = change([closure(location_id=scene.birmingham)], manager, scene.now)
    assert len(calls()) == 1
    setup.undo(first, actor=manager, now=scene.now)
    second = change([closure(clinician_id=scene.anna)], manager, scene.now)
    states = list(db.session.scalars(select(CallBack.state).order_by(CallBack.opened_at)))
    assert sorted(states) == ["open", "resolved"]
    setup.undo(second, actor=manager, now=scene.now)
    assert set(db.session.scalars(select(CallBack.state))) == {"resolved"}


def test_a_visit_that_never_fitted_is_no_news_after_an_undo(
    scene: Scene, hazel: UUID, manager: Actor
) -> None:
    """Squeezed in at one o'clock; the change gives it hours, the undo takes them away again."""
    allowed = frozenset({Permission.APPOINTMENT_CHANGE, Permission.APPOINTMENT_OVERRIDE})
    boss = replace(manager, permissions=allowed)
    asked = {"patient_id": hazel, "key": "o", "actor": boss, "now": scene.now}
    wanted = scene.wanted(central(MONDAY, 13))
    service.book(wanted, **asked, override="In pain today.")  # type: ignore[arg-type]
    done = change([session(scene.anna, scene.birmingham)], manager, scene.now)
    assert setup.undo(done, actor=manager, now=scene.now).calls == 0
    assert calls() == []
    again = change([session(scene.anna, scene.birmingham)], manager, scene.now)
    service.move(
        queries.appointments_of(hazel)[0].id, scene.wanted(central(MONDAY, 14)), actor=DESK, now=scene.now
    )
    assert setup.undo(again, actor=manager, now=scene.now).calls == 1
