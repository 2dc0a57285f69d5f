"""A day with visits is closed: one patient is moved, the desk calls the other; undone, both are back."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from flask import Flask

from clinic.kernel.clock import CENTRAL, central
from clinic.kernel.permissions import Actor
from clinic.kernel.wording import us_date
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.scheduling import queries, service
from clinic.scheduling.rules import Wanted
from tests.journeys.clock import clock
from tests.journeys.conftest import People
from tests.journeys.installation import Clinic
from tests.journeys.staff_steps import CLINICIAN, DESK, MANAGER, given_somebody_signed_in
from tests.support.cast import staff_actor

DAY = date(2027, 1, 12)  # a Tuesday on which no demo person has a visit


def given_a_visit(app: Flask, first_name: str, at: time) -> tuple[UUID, str]:
    """Somebody with a visit at Dr. Fernwood's on that day: its id and its reference."""
    with app.app_context():
        details = PatientDetails(
            first_name=first_name,
            last_name="Closeday",
            birth_date=date(1971, 3, 4),
            phone="205-555-0151",
            email=address_of(first_name),
        )
        clinician = staff_actor(CLINICIAN).id
        place = next(one.id for one in queries.locations() if one.slug == "birmingham")
        assert clinician
        kind = next(one.id for one in queries.visit_types() if one.before_decision)
        wanted = Wanted(datetime.combine(DAY, at, tzinfo=CENTRAL), clinician, place, kind)
        patient = register(details, Actor.system(), clock())
        desk = staff_actor(DESK)
        row = service.book(wanted, patient_id=patient, key=uuid4().hex, actor=desk, now=clock())
        return row.id, row.reference


def address_of(first_name: str) -> str:
    """Where their mail goes."""
    return f"{first_name.lower()}.closeday@example.com"


def day_of(app: Flask, visit: UUID) -> date:
    """The local day of a visit."""
    with app.app_context():
        return central(queries.appointment_card(visit).start_at).date()


def test_a_day_with_visits_is_closed_and_opened_again(clinic: Clinic, people: People) -> None:
    app = clinic.app()
    moved, reference = given_a_visit(app, "Willa", time(9))
    left, other = given_a_visit(app, "Amos", time(13))
    manager = given_somebody_signed_in(people(script=False, size="desk"), MANAGER)
    manager.follows("Set up")
    manager.follows("Close days")
    for part, text in (("month", "jan"), ("day", str(DAY.day)), ("year", str(DAY.year))):
        manager.types(f"first_day-{part}", text)
    manager.types("name", "Burst pipe")
    manager.presses("Show what this changes")
    manager.sees("2 coming visits no longer fit")
    manager.sees(reference)
    manager.sees(other)
    manager.sees_no("Closeday")
    first_time = manager.page.locator(f"[name=move-{moved.hex}]").nth(1).get_attribute("value")
    manager.chooses(f"move-{moved.hex}", str(first_time))
    manager.presses("Make this change")
    manager.sees("Done. Closed, all places")

    assert day_of(app, moved) != DAY
    assert day_of(app, left) == DAY
    with app.app_context():
        new_day = us_date(queries.appointment_card(moved).start_at)
    assert new_day in clinic.mail_to(address_of("Willa"), "Your visit has a new time").text
    desk = given_somebody_signed_in(people(size="desk"), DESK)
    desk.follows("Call-backs")
    desk.sees("Amos Closeday")
    desk.sees_no("Willa Closeday")

    manager.follows("Undo", within="main .flash")
    manager.sees("What comes back")
    manager.sees(reference)
    manager.presses("Undo this change")
    manager.sees("Undone. Everything is as it was before the change.")
    assert day_of(app, moved) == day_of(app, left) == DAY
    desk.follows("Call-backs")
    desk.sees_no("Closeday")
    manager.follows("All changes")
    manager.sees("Undone Tue, Dec 1")
