"""Will you come? GET asks, POST says yes once; moved, canceled and begun visits get a clear sentence."""

from datetime import timedelta

import pytest

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.patients.service import link_token
from clinic.scheduling import service as scheduling
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries import appointment_card
from clinic.scheduling.registry import registry
from clinic.scheduling.rules import State
from tests.referrals.browsing import book, hidden, pick
from tests.referrals.cast import Sent, come_in, rows_of
from tests.scheduling.scene import DESK
from tests.support.app import START, FixedClock
from tests.support.client import PageClient, text_of

COMING = "/visit/coming"


@pytest.fixture
def booked(client: PageClient, sent: Sent) -> PageClient:
    """Somebody who has booked a visit."""
    come_in(client, sent)
    book(client)
    return client


def visit() -> Appointment:
    (row,) = rows_of(Appointment)
    assert isinstance(row, Appointment)
    return row


def form(client: PageClient, url: str = COMING) -> dict[str, str]:
    return {"version": hidden(client.get(url).text, "version")}


def test_looking_says_nothing_and_pressing_says_yes_once(booked: PageClient) -> None:
    for _ in range(3):
        assert "I will come" in booked.get(COMING).text
    assert visit().attendance_confirmed_at is None
    said = form(booked)
    for _ in range(2):
        page = booked.follow(booked.post(COMING, said, status=303)).text
        assert "Thank you. We expect you." in text_of(page)
    assert (visit().attendance_confirmed_at, visit().version) == (START, 3)
    events = [row.action for row in rows_of(AuditEvent)]
    assert events.count(Action.APPOINTMENT_ATTENDANCE_CONFIRMED) == 1
    assert "I will come" not in booked.get("/visit").text
    assert "You told us that you will come" in text_of(booked.get("/visit").text)


def test_the_first_page_of_the_link_asks_at_once(booked: PageClient) -> None:
    booked.post(COMING, form(booked, "/visit"), status=303)
    assert visit().attendance_confirmed_at == START


def test_a_mail_leads_to_the_page_that_asks(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    book(client)
    url = registry().manage_url(visit().id)
    assert url is not None
    assert url.endswith(f"/go/{link_token(sent.referral.link_id)}")
    other = PageClient(client.app)
    assert "I will come" not in other.get(url).text
    assert visit().attendance_confirmed_at is None


def test_a_visit_that_was_moved_meanwhile_is_shown_again_before_anybody_says_yes(
    booked: PageClient,
) -> None:
    stale = form(booked)
    booked.post("/visit/change", pick(booked, 5, "/visit/change"), status=303)
    page = booked.post(COMING, stale, status=409).text
    assert "changed meanwhile" in page
    assert "I will come" in page
    assert visit().attendance_confirmed_at is None
    booked.post(COMING, form(booked), status=303)
    assert visit().attendance_confirmed_at == START
    booked.post("/visit/change", pick(booked, 2, "/visit/change"), status=303)
    assert visit().attendance_confirmed_at is None  # said of the other time


def test_after_it_was_canceled_there_is_nothing_to_confirm(booked: PageClient) -> None:
    said = form(booked)
    scheduling.cancel(visit().id, actor=DESK, now=START)
    assert "There is no visit to confirm" in booked.follow(booked.post(COMING, said, status=303)).text
    assert visit().state is State.CANCELLED


def test_after_it_has_begun_a_call_helps(booked: PageClient, clock: FixedClock, sent: Sent) -> None:
    said = form(booked)
    clock.now = visit().start_at + timedelta(minutes=1)
    come_in(booked, sent)
    page = booked.post(COMING, said, status=409).text
    assert "This visit has already begun" in text_of(page)
    assert appointment_card(visit().id).location.phone.replace("-", "")[-4:] in page
    assert visit().attendance_confirmed_at is None
    assert "already begun" in text_of(booked.get(COMING).text)


@pytest.mark.parametrize("version", ["", "x", "9" * 12, "-1"])
def test_a_changed_form_is_answered_in_words(booked: PageClient, version: str) -> None:
    booked.post(COMING, {"version": version}, status=422)
    assert visit().attendance_confirmed_at is None
