"""The clinicians' pages: the right order, one screen, one decision, closed to everybody else."""

from datetime import timedelta

import pytest

from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.referrals import service
from clinic.referrals.rules import Choice
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.rules import FlagSource
from clinic.safety.service import raise_flags
from tests.referrals.browsing import hidden
from tests.referrals.cast import PLAIN, Sent, come_in, rows_of, send_in
from tests.scheduling.scene import Scene
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import sign_in
from tests.support.statements import statements
from tests.triage.examples import worked_examples


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
        with statements() as seen:
            client.get("/staff/worklist")
        counts.append(len(seen))
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
