"""A clinician asks one thing back: only that question opens, and the answer comes to the one who asked."""

import pytest

from tests.journeys.conftest import People
from tests.journeys.installation import Clinic
from tests.journeys.patient_steps import (
    Patient,
    given_a_patient,
    then_mail_tells,
    when_they_open_their_link,
)
from tests.journeys.person import Person
from tests.journeys.staff_steps import CLINICIAN, given_somebody_signed_in, when_the_clinician_opens
from tests.journeys.wire import Wire

TREATED = "fourteen-months-five-treatments"
CHANGE = "Since treatment began, how have things changed for you?"


def given_treated_answers_were_sent(person: Person, last_name: str) -> Patient:
    """Somebody with five treatments has sent the answers in."""
    patient = given_a_patient(person, TREATED, last_name)
    wire = Wire(person.context.request)
    wire.begin_intake()
    given = {"last_name": last_name, "email": patient.email, "email_none": []}
    wire.answer_until("/intake/check", TREATED, **given)
    wire.post("/intake/submit")
    return patient


def when_the_clinician_asks(clinician: Person, question: str) -> None:
    """Tick one question, write a sentence, send it."""
    clinician.follows("Ask the patient")
    box = clinician.page.get_by_label(question)
    clinician.reach(box)
    clinician.page.keyboard.press("Space")
    clinician.types("sentence", "Please think of the last six weeks.")
    clinician.presses("Send the questions, next")


def when_the_patient_answers(patient: Patient, choice: str) -> None:
    """From the home of the visit through the only question to the button that sends."""
    person = patient.person
    person.follows("Answer the question")
    person.sees("Please think of the last six weeks.")
    person.follows("Answer now")
    assert person.page.locator("main input[type=radio]").count() == 8
    assert person.page.locator("[name=trend]").count() == 0  # on the same page of the form, and not asked
    person.chooses("overall_change", choice)
    person.presses("Continue", within="main")
    person.presses("Send my answers")
    person.sees("We have your answer")


@pytest.mark.parametrize("script", [True, False])
def test_a_question_goes_out_and_its_answer_comes_back(clinic: Clinic, people: People, script: bool) -> None:
    name = "Askwell" if script else "Askplain"
    patient = given_treated_answers_were_sent(people(script=script), name)
    clinician = given_somebody_signed_in(people(size="desk", script=script), CLINICIAN)
    when_the_clinician_opens(clinician, patient.name)
    address = clinician.page.url.partition("?")[0]
    when_the_clinician_asks(clinician, CHANGE)
    assert not clinician.page.url.startswith(address)  # the next item is open
    clinician.opens(address)
    clinician.sees("Waiting for the patient")

    link = then_mail_tells(patient, clinic, "A question for you")
    when_they_open_their_link(patient, people(script=script), link)
    when_the_patient_answers(patient, "very_much_better")

    clinician.opens("/staff/worklist")
    row = clinician.page.locator("tbody tr", has=clinician.page.get_by_role("link", name=patient.name))
    assert "nswered" in row.inner_text()
    clinician.opens(address)
    clinician.sees("New run beside the old one")
    clinician.sees("answers came back")
    assert clinician.page.locator("#a-overall_change .tag").inner_text() == "Changed"
    assert clinician.page.get_by_text("rules 2026.1 suggested").count() == 2
