"""What goes wrong while people book: back, twice, two at once, away for a while; and changing one's mind."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import People
from tests.journeys.installation import Clinic
from tests.journeys.patient_steps import (
    Patient,
    given_a_patient,
    then_mail_tells,
    then_the_visit_is_booked,
    when_they_answer_one_page,
    when_they_answer_until,
    when_they_choose_a_time,
    when_they_confirm_it,
    when_they_open_their_link,
    when_they_pick,
    when_they_start_from_the_first_page,
)
from tests.journeys.person import Person
from tests.journeys.staff_steps import DESK, given_somebody_signed_in, when_the_desk_finds_the_visit
from tests.journeys.wire import Wire
from tests.support.proofs import note

NEW = "new-and-untreated"


def given_answers_were_sent(person: Person, last_name: str) -> Patient:
    """A patient whose answers are with the clinic, on the page after sending."""
    patient = given_a_patient(person, NEW, last_name)
    wire = Wire(person.context.request)
    wire.begin_intake()
    wire.answer_until("/intake/check", NEW, last_name=last_name, email=patient.email)
    wire.post("/intake/submit")
    person.opens("/visit/received")
    return patient


def visit_on(page: Page) -> str:
    """Day, time and place of the visit on the page."""
    return " ".join(page.locator(".when").first.inner_text().split())


# A label that can be pressed, and what it says of being chosen.
LABELS = """(labels) => labels.map((one) => {
  const box = one.getBoundingClientRect(), words = one.querySelector("span");
  return {bottom: box.bottom, height: box.height, weight: getComputedStyle(words).fontWeight,
    mark: getComputedStyle(words, "::after").content};
})"""


@pytest.mark.parametrize("listed", ["", "?place=either"], ids=["side by side", "either place"])
def test_the_first_four_times_are_in_sight_on_a_phone(people: People, listed: str) -> None:
    patient = given_answers_were_sent(people(), "Insight")
    patient.person.opens(f"/visit/times{listed}")
    page = patient.person.page
    height = page.viewport_size["height"] if page.viewport_size else 0
    labels = page.locator(".times label.opt")
    boxes = labels.evaluate_all(LABELS)
    note("first four times", where=listed or "side by side", lowest_px=round(boxes[3]["bottom"]), of=height)
    assert page.evaluate("scrollY") == 0
    assert boxes[3]["bottom"] <= height
    assert min(one["height"] for one in boxes) >= 48
    value = str(labels.nth(2).locator("input").get_attribute("value"))
    patient.person.chooses("slot", value)
    chosen = labels.nth(2).evaluate_all(LABELS)[0]
    assert (chosen["weight"], "\u2713" in chosen["mark"]) == ("700", True)
    assert "\u2713" not in boxes[2]["mark"]


def test_either_place_soonest_first_is_one_list_by_keys_and_without_script(people: People) -> None:
    patient = given_answers_were_sent(people(script=False), "Eithersoon")
    patient.person.opens("/visit/times")
    patient.person.follows("Either place, soonest first")
    page = patient.person.page
    assert page.locator("section.site-col").count() == 1
    places = page.locator("#either .day").first.locator(".at").all_inner_texts()
    assert set(places) <= {"Birmingham", "Auburn"}
    starts = [
        int(str(one.get_attribute("value")).split(".")[0])
        for one in page.locator("#either input[name=slot]").all()
    ]
    assert starts == sorted(starts)
    patient.person.follows("Later dates")
    patient.person.follows("Earlier dates")
    value = page.locator("#either input[name=slot]").first.get_attribute("value")
    patient.person.chooses("slot", str(value))
    patient.person.presses("Continue", within="main")
    patient.person.sees("Is this right?")


def test_the_back_button_after_booking_books_nothing_more(people: People) -> None:
    patient = given_answers_were_sent(people(), "Backward")
    when_they_choose_a_time(patient, "birmingham", 3)
    when_they_confirm_it(patient)
    patient.person.goes_back()
    if patient.person.page.get_by_role("button", name="Book this visit").count():
        patient.person.presses("Book this visit")
    booked = patient.visit_reference
    patient.person.opens("/visit/booked")
    then_the_visit_is_booked(patient)
    assert patient.visit_reference == booked
    patient.person.opens("/visit/times")
    patient.person.sees(booked)


def test_the_back_button_in_the_form_keeps_every_answer(people: People) -> None:
    patient = given_a_patient(people(), NEW, "Rewind")
    when_they_start_from_the_first_page(patient)
    when_they_answer_one_page(patient)
    when_they_answer_one_page(patient)
    patient.person.goes_back()
    patient.person.goes_back()
    assert patient.person.page.locator("[name=last_name]").input_value() == "Rewind"
    patient.person.types("first_name", "Sidney")
    patient.person.presses("Continue", within="main")
    patient.person.opens("/intake/page/you")
    assert patient.person.page.locator("[name=first_name]").input_value() == "Sidney"


def test_pressing_twice_books_once(clinic: Clinic, people: People) -> None:
    patient = given_answers_were_sent(people(), "Twicely")
    when_they_choose_a_time(patient, "auburn", 1)
    patient.person.presses_twice("Book this visit")
    patient.person.opens("/visit/booked")
    then_the_visit_is_booked(patient)
    desk = given_somebody_signed_in(people(size="desk"), DESK)
    when_the_desk_finds_the_visit(desk, patient.name)
    desk.goes_back()
    assert desk.page.get_by_role("link", name=patient.name, exact=True).count() == 1
    then_mail_tells(patient, clinic, "Your visit is booked")


def test_of_two_people_at_the_same_time_one_is_offered_the_nearest_others(people: People) -> None:
    first = given_answers_were_sent(people(), "Earlybird")
    second = given_answers_were_sent(people(script=False), "Latecomer")
    first.person.follows("Choose a time")
    second.person.follows("Choose a time")
    value = first.person.page.locator("#birmingham input[name=slot]").nth(1).get_attribute("value")
    for patient in (first, second):
        patient.person.chooses("slot", str(value))
    first.person.presses("Continue", within="main")
    second.person.presses("Continue", within="main")
    first.person.sees("Is this right?")
    second.person.sees("just taken")
    second.person.sees("The nearest other times")
    assert second.person.page.title().startswith("Error:")
    assert second.person.page.locator(f'input[value="{value}"]').count() == 0

    near = second.person.page.locator(".near input[name=slot]").first.get_attribute("value")
    second.person.chooses("slot", str(near))
    second.person.presses("Continue", within="main")
    second.when = second.person.page.locator(".when").inner_text()
    when_they_confirm_it(second)


def test_a_closed_page_is_found_again_on_the_same_browser(people: People) -> None:
    patient = given_a_patient(people(script=False), NEW, "Returner")
    when_they_start_from_the_first_page(patient)
    when_they_answer_until(patient, "/intake/page/today-1")
    patient.person.page.close()
    patient.person.page = patient.person.context.new_page()
    patient.person.opens("/")
    patient.person.follows("Go on with your story")
    patient.person.sees("Completed")
    patient.person.follows("Go on", within="main .acts")
    assert patient.person.path == "/intake/page/today-1"
    patient.person.opens("/intake/page/you")
    assert patient.person.page.locator("[name=last_name]").input_value() == "Returner"


def test_a_visit_is_moved_and_canceled_by_the_private_link(clinic: Clinic, people: People) -> None:
    patient = given_answers_were_sent(people(), "Mover")
    when_they_choose_a_time(patient, "birmingham", 2)
    when_they_confirm_it(patient)
    link = then_mail_tells(patient, clinic, "Your visit is booked", "Birmingham")

    when_they_open_their_link(patient, people(script=False), link)
    before = visit_on(patient.person.page)
    patient.person.follows("Change the time or place")
    when_they_pick(patient, "auburn", 2, "Change my visit")
    patient.person.sees("Your visit is booked")
    after = visit_on(patient.person.page)
    assert after != before
    assert "Auburn" in after
    then_mail_tells(patient, clinic, "Your visit has a new time", "Auburn")

    when_they_open_their_link(patient, people(), link)
    patient.person.follows("Cancel the visit")
    patient.person.sees("Do you want to cancel this visit?")
    patient.person.presses("Cancel this visit")
    assert re.search(r"cancel", patient.person.reads(), re.I)
    then_mail_tells(patient, clinic, "Your visit is canceled")
    patient.person.opens("/visit")
    patient.person.sees("You have no visit yet")


def test_a_mouse_would_be_noticed(clinic: Clinic, people: People) -> None:
    person = people()
    person.opens("/")
    assert person.used_hands() == 0
    person.page.mouse.click(5, 5)
    assert person.used_hands() > 0
    person.page.evaluate("() => sessionStorage.clear()")
