"""The patient's pages: closed to strangers, one booking for any number of clicks, nothing told too early."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.kernel.permissions import Actor
from clinic.patients.service import link_token
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import service
from clinic.referrals.rules import Choice
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.rules import FlagSource
from clinic.safety.service import raise_flags
from clinic.scheduling.models import Appointment, Location
from clinic.scheduling.rules import State, read_wanted
from tests.referrals.browsing import book, hidden, pick, slots
from tests.referrals.cast import BORN, Sent, come_in, rows_of, send_in
from tests.scheduling.scene import Scene
from tests.support.app import START, FixedClock
from tests.support.client import PageClient


def test_a_private_link_asks_for_the_birth_date_before_anything_is_shown(
    client: PageClient, sent: Sent
) -> None:
    for url in ("/visit", "/visit/times", "/visit/booked", "/visit/received"):
        assert sent.referral.reference not in client.get(url).text
    page = come_in(client, sent).text
    assert sent.referral.reference in page


def test_a_wrong_birth_date_shows_nothing_and_the_tries_are_counted(client: PageClient, sent: Sent) -> None:
    url = f"/go/{link_token(sent.referral.link_id)}"
    client.get(url)
    client.post(url, status=303)
    wrong = {"born-month": "1", "born-day": "1", "born-year": "1970"}
    for _ in range(10):
        answer = client.post("/visit/birth-date", wrong, status=422)
        assert "not the date of birth" in answer.text
        assert 'value="1970"' in answer.text
    client.post("/visit/birth-date", wrong, status=429)
    right = {"born-month": str(BORN.month), "born-day": str(BORN.day), "born-year": str(BORN.year)}
    client.post("/visit/birth-date", right, status=429)
    client.get("/visit", status=302)


def test_a_double_click_books_once_and_going_back_books_nothing_new(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    chosen = pick(client)
    for _ in range(2):
        client.post("/visit/times", chosen, status=303)
    for _ in range(2):
        answer = client.post("/visit/confirm", status=303)
        assert answer.headers["Location"].endswith("/visit/booked")
    client.post("/visit/times", chosen, status=303)
    (visit,) = rows_of(Appointment)
    assert visit.state is State.BOOKED
    assert visit.reference in client.get("/visit/booked").text


def test_what_to_bring_is_what_the_place_of_the_visit_says(client: PageClient, sent: Sent) -> None:
    ours = "Letters or test results"
    come_in(client, sent)
    assert ours in client.get("/visit/received").text
    book(client)
    for url in ("/visit/booked", "/visit"):
        page = client.get(url).text
        assert "<li>Your insurance card</li>" in page
        assert ours not in page
    with transaction():
        db.session.execute(update(Location).values(bring=""))
    assert ours in client.get("/visit/booked").text


def test_a_lost_race_keeps_the_page_and_offers_the_nearest_times(
    client: PageClient, scene: Scene, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(client, sent)
    chosen = pick(client)
    other = send_in(monkeypatch, START, first_name="Otto")
    wanted = read_wanted(chosen["slot"], scene.first_visit)
    service.hold_time(other.referral.id, wanted, key="o", actor=other.patient, now=START)
    answer = client.post("/visit/times", chosen, status=409)
    assert "just taken" in answer.text
    assert "The nearest other times" in answer.text
    assert "<title>Error:" in answer.text


@pytest.mark.parametrize("code", ["RF-STROKE", "RF-SUICIDE", "RF-WOUND"])
def test_forged_posts_of_somebody_with_an_open_flag_book_nothing(
    client: PageClient, sent: Sent, code: str
) -> None:
    come_in(client, sent)
    page = client.get("/visit/times").text
    chosen = pick(client)
    client.post("/visit/times", chosen, status=303)
    raise_flags(sent.referral.patient_id, None, [code], FlagSource.PATIENT, sent.patient, now=START)
    client.post("/visit/confirm", status=303)
    assert [row.state for row in rows_of(Appointment)] == [State.REQUESTED]
    client.post("/visit/extend", status=303)
    forged = {"slot": slots(page)[3], "key": "forged"}
    client.post("/visit/times", forged)
    assert State.BOOKED not in {row.state for row in rows_of(Appointment)}
    assert len(rows_of(CallBack)) == 1
    shown = client.get("/visit").text
    assert 'href="tel:911"' in shown
    assert ('class="call call--911" href="tel:988"' in shown) is (code == "RF-SUICIDE")


def test_with_a_flag_a_time_is_asked_for_and_kept(client: PageClient, sent: Sent) -> None:
    raise_flags(sent.referral.patient_id, None, ["RF-DVT"], FlagSource.PATIENT, sent.patient, now=START)
    come_in(client, sent)
    assert "Ask for a time" in client.get("/visit/times").text
    client.post("/visit/times", pick(client), status=303)
    (visit,) = rows_of(Appointment)
    assert visit.state is State.REQUESTED
    assert "We keep this time for you" in client.get("/visit/booked").text


@pytest.mark.parametrize(
    "given",
    [
        {"slot": "", "key": "k"},
        {"slot": "nonsense", "key": "k"},
        {"slot": "1.2.3", "key": "k"},
        {"slot": "9" * 199, "key": "k"},
        {"slot": "\x00", "key": "k"},
        {"slot": "call", "key": "k", "unknown": "field"},
        {},
    ],
)
def test_bad_input_is_answered_in_words(client: PageClient, sent: Sent, given: dict[str, str]) -> None:
    come_in(client, sent)
    client.get("/visit/times")
    assert client.post("/visit/times", given).status_code in (409, 422)
    assert rows_of(Appointment) == []


def test_none_of_these_is_a_call_back(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    key = hidden(client.get("/visit/times").text, "key")
    client.follow(client.post("/visit/times", {"slot": "call", "key": key}, status=303))
    assert len(rows_of(CallBack)) == 1


def test_moving_and_cancelling_act_on_post_only(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    book(client)
    (before,) = rows_of(Appointment)
    first_version, first_start = before.version, before.start_at
    client.get("/visit/change")
    cancel_page = client.get("/visit/cancel").text
    assert rows_of(Appointment)[0].version == first_version
    stale = {"version": hidden(cancel_page, "version")}
    client.post("/visit/change", pick(client, 5, "/visit/change"), status=303)
    (moved,) = rows_of(Appointment)
    assert moved.start_at != first_start
    client.post("/visit/cancel", stale, status=409)
    page = client.get("/visit/cancel").text
    for _ in range(2):
        client.post("/visit/cancel", {"version": hidden(page, "version")}, status=303)
    assert rows_of(Appointment)[0].state is State.CANCELLED
    assert "canceled" in client.get("/visit/cancelled").text


def test_after_the_decision_the_patient_reads_the_decision_and_never_the_suggestion(
    client: PageClient, sent: Sent, clinician: Actor
) -> None:
    come_in(client, sent)
    assert "Phase Two: Add more help" not in client.get("/visit").text
    given = Decided(choice=Choice.PHASE_TWO, words_to_patient="Bring your splint, please.")
    service.decide(sent.referral.reference, given, version=1, actor=clinician, now=START)
    page = client.get("/visit").text
    assert "Phase Two: Add more help" in page
    assert "Bring your splint, please." in page
    assert "By treatment" not in page


def test_a_hold_that_runs_out_on_the_page_is_explained(
    client: PageClient, sent: Sent, clock: FixedClock
) -> None:
    come_in(client, sent)
    client.post("/visit/times", pick(client), status=303)
    clock.advance(timedelta(minutes=16))
    answer = client.post("/visit/confirm", status=409)
    assert "15 minutes" in answer.text
