"""“Why not this time?” as the desk uses it: every reason in words, ways on, and booking it anyway."""

import re
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, select

from clinic.accounts.models import Staff
from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.clock import CENTRAL, central_date
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from clinic.platform.transaction import transaction
from clinic.scheduling.models import Appointment, ClinicianSession, DatedHours, Location, SessionBreak
from clinic.scheduling.rules import DatedKind
from clinic.scheduling.service import add_closure
from clinic.web.demo.staff import set_up_clinic
from tests.frontdesk.test_views import caller_form, hidden, slots
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in

WHY = "Her ride leaves early."


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    """The front desk, signed in, of a clinic with places and hours."""
    set_up_clinic(central_date(now()) - timedelta(days=1), now())
    sign_in(client, Role.FRONT_DESK)
    return client


@pytest.fixture
def visit(desk: PageClient) -> Appointment:
    """A visit that stands at the first open time."""
    desk.post("/staff/caller", caller_form(desk), status=302)
    return the_visit()


@pytest.fixture
def waiting(desk: PageClient) -> str:
    """The reference of somebody without a visit."""
    other = {"first_name": "Uma", "phone": "205.555.0134", "email": "uma@example.com", "slot": "none"}
    desk.post("/staff/caller", caller_form(desk, **other), status=302)
    found = re.search(r'href="/staff/unbooked/([^"]+)"', desk.get("/staff/unbooked").text)
    assert found
    return found[1]


def the_visit() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment).order_by(Appointment.created_at)).all()[-1]


def ask(about: Appointment, **changes: str) -> dict[str, str]:
    """The time of this visit, as the page's form sends it."""
    local = about.start_at.astimezone(CENTRAL)
    return {
        "type": about.visit_type_id.hex,
        "clinician": about.clinician_id.hex,
        "place": about.location_id.hex,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
    } | changes


def address(given: dict[str, str]) -> str:
    return "/staff/why-not?" + "&".join(f"{name}={value}" for name, value in given.items())


def said(desk: PageClient, given: dict[str, str], status: int = 200) -> str:
    return text_of(desk.get(address(given), status=status).text)


def local_day(visit: Appointment) -> date:
    return visit.start_at.astimezone(CENTRAL).date()


def test_a_booked_time_names_no_patient_and_leads_to_the_visit(desk: PageClient, visit: Appointment) -> None:
    page = desk.get(address(ask(visit))).text
    text = text_of(page)
    assert "Booked, " in text
    assert "Ivy" not in text
    assert f'href="/staff/visits/{visit.id}"' in page
    assert "Open that day" in text
    assert "The clinician is free" not in text
    assert "The nearest times that work" in text
    assert "Start from the person" in text


def test_an_open_time_says_so_and_the_nearest_ones_are_open(desk: PageClient, visit: Appointment) -> None:
    page = desk.get(address(ask(visit))).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/staff/why-not\?[^"]+)"', page)]
    assert len(links) == 4
    for link in links:
        assert "nothing speaks against it" in text_of(desk.get(link).text)


def set_up(visit: Appointment, **what: object) -> None:
    day, who, where = local_day(visit), visit.clinician_id, visit.location_id
    at = visit.start_at.astimezone(CENTRAL).time()
    later = (datetime.combine(day, at) + timedelta(minutes=30)).time()
    if "closure" in what:
        add_closure(first_day=day, last_day=day, name="Founders Day", actor=Actor.system(), now=now())
    with transaction():
        if "away" in what:
            given = {
                "id": uuid4(),
                "clinician_id": who,
                "kind": DatedKind.AWAY,
                "day": day,
                "name": "Conference",
            }
            db.session.execute(insert(DatedHours).values(given | {"opens": at, "closes": later}))
        if "break" in what:
            session = db.session.scalars(
                select(ClinicianSession).where(
                    ClinicianSession.clinician_id == who,
                    ClinicianSession.location_id == where,
                    ClinicianSession.weekday == day.weekday(),
                    ClinicianSession.opens <= at,
                    ClinicianSession.closes > at,
                )
            ).first()
            assert session is not None
            pause = {"id": uuid4(), "session_id": session.id, "opens": at, "closes": later}
            db.session.execute(insert(SessionBreak).values(pause))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("closure", "Closed: Founders Day"),
        ("away", ": Conference"),
        ("break", "Break, "),
    ],
)
def test_what_is_set_up_is_called_by_its_name(
    desk: PageClient, visit: Appointment, what: str, words: str
) -> None:
    set_up(visit, **{what: True})
    text = said(desk, ask(visit))
    assert words in text
    assert "Booked, " in text, "every reason is told, not the first one only"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"time": "03:00"}, "Outside the hours of"),
        ({"date": "2020-01-01"}, "This time has passed"),
        ({"date": "2099-12-31"}, "More than a year ahead"),
    ],
)
def test_times_that_are_never_offered(
    desk: PageClient, visit: Appointment, changes: dict[str, str], words: str
) -> None:
    assert words in said(desk, ask(visit, **changes))


