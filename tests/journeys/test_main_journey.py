"""From the first question to the visit, by keyboard alone, with JavaScript and without."""

import pytest

from tests.journeys.conftest import People
from tests.journeys.installation import Clinic
from tests.journeys.patient_steps import (
    given_a_patient,
    then_mail_tells,
    then_the_calendar_file_says_when_and_where_and_no_more,
    when_they_answer_until,
    when_they_choose_a_time,
    when_they_confirm_it,
    when_they_open_their_link,
    when_they_send_their_answers,
    when_they_start_from_the_first_page,
)
from tests.journeys.staff_steps import (
    CLINICIAN,
    DESK,
    given_somebody_signed_in,
    when_the_clinician_decides,
    when_the_clinician_opens,
    when_the_desk_books_a_caller,
    when_the_desk_checks_somebody_in,
    when_the_desk_finds_the_visit,
)

SIX_YEARS = "six-years-twelve-treatments"
FIVE_TREATMENTS = "fourteen-months-five-treatments"


@pytest.mark.parametrize(
    ("script", "known_as", "last_name", "place", "town", "size"),
    [
        (True, SIX_YEARS, "Scripton", "auburn", "Auburn", "phone"),
        (False, FIVE_TREATMENTS, "Plainly", "birmingham", "Birmingham", "desk"),
    ],
    ids=["with-script", "without-script"],
)
def test_a_story_becomes_a_visit(
    clinic: Clinic,
    people: People,
    *,
    script: bool,
    known_as: str,
    last_name: str,
    place: str,
    town: str,
    size: str,
) -> None:
    patient = given_a_patient(people(script=script, size=size), known_as, last_name)
    when_they_start_from_the_first_page(patient)
    when_they_answer_until(patient, "/intake/check")
    when_they_send_their_answers(patient)
    received = then_mail_tells(patient, clinic, "We have your answers", patient.reference)

    patient.person.opens("/visit/received")
    when_they_choose_a_time(patient, place, 2)
    when_they_confirm_it(patient)
    then_the_calendar_file_says_when_and_where_and_no_more(patient, town)
    then_mail_tells(patient, clinic, "Your visit is booked", town, "BEGIN:VCALENDAR")

    clinician = given_somebody_signed_in(people(script=script, size="desk"), CLINICIAN)
    when_the_clinician_opens(clinician, patient.name)
    clinician.sees(patient.reference)
    clinician.sees("Suggested phase")
    when_the_clinician_decides(clinician, "phase_two")
    clinician.sees(f"Decided: {patient.reference}")

    news = then_mail_tells(patient, clinic, "There is news about your visit")
    assert news == received
    when_they_open_their_link(patient, people(script=script), news)
    patient.person.sees("A clinician has read your answers")
    patient.person.sees("Phase Two")
    patient.person.sees("Bring your list of questions.")
    patient.person.sees(patient.visit_reference)

    desk = given_somebody_signed_in(people(script=script, size="desk"), DESK)
    when_the_desk_finds_the_visit(desk, patient.name)
    desk.sees(patient.visit_reference)
    desk.sees_no("Phase")
    when_the_desk_checks_somebody_in(desk)

    when_the_desk_books_a_caller(desk, last_name + "-Caller")
    desk.sees("Booked. Read out the reference")
