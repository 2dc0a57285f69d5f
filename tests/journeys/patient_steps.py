"""What patients do, in their words."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from icalendar import Calendar

from tests.intake.walking import persona
from tests.journeys.installation import Clinic
from tests.journeys.person import Answers, Person

MOST_PAGES = 60


@dataclass
class Patient:
    """A persona at a keyboard, and what they have been told."""

    person: Person
    answers: dict[str, Any]
    treatments: dict[str, Answers]
    reference: str = ""
    visit_reference: str = ""
    when: str = ""
    seen: list[str] = field(default_factory=list)

    @property
    def email(self) -> str:
        """Where mail reaches them."""
        return str(self.answers["email"])

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.answers['first_name']} {self.answers['last_name']}"


def given_a_patient(person: Person, known_as: str, last_name: str, **other: Any) -> Patient:
    """A checked-in persona with a last name of their own, who has e-mail."""
    told = persona(known_as)
    answers = {name: value for name, value in told["answers"].items() if name != "email_none"}
    mail = {"last_name": last_name, "email": f"{last_name}@example.com".lower()}
    return Patient(person, answers | mail | other, told.get("treatments", {}))


def when_they_start_from_the_first_page(patient: Patient) -> None:
    """The first page, the page before the form, the first question."""
    patient.person.opens("/")
    patient.person.follows("Start your story")
    patient.person.presses("Start", within="main")


def when_they_answer_one_page(patient: Patient) -> None:
    """Fill in what is asked and choose Continue."""
    person = patient.person
    about = person.hidden("about")
    patient.seen.append(person.path)
    person.fills_in({**patient.answers, **patient.treatments.get(about, {})})
    person.presses("Continue", within="main")


def when_they_answer_until(patient: Patient, path: str) -> None:
    """Answer page after page until they stand at this address."""
    for _ in range(MOST_PAGES):
        if patient.person.path.startswith(path):
            return
        when_they_answer_one_page(patient)
        assert "Error:" not in patient.person.page.title(), patient.person.reads()
    raise AssertionError(f"{path} was not reached: {patient.seen}")


def when_they_send_their_answers(patient: Patient) -> None:
    """Look through the answers, send them, keep the reference."""
    patient.person.sees(patient.name.split()[1])
    patient.person.presses("Send my answers")
    patient.person.sees("We have your answers")
    patient.reference = patient.person.page.locator(".when b").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", patient.reference)


def when_they_choose_a_time(patient: Patient, place: str, number: int = 0) -> None:
    """From any page with "Choose a time": the n-th time that is offered at a place, held for them."""
    patient.person.follows("Choose a time")
    when_they_pick(patient, place, number)
    patient.person.sees("Is this right?")
    patient.when = patient.person.page.locator(".when").inner_text()


def when_they_pick(patient: Patient, place: str, number: int = 0, button: str = "Continue") -> None:
    """Choose the n-th time at a place on the page with the times."""
    value = patient.person.page.locator(f"#{place} input[name=slot]").nth(number).get_attribute("value")
    assert value, f"no time at {place}"
    patient.person.chooses("slot", value)
    patient.person.presses(button, within="main")


def when_they_confirm_it(patient: Patient) -> None:
    """Book the held time."""
    patient.person.presses("Book this visit")
    then_the_visit_is_booked(patient)


def then_the_visit_is_booked(patient: Patient) -> None:
    """The confirmation names time, place and a reference."""
    person = patient.person
    person.sees("Your visit is booked")
    assert person.page.locator(".when").inner_text().split("\n")[0] == patient.when.split("\n")[0]
    patient.visit_reference = person.page.locator("main strong.num").inner_text()


def then_the_calendar_file_says_when_and_where_and_no_more(patient: Patient, town: str) -> None:
    """One event, with the clinic's name, the place and the time."""
    file = patient.person.saves("Add it to your calendar")
    held = Calendar.from_ical(file.path().read_bytes())
    (event,) = held.walk("VEVENT")
    assert town in str(event["LOCATION"])
    begins = event.decoded("DTSTART")
    assert isinstance(begins, datetime)
    assert begins.tzinfo is not None
    said = file.path().read_text().lower()
    for word in ("crps", "pain", "phase", "consultation", patient.answers["last_name"].lower()):
        assert word not in said, word


def then_mail_tells(patient: Patient, clinic: Clinic, subject: str, *words: str) -> str:
    """The worker has sent it; it stands on the page with the mail. Returns the private link in it, if any."""
    mail = clinic.mail_to(patient.email, subject)
    patient.person.opens(f"/dev/mail/{mail.name}")
    patient.person.sees(subject)
    for word in words:
        patient.person.sees(word)
    link = re.search(r"http://\S+/go/\S+", mail.text)
    return link.group() if link else ""


def when_they_open_their_link(patient: Patient, person: Person, link: str) -> None:
    """On another device: the link, its button, the birth date."""
    patient.person = person
    person.opens(link)
    person.presses("Open my page")
    person.sees("date of birth")
    for part in ("month", "day", "year"):
        person.types(f"born-{part}", str(patient.answers[f"birth_date_{part}"]))
    person.presses("Continue", within="main")