def test_dates_and_times_may_be_typed_as_americans_do(desk: PageClient, visit: Appointment) -> None:
    local = visit.start_at.astimezone(CENTRAL)
    typed = {"date": f"{local.month}/{local.day}/{local.year}", "time": f"{local:%I:%M} {local:%p}".lower()}
    assert "Booked, " in said(desk, ask(visit, **typed))


def test_off_the_raster(desk: PageClient, visit: Appointment) -> None:
    local = visit.start_at.astimezone(CENTRAL) + timedelta(minutes=5)
    assert "Visits start every" in said(desk, ask(visit, time=f"{local:%H:%M}"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": ""}, "Enter a date"),
        ({"date": "2026-02-30"}, "Enter a date"),
        ({"date": "0001-01-01"}, "Enter a date"),
        ({"date": "9999-12-31"}, "Enter a date"),
        ({"date": "tomorrow"}, "Enter a date"),
        ({"date": "13/8/2026"}, "Enter a date"),
        ({"time": "25:99"}, "must be a time of day"),
        ({"time": "13:00 pm"}, "must be a time of day"),
        ({"time": ""}, "must be a time of day"),
        ({"time": "09:03"}, "steps of five minutes"),
        ({"clinician": UUID(int=9).hex}, "Choose the clinician"),
        ({"clinician": "x"}, "Choose the clinician"),
        ({"place": UUID(int=9).hex}, "Choose the place"),
        ({"type": UUID(int=9).hex}, "Choose the visit type"),
        ({"type": ""}, "Choose the visit type"),
    ],
)
def test_what_cannot_be_read_has_its_words_beside_the_field(
    desk: PageClient, visit: Appointment, changes: dict[str, str], words: str
) -> None:
    given = ask(visit, **changes)
    page = desk.get(address(given), status=422).text
    assert words in text_of(page)
    assert f'value="{given["date"]}"' in page, "what was typed is kept"


def test_nothing_asked_is_an_empty_form_and_unknown_people_are_not_found(desk: PageClient) -> None:
    assert "Why not this time?" in said(desk, {})
    for stray in ({"reference": "K7Q-NOPE"}, {"visit": str(UUID(int=5))}, {"visit": "x"}):
        desk.get(address(stray), status=404)


def anyway(page: str, **changes: str) -> dict[str, str]:
    names = ("type", "clinician", "place", "date", "time", "reference", "visit", "key", "version", "shown")
    form = page[page.index('class="why-any"') :]
    return {name: hidden(form, name) for name in names} | {"reason": WHY, "anyway": "1"} | changes


def test_book_anyway_for_somebody_who_waits(desk: PageClient, visit: Appointment, waiting: str) -> None:
    page = desk.get(address(ask(visit, reference=waiting))).text
    assert "Uma" in text_of(page)
    assert "Ivy" not in text_of(page)
    form = anyway(page)
    answer = desk.post("/staff/why-not", form, status=303)
    shown = text_of(desk.follow(answer).text)
    for words in ("Squeezed in", "Two visits at a time", WHY, "Uma"):
        assert words in shown
    assert text_of(desk.get(f"/staff/today?day={local_day(visit)}").text).count("Squeezed in") == 1
    desk.post("/staff/why-not", form, status=303)  # the double click
    db.session.rollback()
    assert len(db.session.scalars(select(Appointment)).all()) == 2
    events = db.session.scalars(select(AuditEvent).filter_by(action=Action.APPOINTMENT_OVERRIDDEN)).all()
    assert [event.facts["set_aside"] for event in events] == [["taken"]]
    assert WHY not in str([event.facts for event in events])


