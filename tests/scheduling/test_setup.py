"""Changing what is set up: what a preview shows, what a change does, what a stale page is told."""

from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from clinic.kernel.errors import NotAllowed
from clinic.kernel.permissions import Actor
from clinic.scheduling import queries, service
from clinic.scheduling.queries.setup import changes, set_up
from clinic.scheduling.rules import Refusal, State
from clinic.scheduling.rules.setup import Kind
from clinic.scheduling.service import setup
from tests.scheduling.scene import DESK, MONDAY, Scene, add_manager, central
from tests.scheduling.setup_scene import closure, edited, sessions_of

NINE = central(MONDAY, 9)


@pytest.fixture
def manager(scene: Scene) -> Actor:
    return add_manager(scene.now)


def book(scene: Scene, patient: UUID, start=NINE) -> UUID:  # type: ignore[no-untyped-def]
    row = service.book(scene.wanted(start), patient_id=patient, key=uuid4().hex, actor=DESK, now=scene.now)
    return row.id


def test_a_preview_shows_the_visits_that_a_closure_hits(scene: Scene, hazel: UUID, manager: Actor) -> None:
    visit = book(scene, hazel)
    shown = setup.preview([closure()], actor=manager, now=scene.now)
    (hit,) = shown.hits
    assert hit.card.id == visit
    assert hit.reasons == (Refusal.OUTSIDE_HOURS,)
    assert hit.told
    assert [time.clinician_id for time in hit.proposed] == [scene.anna] * 3
    assert set_up().of(Kind.CLOSURE) == {}


def test_a_change_moves_whom_it_is_told_to_move(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    moved, left = book(scene, hazel), book(scene, otto, NINE + timedelta(minutes=75))
    edits = [closure()]
    shown = setup.preview(edits, actor=manager, now=scene.now)
    new = shown.hits[0].proposed[0]
    setup.change(
        edits,
        "Closed on Monday",
        digest=shown.digest,
        choices={moved: new.value},
        actor=manager,
        now=scene.now,
    )
    assert queries.appointment_row(moved).start_at == new.start
    assert queries.appointment_row(left).start_at == NINE + timedelta(minutes=75)
    assert queries.appointment_row(left).state is State.BOOKED
    (line,) = changes(manager).lines
    assert (line.title, line.moved, line.calls) == ("Closed on Monday", 1, 1)
    assert queries.doctor_checks(scene.now) == []


def test_hours_may_shrink_around_a_visit(scene: Scene, hazel: UUID, manager: Actor) -> None:
    book(scene, hazel)
    monday = sessions_of(scene.anna)[0]
    for closes, hits in ((time(10), 0), (time(9, 55), 1)):
        edit = edited(Kind.SESSION, monday, closes=closes)
        assert len(setup.preview([edit], actor=manager, now=scene.now).hits) == hits


def test_only_the_manager_changes_anything(scene: Scene, app: Flask) -> None:
    with pytest.raises(NotAllowed):
        setup.preview([closure()], actor=DESK, now=scene.now)
