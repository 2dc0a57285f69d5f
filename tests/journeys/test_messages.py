"""From the mail to "I will come" and to the desk, by keys and without a script."""

from tests.journeys.conftest import People
from tests.journeys.installation import Clinic
from tests.journeys.patient_steps import (
    then_mail_tells,
    when_they_choose_a_time,
    when_they_confirm_it,
    when_they_open_their_link,
)
from tests.journeys.staff_steps import DESK, given_somebody_signed_in, when_the_desk_finds_the_visit
from tests.journeys.test_booking import given_answers_were_sent


def test_the_mail_asks_the_patient_answers_and_the_desk_knows(people: People, clinic: Clinic) -> None:
    patient = given_answers_were_sent(people(), "Willcome")
    patient.person.opens("/visit")
    when_they_choose_a_time(patient, "birmingham", 4)
    when_they_confirm_it(patient)
    link = then_mail_tells(patient, clinic, "Your visit is booked", "Will you come?")

    when_they_open_their_link(patient, people(script=False), link)
    patient.person.presses("I will come")
    patient.person.sees("Thank you. We expect you.")
    patient.person.follows("Your visit", within="body")
    patient.person.sees("You told us that you will come.")

    desk = given_somebody_signed_in(people(script=False, size="desk"), DESK)
    when_the_desk_finds_the_visit(desk, patient.name)
    desk.sees("that they will come")
    desk.sees("Reminder, 24 hours before")
    desk.presses("Called instead Reminder", within="main")
    desk.sees("Noted. This message will not be sent.")
    desk.opens("/staff/messages?show=called")
    desk.sees(patient.name)
