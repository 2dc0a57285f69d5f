"""Every state of every page: axe, size, words, targets, and nothing from elsewhere."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright

from tests.journeys.installation import Clinic
from tests.journeys.looking import Seen, Viewer
from tests.journeys.scene import Scene
from tests.journeys.state import State
from tests.journeys.states import NO_PAGE, STATES
from tests.support.browser import Scheme, Size, judge, sideways, small_targets
from tests.support.client import faults
from tests.support.proofs import note, proving
from tests.support.reading import HIGHEST_GRADE, banned_words, grade

Look = tuple[Size, Scheme]
FIRST: Look = ("phone", "light")
FEW: tuple[Look, ...] = (FIRST, ("desk", "dark"))
MANY: tuple[Look, ...] = (*FEW, ("phone", "dark"), ("desk", "light"), ("small", "light"), ("small", "dark"))
FIRST_LOAD = 45 * 1024
PATIENT_TARGET, STAFF_TARGET = 44, 24
INCOMPLETES = tomllib.loads((Path(__file__).parent / "incompletes.toml").read_text())["incomplete"]


@pytest.fixture(scope="session")
def scene(clinic: Clinic, driver: Playwright) -> Iterator[Scene]:
    """The clinic from every side."""
    made = Scene(clinic, driver)
    yield made
    made.close()


@pytest.fixture(scope="session")
def screens(scene: Scene, chromium: Browser) -> Iterator[Callable[[Look], Viewer]]:
    """A screen of each kind that is asked for."""
    made: dict[Look, Viewer] = {}

    def screen(look: Look) -> Viewer:
        if look not in made:
            made[look] = Viewer(scene, chromium, *look)
        return made[look]

    yield screen
    for viewer in made.values():
        viewer.close()


@pytest.fixture(scope="session")
def figures() -> Iterator[dict[str, tuple[int, float]]]:
    """Bytes of the first load and reading grade of each patient page; the worst are printed."""
    held: dict[str, tuple[int, float]] = {}
    yield held
    if held:
        largest = max(held, key=lambda name: held[name][0])
        hardest = max(held, key=lambda name: held[name][1])
        mean = sum(reading for _, reading in held.values()) / len(held)
        note(
            "patient pages",
            pages=len(held),
            largest_first_load=f"{held[largest][0] / 1024:.1f} KB ({largest})",
            hardest_to_read=f"grade {held[hardest][1]:.1f} ({hardest})",
            mean_grade=f"{mean:.1f}",
        )


def test_every_page_has_a_state(app: Flask) -> None:
    shown = {state.route for state in STATES} | set(NO_PAGE)
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes - shown == set()
    assert shown - routes == set()


def test_states_have_different_names() -> None:
    assert len({state.name for state in STATES}) == len(STATES)


@pytest.mark.parametrize("clinic", ["sqlite"], indirect=True, scope="session")  # pages do not tell which
@pytest.mark.parametrize("look", MANY if proving() else FEW, ids="-".join)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_state(
    screens: Callable[[Look], Viewer], figures: dict[str, tuple[int, float]], state: State, look: Look
) -> None:
    found = screens(look).look(state)
    assert found.foreign() == []
    assert found.complaints() == []
    weight = found.bytes_on_the_wire
    verdict = judge(found.page)
    assert verdict.violations == ()
    assert [one for one in verdict.incomplete if not is_explained(one)] == []
    assert sideways(found.page) == 0
    least = PATIENT_TARGET if state.for_patients else STAFF_TARGET
    assert small_targets(found.page, least) == []
    if look == FIRST:
        assert faults(found.document.text()) == []
        look_closer(found, state, figures, weight)


def look_closer(found: Seen, state: State, figures: dict[str, tuple[int, float]], weight: int) -> None:
    """What need be seen once only: the narrowest screen, and for patients weight and words."""
    if state.for_patients:
        blocks = found.blocks()
        figures[state.name] = 0 if state.steps else weight, grade(blocks)
        assert banned_words(blocks) == []
        assert grade(blocks) <= HIGHEST_GRADE, blocks
        assert state.steps or weight <= FIRST_LOAD, f"{weight} bytes"
    found.page.set_viewport_size({"width": 320, "height": 640})
    assert sideways(found.page) == 0, "at 320 pixels"


def is_explained(incomplete: str) -> bool:
    """Does the table say why this is right?"""
    return any(incomplete.startswith(one["rule"] + ":") and one["where"] in incomplete for one in INCOMPLETES)


@pytest.mark.parametrize("entry", INCOMPLETES, ids=lambda entry: entry["rule"])
def test_every_entry_of_the_table_gives_its_reason(entry: dict[str, str]) -> None:
    assert len(entry["reason"].split()) >= 6
