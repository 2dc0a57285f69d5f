"""A clinician's keys: how many presses a decision takes, what each key does, how they are switched off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import People
from tests.journeys.person import Person
from tests.journeys.staff_steps import given_somebody_signed_in

OTHER_CLINICIAN = "silas.lark"
ONE_KEY, ELSEWHERE = 4, 8


class Counted:
    """Somebody whose presses are counted; the letters of a sentence are not."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def opens(self, *keys: str) -> None:
        """The last of these keys leads to another page."""
        self(*keys[:-1])
        with self.page.expect_navigation():
            self(keys[-1])

    def writes(self, sentence: str) -> None:
        """Typed, not counted."""
        self.page.keyboard.type(sentence)


@pytest.fixture
def clinician(people: People) -> Iterator[Person]:
    """A clinician with script, at a desk."""
    person = given_somebody_signed_in(people(size="desk"), OTHER_CLINICIAN)
    yield person
    person.opens("/staff/shortcuts")
    if person.page.get_by_role("button", name="Switch shortcuts on").count():
        person.presses("Switch shortcuts on")


def row_with(clinician: Person, selector: str, *, there: bool = True) -> int:
    """The number of the first row of the list whose referral shows this, or does not."""
    links = clinician.page.locator("tbody th a")
    paths = [str(links.nth(number).get_attribute("href")) for number in range(links.count())]
    listed = clinician.page.url
    for number, path in enumerate(paths):
        clinician.opens(path)
        if bool(clinician.page.locator(selector).count()) is there:
            clinician.opens(listed)
            return number
    raise AssertionError(f"no row of {listed} shows {selector}")


def test_four_presses_from_the_list_to_a_confirmed_decision_and_the_next_item(clinician: Person) -> None:
    clinician.opens("/staff/worklist?phases=2&priority=3")
    first = row_with(clinician, ".dec [name=confirm]")
    keys = Counted(clinician.page)
    keys(*["j"] * (first + 1))
    keys.presses -= first  # the walk to the first row that has a confirm
    keys.opens("Enter")
    decided = clinician.path
    keys.opens("c", "Enter")
    assert keys.presses <= ONE_KEY, keys.presses
    assert clinician.path.startswith("/staff/referrals/")
    assert clinician.path != decided
    clinician.sees(f"Decided: {decided.rpartition('/')[2]}.")
    assert "list=" in clinician.page.url  # the next one of the same list


@pytest.mark.parametrize(
    ("listed", "choice"), [("phases=2-3&priority=4", "2"), ("phases=3", "1")], ids=["resolved", "override"]
)
def test_eight_presses_elsewhere(clinician: Person, listed: str, choice: str) -> None:
    clinician.opens(f"/staff/worklist?{listed}")
    keys = Counted(clinician.page)
    keys.opens("j", "Enter")
    decided = clinician.path
    keys(choice)
    if listed.startswith("phases=2-3"):
        keys.opens("Enter")
    else:
        keys("s", "Tab")  # the reason has the focus, as this choice needs one
        keys.writes("The letter says so.")
        keys("Escape")
        keys.opens("d", "Enter")
    assert keys.presses <= ELSEWHERE, keys.presses
    clinician.sees(f"Decided: {decided.rpartition('/')[2]}.")


def test_rows_are_walked_ticked_and_taken(clinician: Person) -> None:
    page = clinician.page
    clinician.opens("/staff/worklist?whose=unassigned")
    keys, ticked = Counted(page), page.locator("[name=tick]:checked")
    names = page.locator("tbody th a").all_inner_texts()[:3]
    keys("j", "j", "k", "ArrowDown")
    assert page.evaluate("document.activeElement.innerText") == names[1]
    keys("x", "j", "x", "x")
    assert ticked.count() == 1
    keys.opens("a")
    clinician.sees("1 assigned to you.")
    clinician.opens("/staff/worklist?whose=mine")
    clinician.sees(names[1])
    keys.opens("j", "Enter")
    keys.opens("n")
    keys.opens("p")
    keys.opens("a")
    clinician.sees("assigned to you.")


def test_keys_do_nothing_while_somebody_types_or_holds_another_key(clinician: Person) -> None:
    page = clinician.page
    clinician.opens("/staff/worklist?phases=2-3&priority=4")
    Counted(page).opens("j", "Enter")
    here, keys = page.url, Counted(page)
    keys("w", "n", "1", "c", "?")
    assert page.locator("[name=words]").input_value() == "n1c?"
    keys("Escape", "Control+1", "Alt+2", "Meta+3")
    assert page.locator("[name=choice]:checked").count() == 0
    keys("r", "1")
    assert page.locator("[name=choice]:checked").count() == 0
    keys("Escape", "?", "2")
    assert page.locator("dialog[open]").count() == 1
    assert page.locator("[name=choice]:checked").count() == 0
    keys("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.url == here


def test_who_switches_them_off_has_none(clinician: Person) -> None:
    clinician.opens("/staff/shortcuts")
    clinician.presses("Switch shortcuts off")
    clinician.opens("/staff/worklist")
    keys = Counted(clinician.page)
    keys("j", "x", "?", "a")
    assert clinician.page.locator("[name=tick]:checked, dialog[open], tbody a:focus").count() == 0
    clinician.opens("/staff/shortcuts")
    clinician.presses("Switch shortcuts on")


def test_the_same_without_script(people: People) -> None:
    clinician = given_somebody_signed_in(people(script=False, size="desk"), OTHER_CLINICIAN)
    clinician.opens("/staff/worklist?whose=unassigned")
    box = clinician.page.locator("[name=tick]").first
    clinician.reach(box)
    clinician.page.keyboard.press("Space")
    clinician.presses("Take")
    clinician.sees("1 assigned to you.")
    clinician.follows("Shortcuts")
    clinician.sees("They are on")
