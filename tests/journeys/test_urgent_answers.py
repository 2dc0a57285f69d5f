"""Every urgent answer alone: the number to call is in the first screen of the next page, on a phone."""

import pytest
from playwright.sync_api import Page

from clinic.intake.questionnaire import current
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS, Tier
from tests.journeys.conftest import People
from tests.journeys.person import Person
from tests.journeys.wire import Wire
from tests.support.browser import SIZES, judge

NEW = "new-and-untreated"
URGENT = [
    (page.slug, question.key, choice.code, choice.red_flag)
    for page in current().pages()
    for question in page.questions
    for choice in question.choices
    if choice.red_flag and RED_FLAGS[choice.red_flag].tier in BLOCKING_TIERS
]


def in_first_screen(page: Page, selector: str) -> bool:
    """Does the whole of it stand in the window, without scrolling?"""
    box = page.locator(selector).first.bounding_box()
    width, height = SIZES["phone"]
    assert page.evaluate("scrollY") == 0
    return (
        box is not None
        and box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= width
        and box["y"] + box["height"] <= height
    )


def given_somebody_at(person: Person, slug: str) -> None:
    """All pages before this one are answered."""
    wire = Wire(person.context.request)
    wire.begin_intake()
    wire.answer_until(f"/intake/page/{slug}", NEW)
    person.opens(wire.path)


def test_every_urgent_code_can_be_told() -> None:
    told = {code for _, _, _, code in URGENT}
    assert told == {code for code, flag in RED_FLAGS.items() if flag.tier in BLOCKING_TIERS}


@pytest.mark.parametrize(
    ("slug", "question", "choice", "code"), URGENT, ids=[f"{c}-{n}" for _, _, n, c in URGENT]
)
def test_an_urgent_answer_shows_the_number_at_once(
    people: People, slug: str, question: str, choice: str, code: str
) -> None:
    person = people(size="phone")
    given_somebody_at(person, slug)
    person.chooses(question, choice)
    person.presses("Continue", within="main")
    tier = RED_FLAGS[code].tier
    number = "988" if tier is Tier.T0_S else "911"
    if tier is Tier.T1:
        person.sees("You need to be seen today")
    assert in_first_screen(person.page, f'main a[href="tel:{number}"]')
    assert in_first_screen(person.page, "main h1")
    person.sees(RED_FLAGS[code].told)

    person.follows("I have read this. Go on")
    assert person.path.startswith("/intake/page/")
    assert in_first_screen(person.page, 'main a[href="/intake/help-now"]')


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_somebody_with_an_urgent_answer_asks_for_a_time_and_keeps_it(people: People, *, script: bool) -> None:
    person = people(script=script)
    wire = Wire(person.context.request)
    wire.begin_intake()
    last_name = "Keepsake" if script else "Keepwell"
    wire.answer_until("/intake/check", NEW, safety_thoughts="recent", last_name=last_name)
    person.opens("/intake/check")
    person.presses("Send my answers")
    assert in_first_screen(person.page, 'main a[href="tel:988"]')
    person.follows("Ask for a time")
    person.sees_no("Book this visit")
    value = person.page.locator("input[name=slot]").nth(3).get_attribute("value")
    person.chooses("slot", str(value))
    person.presses("Continue", within="main")
    person.sees("We keep this time for you")
    person.sees("It is not booked yet")
    person.opens("/visit")
    person.sees("You asked for this time. We keep it for you.")
    assert in_first_screen(person.page, 'main a[href="tel:988"]')
    if script:
        assert judge(person.page).violations == ()
