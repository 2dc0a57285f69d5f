"""The pages: the same for every outcome, closed to strangers, one booking for any number of clicks."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event
from werkzeug.test import TestResponse

from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.notifications.registry import registry
from clinic.patients.service import link_token
from clinic.platform.extensions import db
from clinic.platform.limits import RateLimit
from clinic.platform.transaction import transaction
from clinic.referrals import service
from clinic.referrals.rules import Choice
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.rules import FlagSource
from clinic.safety.service import raise_flags
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import State, read_wanted
from tests.referrals.cast import BORN, PLAIN, Sent, come_in, rows_of, send_in
from tests.scheduling.scene import Scene
from tests.support.app import START, FixedClock
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in
from tests.triage.examples import worked_examples

# What may differ between two patients: references, tokens, keys, ids, and the times of day of messages.
VARIABLE = (
    re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b"),
    re.compile(r'name="(csrf_token|key)"[^>]*value="[^"]*"'),
    re.compile(r'value="[^"]*"[^>]*name="(csrf_token|key)"'),
    re.compile(r"/go/[\w-]{43}"),
    re.compile(r"UID:[^\r\n]*"),
)
PHASE_WORDS = re.compile(r"\b(suggest|priority|confidence|red flag|urgent_|RF-)", re.I)


def same_for_all(text: str) -> str:
    for pattern in VARIABLE:
        text = pattern.sub("~", text)
    return text


class Hurried(PageClient):
    """Fetches very many pages of kinds that the other tests look at; here only their bytes are compared."""

    def _look(self, answer: TestResponse, url: str) -> None:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
        self._token = found.group(1) if found else self._token


def slots(page: str) -> list[str]:
    return re.findall(r'name="slot" value="(\d[^"]*)"', page)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found.group(1)


def pick(client: PageClient, number: int = 0, url: str = "/visit/times") -> dict[str, str]:
    page = client.get(url).text
    given = {"slot": slots(page)[number], "key": hidden(page, "key")}
    return given | ({"version": hidden(page, "version")} if 'name="version"' in page else {})


def book(client: PageClient, number: int = 0) -> None:
    client.post("/visit/times", pick(client, number), status=303)
    client.get("/visit/confirm")
    client.post("/visit/confirm", status=303)


def mail_texts(sent: Sent) -> list[str]:
    found = []
    for row in rows_of(OutboxMessage):
        if row.patient_id == sent.referral.patient_id:
            kind = registry().kinds[row.kind]
            assert kind.still_wanted(row.ids, START)
            message = kind.render(row.ids)
            found.append("\n".join((message.subject, message.text, message.html)))
            found += [one.data.decode() for one in message.attachments]
    return found


def everything_that_a_patient_gets(client: PageClient, sent: Sent) -> list[str]:
    """Pages, mail and files between submitting and the decision, with what may differ blotted out."""
    found = [come_in(client, sent).text]
    found += [client.get(url).text for url in ("/visit/received", "/visit/times", "/visit/will-call")]
    book(client)
    found += [client.get(url).text for url in ("/visit/booked", "/visit", "/visit/change", "/visit/cancel")]
    found.append(client.get("/visit/calendar").text)
    found += mail_texts(sent)
    visit = service.way_to_visit(sent.fresh, START).visit
    assert visit is not None
    service.cancel_visit(sent.referral.id, visit.id, version=visit.version, actor=sent.patient, now=START)
    return [same_for_all(text) for text in found]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # pages, not storage: once is enough
def test_every_worked_example_gets_the_same_pages_mail_and_files(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[str] = []
    outcomes = set()
    for example in worked_examples():
        with transaction():  # one address, one instant: what the limits are for, but not what is tested here
            db.session.execute(delete(RateLimit))
        client = Hurried(app)
        sent = send_in(monkeypatch, START, example.facts)
        outcomes.add((sent.referral.phases, sent.referral.priority))
        got = everything_that_a_patient_gets(client, sent)
        first = first or got
        for one, other in zip(got, first, strict=True):
            assert one == other, f"worked example {example.number} gets something else"
    assert len(outcomes) > 10
    assert not any(PHASE_WORDS.search(text_of(page)) for page in first[:4])


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


def test_the_worklist_is_ordered_by_priority_and_then_by_waiting_time(
    client: PageClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    routine = send_in(monkeypatch, START - timedelta(days=3))
    older = send_in(monkeypatch, START - timedelta(days=9), first_name="Otto")
    soon = send_in(monkeypatch, START - timedelta(hours=1), {**PLAIN, "spread": "yes"}, first_name="Ida")
    sign_in(client, Role.CLINICIAN)
    page = client.get("/staff/worklist").text
    places = [page.index(one.referral.reference) for one in (soon, older, routine)]
    assert places == sorted(places)
    assert "3 referrals to review" in page
    second = client.get(f"/staff/worklist?after={soon.referral.reference}").text
    assert f"/staff/referrals/{soon.referral.reference}" not in second
    client.get("/staff/worklist?show=decided")
    client.get("/staff/worklist?show=nonsense", status=404)
    client.get("/staff/worklist?after=AAAA-AAAA", status=404)


def test_the_worklist_asks_a_fixed_number_of_statements(
    client: PageClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, Role.CLINICIAN)
    counts = []
    for number in range(2):
        for extra in range(1 + 4 * number):
            send_in(monkeypatch, START, first_name=f"No {number} {extra}")
        asked: list[str] = []

        def note(*given: Any, into: list[str] = asked) -> None:
            into.append(given[2])

        event.listen(db.engine, "before_cursor_execute", note)
        client.get("/staff/worklist")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_one_screen_decides_and_the_next_item_opens(
    client: PageClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = next(one for one in worked_examples() if one.phases == [2] and one.confidence == "high")
    first = send_in(monkeypatch, START, sure.facts)
    second = send_in(monkeypatch, START + timedelta(minutes=1), sure.facts, first_name="Otto")
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{first.referral.reference}"
    page = client.get(url).text
    assert "Treatments as a table" in page
    assert 'name="confirm" value="phase_two"' in page
    answer = client.post(url, {"confirm": "phase_two", "version": hidden(page, "version")}, status=303)
    assert answer.headers["Location"].endswith(second.referral.reference)
    assert first.fresh.choice is Choice.PHASE_TWO
    assert "agrees" in client.get(url).text


def test_a_stale_decision_shows_both_versions_and_keeps_the_text(
    client: PageClient, sent: Sent, clinician: Actor
) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{sent.referral.reference}"
    version = hidden(client.get(url).text, "version")
    service.decide(
        sent.referral.reference, Decided(choice=Choice.PHASE_TWO), version=1, actor=clinician, now=START
    )
    typed = {"choice": "phase_two", "words": "My own words.", "version": version}
    answer = client.post(url, typed, status=409)
    assert "version 1, it is now version 2" in answer.text
    assert "My own words." in answer.text
    client.post(url, typed | {"version": hidden(answer.text, "version")}, status=303)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose one of the five decisions"),
        ({"choice": "phase_one"}, "Choose the reason"),
        ({"choice": "phase_one", "reason": "records"}, "Write one sentence"),
        ({"choice": "phase_nine"}, "Choose one of the answers"),
        (
            {"choice": "phase_two", "see_by-month": "2", "see_by-day": "30", "see_by-year": "2027"},
            "real date",
        ),
    ],
)
def test_a_decision_that_cannot_stand_is_told_in_words(
    client: PageClient, sent: Sent, typed: dict[str, str], words: str
) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{sent.referral.reference}"
    client.get(url)
    answer = client.post(url, {"sentence": "", "version": "1"} | typed, status=422)
    assert words in answer.text
    assert sent.fresh.choice is None


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN])
def test_clinical_pages_are_closed_to_other_roles(client: PageClient, sent: Sent, role: Role) -> None:
    sign_in(client, role)
    for url in ("/staff/worklist", f"/staff/referrals/{sent.referral.reference}", "/staff/safety"):
        client.get(url, status=403)


def test_clinical_pages_are_closed_to_patients_and_strangers(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    for url in ("/staff/worklist", f"/staff/referrals/{sent.referral.reference}", "/staff/safety"):
        client.get(url, status=302)


def test_a_safety_call_goes_from_taken_to_resolved(client: PageClient, sent: Sent) -> None:
    raise_flags(sent.referral.patient_id, None, ["RF-WOUND"], FlagSource.PATIENT, sent.patient, now=START)
    sign_in(client, Role.CLINICIAN)
    assert "1 safety call" in client.get("/staff/safety").text
    (call,) = rows_of(CallBack)
    url = f"/staff/safety/{call.id}"
    client.get(url)
    client.post(f"{url}/acknowledge", status=303)
    client.post(f"{url}/nonsense", status=404)
    early = client.post(f"{url}/resolve", {"outcome": "safe_to_wait", "agreed": "Fine."}, status=422)
    assert "reached the person first" in early.text
    client.post(f"{url}/attempt", {"note": ""}, status=303)
    client.post(f"{url}/contact", {"note": "Small sore, no fever."}, status=303)
    client.post(f"{url}/resolve", {"outcome": "safe_to_wait", "agreed": ""}, status=422)
    client.get(url)
    client.post(f"{url}/resolve", {"outcome": "safe_to_wait", "agreed": "Wait for the visit."}, status=303)
    assert "No safety call waits" in client.get("/staff/safety").text


def test_a_hold_that_runs_out_on_the_page_is_explained(
    client: PageClient, sent: Sent, clock: FixedClock
) -> None:
    come_in(client, sent)
    client.post("/visit/times", pick(client), status=303)
    clock.advance(timedelta(minutes=16))
    answer = client.post("/visit/confirm", status=409)
    assert "15 minutes" in answer.text
