"""The front desk by keys alone: how many presses once the time is chosen, to move and to cancel."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.conftest import People
from tests.journeys.person import Person
from tests.journeys.staff_steps import (
    DESK,
    given_somebody_signed_in,
    when_the_desk_books_a_caller,
    when_the_desk_types_in_a_caller,
)
from tests.support.proofs import note

MOST = 12
FROM_THE_TOP = 20  # no time is chosen: the menu is walked, too, unless one skips it
COUNT_KEYS = """() => addEventListener("keydown", () =>
  sessionStorage.setItem("keys", 1 + Number(sessionStorage.getItem("keys"))), {capture: true})"""


@pytest.fixture
def desk(people: People) -> Person:
    """Somebody at the desk whose keys are counted by the browser itself."""
    person = people(size="desk")
    person.context.add_init_script(f"({COUNT_KEYS})()")
    return given_somebody_signed_in(person, DESK)


@contextmanager
def few_presses(desk: Person, what: str, most: int = MOST) -> Iterator[None]:
    """Every key that goes down in here counts."""
    before = _pressed(desk)
    yield
    used = _pressed(desk) - before
    note(f"desk by keys: {what}", presses=used, at_most=most)
    assert 0 < used <= most


def _pressed(desk: Person) -> int:
    return int(desk.page.evaluate("() => Number(sessionStorage.getItem('keys'))"))


def choose_first(desk: Person, number: int = 0) -> None:
    value = desk.page.locator("input[name=slot]").nth(number).get_attribute("value")
    desk.chooses("slot", str(value))


def test_a_caller_is_booked(desk: Person) -> None:
    when_the_desk_types_in_a_caller(desk, "Fewkeys")
    with few_presses(desk, "a caller, once the time is chosen"):
        desk.presses("Book", within="main .acts")
    desk.sees("Ivy Fewkeys")
    desk.sees("Booked")


def test_a_waiting_person_is_booked(desk: Person) -> None:
    desk.opens("/staff/unbooked")
    desk.follows("Book ", within="tbody")
    choose_first(desk)
    with few_presses(desk, "a waiting person, once the time is chosen"):
        desk.presses("this time", within="main .acts")
    desk.sees("Reference")


def test_a_visit_is_moved_and_canceled_and_that_is_undone(desk: Person) -> None:
    when_the_desk_books_a_caller(desk, "Movekeys")
    with few_presses(desk, "from a visit to other times", FROM_THE_TOP):
        desk.follows("Move", within="main .acts")
    choose_first(desk, 3)
    with few_presses(desk, "a visit moved, once the time is chosen"):
        desk.presses("Move to this time", within="main .acts")
    desk.sees("The visit has its new time.")
    with few_presses(desk, "a visit canceled", FROM_THE_TOP):
        desk.presses("Cancel visit", within="main .acts")
    desk.sees("Canceled")
    with few_presses(desk, "the cancellation undone", FROM_THE_TOP):
        desk.presses("Undo: Canceled", within="main .acts")
    desk.sees("Undone: Canceled")


def test_from_the_calendar_a_waiting_person_is_booked(desk: Person) -> None:
    """Arrows walk the times of the calendar; the chosen one, the person, the button."""
    page = desk.page
    desk.opens("/staff/calendar")
    desk.follows("Day after")
    free = page.locator("td a.free")
    desk.reach(free.first)
    names = []
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        names.append(str(page.evaluate("document.activeElement.getAttribute('aria-label')")))
    assert all(name.startswith("Book with ") for name in names)
    assert names[0].split(" at ")[0] != names[1].split(" at ")[0]  # to the right is another clinician
    assert names[0].split(" at ")[0] == names[3].split(" at ")[0]
    with few_presses(desk, "a waiting person, from a free time of the calendar"):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        desk.follows("Skip to main content")
        desk.follows("Choose", within="tbody")
        assert page.locator("input[name=slot]:checked:focus").count() == 1
        desk.presses("this time", within="main .acts")
    desk.sees("Reference")


def test_the_calendar_without_script(people: People) -> None:
    desk = given_somebody_signed_in(people(script=False, size="desk"), DESK)
    desk.opens("/staff/calendar")
    desk.follows("Day after")
    desk.follows("Book with")
    desk.follows("Choose", within="tbody")
    assert desk.page.locator("input[name=slot]:checked").count() == 1
