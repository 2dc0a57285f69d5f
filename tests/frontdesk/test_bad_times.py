"""The same at the desk: a sentence, the nearest times, everything typed kept, nothing stored."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from clinic.accounts.rules import Role
from clinic.patients.models import Patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals.models import Referral
from clinic.referrals.rules import ReferralStatus
from clinic.scheduling.models import Appointment, ClinicianSession, VisitType
from clinic.scheduling.rules import State
from tests.frontdesk.test_views import CALLER, hidden, slots
from tests.scheduling.scene import Scene, build_scene
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.support.spoiling import FORGED, SAID, spoiled
from tests.support.staff import sign_in

NEAREST = "The nearest other times"
# Staff need no notice and are bound to no window: these two are refusals for patients alone.
AT_THE_DESK = {how: said for how, said in SAID.items() if how not in ("too soon", "too late")}


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two places with open times."""
    return build_scene(START)


@pytest.fixture
def desk(scene: Scene, client: PageClient) -> PageClient:
    """The front desk, signed in."""
    sign_in(client, Role.FRONT_DESK)
    return client


def form_of(desk: PageClient, url: str, *, number: int = 0) -> dict[str, str]:
    page = desk.get(url).text
    kept = {name: hidden(page, name) for name in ("key", "first_day", "version") if f'name="{name}"' in page}
    return (CALLER if url.endswith("caller") else {}) | kept | {"slot": slots(page)[number]}


def listed(desk: PageClient) -> str:
    """Somebody who waits for a time; the address of the page to book one."""
    desk.post("/staff/caller", form_of(desk, "/staff/caller") | {"slot": "none"}, status=302)
    return f"/staff/unbooked/{db.session.scalars(select(Referral.reference)).one()}"


def booked(desk: PageClient) -> str:
    """Somebody with a visit; the address of the page to move it."""
    desk.post("/staff/caller", form_of(desk, "/staff/caller"), status=302)
    return f"/staff/visits/{db.session.scalars(select(Appointment.id)).one()}/move"


def stored() -> tuple[int, int, list[tuple[State, object]]]:
    db.session.rollback()
    visits = db.session.execute(select(Appointment.state, Appointment.start_at)).all()
    people = db.session.scalar(select(func.count()).select_from(Patient)) or 0
    referrals = db.session.scalar(select(func.count()).select_from(Referral)) or 0
    return people, referrals, sorted((state, start) for state, start in visits)


PAGES = {"caller": lambda _: "/staff/caller", "waiting": listed, "visit": booked}


@pytest.mark.parametrize("how", AT_THE_DESK)
@pytest.mark.parametrize("which", PAGES)
def test_a_time_that_was_edited_is_refused(desk: PageClient, scene: Scene, which: str, how: str) -> None:
    url = PAGES[which](desk)
    given = form_of(desk, url, number=2)
    before = stored()
    page = desk.post(url, given | {"slot": spoiled(how, given["slot"], scene)}, status=422).text
    assert text_of(page).count(AT_THE_DESK[how]) >= 2  # in the summary and beside the times
    assert "<title>Error: " in page
    assert (NEAREST in page) is (how not in FORGED)
    if which == "caller":
        assert 'value="Ivy"' in page
        assert 'value="205.555.0133"' in page
    assert stored() == before
    form = given | {name: hidden(page, name) for name in ("version",) if f'name="{name}"' in page}
    desk.post(url, form | {"slot": slots(page)[0]}, status=302)


@pytest.mark.parametrize("which", PAGES)
@pytest.mark.parametrize(
    ("change", "said"), [("length", "its length has changed"), ("session", "no visits at this time")]
)
def test_what_is_set_up_changed_under_an_open_page(
    desk: PageClient, scene: Scene, which: str, change: str, said: str
) -> None:
    url = PAGES[which](desk)
    given = form_of(desk, url, number=2)
    who = scene.anna if scene.anna.hex in given["slot"] else scene.ben
    before = stored()
    with transaction():
        if change == "length":
            db.session.execute(update(VisitType).values(minutes=45))
        else:
            db.session.execute(delete(ClinicianSession).where(ClinicianSession.clinician_id == who))
    page = desk.post(url, given, status=422).text
    assert said in text_of(page)
    assert NEAREST in page
    assert stored() == before


def test_a_referral_that_was_withdrawn_is_not_booked(desk: PageClient) -> None:
    url = listed(desk)
    given = form_of(desk, url)
    with transaction():
        db.session.execute(update(Referral).values(status=ReferralStatus.WITHDRAWN))
    page = desk.post(url, given, status=422).text
    assert "This referral is closed" in text_of(page)
    assert stored()[2] == []


def test_a_person_who_got_a_visit_meanwhile_gets_no_second(desk: PageClient) -> None:
    url = listed(desk)
    first, second = form_of(desk, url), form_of(desk, url, number=6)
    desk.post(url, first, status=302)
    page = desk.post(url, second, status=422).text
    assert "has a visit already" in text_of(page)
    assert len(stored()[2]) == 1


def test_an_old_page_of_a_visit_that_was_moved(desk: PageClient) -> None:
    url = booked(desk)
    old = form_of(desk, url, number=4)
    desk.post(url, form_of(desk, url, number=6), status=302)
    before = stored()
    page = desk.post(url, old, status=422).text
    assert "changed meanwhile" in text_of(page)
    assert stored() == before
