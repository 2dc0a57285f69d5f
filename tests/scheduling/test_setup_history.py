"""The history of the set-up, a key that makes one change, and whether a change can be undone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor
from clinic.scheduling.queries.changes import change_of, changes, is_made
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Kind
from clinic.scheduling.service import setup
from tests.scheduling.scene import Scene
from tests.scheduling.setup_scene import NINE, book, change, closure, snapshot

MINUTE = timedelta(minutes=1)


def test_the_history_tells_what_was_before_and_after(scene: Scene, hazel: UUID, manager: Actor) -> None:
    visit, edits = book(scene, hazel), [closure()]
    new = setup.preview(edits, actor=manager, now=scene.now).hits[0].proposed[0]
    done = change(edits, manager, scene.now, {visit: new.value})
    line = change_of(manager, done)
    (step,) = line.steps
    assert step == (Kind.CLOSURE, edits[0].id, None, set_up().of(Kind.CLOSURE)[edits[0].id])
    (moved,) = line.moves
    assert (moved.was.start, moved.became.start) == (NINE, new.start)
    assert len(moved.reference) == 9
    with pytest.raises(NotFound):
        change_of(manager, uuid4())


def test_the_same_key_makes_one_change(scene: Scene, manager: Actor) -> None:
    key, edits = uuid4(), [closure()]
    digest = setup.preview(edits, actor=manager, now=scene.now).digest
    assert not is_made(key)
    for _ in range(2):
        made = setup.change(edits, "Closed", digest=digest, choices={}, key=key, actor=manager, now=scene.now)
        assert made == key
    assert is_made(key)
    assert len(changes(manager).lines) == 1


def test_whether_it_can_be_undone_is_asked_without_undoing_it(
    scene: Scene, hazel: UUID, manager: Actor
) -> None:
    visit, edits = book(scene, hazel), [closure()]
    new = setup.preview(edits, actor=manager, now=scene.now).hits[0].proposed[0]
    done = change(edits, manager, scene.now, {visit: new.value})
    before = snapshot()
    way = setup.way_back(done, actor=manager, now=scene.now + MINUTE)
    assert (way.hits, way.hindrance) == ((), "")
    assert snapshot() == before
    assert change_of(manager, done).undone_at is None
    setup.undo(done, actor=manager, now=scene.now + MINUTE)
    assert "already" in setup.way_back(done, actor=manager, now=scene.now + 2 * MINUTE).hindrance