def test_the_reason_is_required_and_everything_is_kept(
    desk: PageClient, visit: Appointment, waiting: str
) -> None:
    form = anyway(desk.get(address(ask(visit, reference=waiting))).text)
    for reason in ("", "   ", "x" * 501):
        page = desk.post("/staff/why-not", form | {"reason": reason}, status=422).text
        assert 'id="reason-error"' in page
        assert "Booked, " in text_of(page)
    db.session.rollback()
    assert len(db.session.scalars(select(Appointment)).all()) == 1


def test_a_form_that_was_changed_is_refused(desk: PageClient, visit: Appointment, waiting: str) -> None:
    form = anyway(desk.get(address(ask(visit, reference=waiting))).text)
    for changes in ({"clinician": UUID(int=9).hex}, {"date": "x"}, {"time": "25:99"}, {"reference": ""}):
        desk.post("/staff/why-not", form | changes, status=422)
    desk.post("/staff/why-not", form | {"reference": "K7Q-NOPE"}, status=404)
    desk.post("/staff/why-not", form | {"key": ""}, status=422)
    desk.post("/staff/why-not", form | {"minutes": "5"}, status=422)  # no pretended length
    longer = desk.post("/staff/why-not", form | {"shown": form["shown"].replace("60", "45")}, status=409).text
    assert "minutes" in text_of(longer), "a length that changed since is told"
    page = desk.post("/staff/why-not", form | {"date": "2020-01-01"}, status=409).text
    assert "This time has passed" in text_of(page)


def test_move_it_anyway(desk: PageClient, visit: Appointment, waiting: str) -> None:
    local = visit.start_at.astimezone(CENTRAL)
    late = ask(visit, time="20:00", visit=str(visit.id))
    page = desk.get(address(late)).text
    assert "Ivy" in text_of(page)
    form = anyway(page)
    desk.post("/staff/why-not", form | {"version": "7"}, status=409)
    shown = text_of(desk.follow(desk.post("/staff/why-not", form, status=303)).text)
    assert "Outside the sessions" in shown
    moved = the_visit()
    assert moved.start_at == datetime.combine(local.date(), time(20), CENTRAL)
    assert moved.overridden
    page = desk.get(f"/staff/visits/{visit.id}/move").text
    assert f"/staff/why-not?visit={visit.id}" in page
    form = {name: hidden(page, name) for name in ("version", "first_day")} | {"slot": slots(page)[0]}
    shown = text_of(desk.follow(desk.post(f"/staff/visits/{visit.id}/move", form, status=302)).text)
    assert "The visit was moved to an ordinary time since." in shown


def test_the_nearest_times_lead_straight_into_booking(
    desk: PageClient, visit: Appointment, waiting: str
) -> None:
    page = desk.get(address(ask(visit, reference=waiting))).text
    near = page[page.index('class="why-next"') :]
    form = {name: hidden(near, name) for name in ("key", "first_day", "slot")}
    answer = desk.post(f"/staff/unbooked/{waiting}", form, status=302)
    assert "Uma" in text_of(desk.follow(answer).text)
    assert not the_visit().overridden


def test_a_visit_that_is_moved_does_not_stand_in_its_own_way(desk: PageClient, visit: Appointment) -> None:
    own = said(desk, ask(visit, visit=str(visit.id)))
    assert "nothing speaks against it" in own
    other = db.session.scalars(select(Location).where(Location.id != visit.location_id)).first()
    assert other is not None
    page = text_of(desk.get(address(ask(visit, place=other.id.hex, visit=str(visit.id)))).text)
    assert "The patient is free" in page


def test_clinicians_may_too_but_admins_may_not_look(app: Flask, client: PageClient) -> None:
    set_up_clinic(central_date(now()) - timedelta(days=1), now())
    sign_in(client, Role.ADMIN)
    client.get("/staff/why-not", status=403)
    assert db.session.scalars(select(Staff)).first() is not None
