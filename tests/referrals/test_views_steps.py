"""Steps besides the decision, on the pages: asking back, withdrawing, taking up again, the outcome."""

from datetime import timedelta

import pytest

from clinic.accounts.rules import Role
from clinic.intake.rules import Place
from clinic.kernel.permissions import Actor
from clinic.referrals import service
from clinic.referrals.models import Decision, InformationRequest, VisitOutcome
from clinic.referrals.queries.asking import requests_of
from clinic.referrals.rules import Choice, ReferralStatus, RequestState
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind
from tests.referrals.browsing import book, hidden
from tests.referrals.cast import Sent, come_in, rows_of
from tests.referrals.filled import VAGUE, fill_in
from tests.scheduling.scene import Scene
from tests.support.app import START, FixedClock
from tests.support.client import PageClient
from tests.support.staff import sign_in

SCRIPT = "<script>alert(1)</script>"
HEBREW = "שלום, זה כואב"


@pytest.fixture
def vague(scene: Scene) -> Sent:
    """Somebody who did not know when it began, nor what treatment changed."""
    return fill_in(VAGUE, START)


def ask(client: PageClient, sent: Sent, sentence: str = "") -> None:
    url = f"/staff/referrals/{sent.referral.reference}/ask"
    page = client.get(f"{url}?q=overall_change:").text
    given = {"questions": "overall_change:", "sentence": sentence, "version": hidden(page, "version")}
    client.post(url, given, status=303)


def answered(client: PageClient, *, change: str = "much_better") -> str:
    """Go from the patient's home through the only question; returns the page that reads it back."""
    page = client.get("/visit").text
    assert "/visit/questions" in page
    url = client.get("/visit/questions").text.split('class="btn" href="')[1].split('"')[0]
    client.get(url)
    return client.follow(client.post(url, {"overall_change": change}, status=303)).text


def test_a_question_goes_to_the_patient_and_comes_back(
    client: PageClient, vague: Sent, clock: FixedClock
) -> None:
    clock.advance(timedelta(minutes=5))
    sign_in(client, Role.CLINICIAN)
    page = client.get(f"/staff/referrals/{vague.referral.reference}").text
    assert "Answers to settle" in page
    ask(client, vague, f"{SCRIPT} {HEBREW}")
    page = client.get(f"/staff/referrals/{vague.referral.reference}").text
    assert "Waiting for the patient" in page
    assert "&lt;script&gt;" in page
    come_in(client, vague)
    assert HEBREW in client.get("/visit/questions").text
    page = answered(client)
    assert "Much better" in page
    assert "Send my answers" in page
    client.follow(client.post("/visit/questions/send", status=303))
    assert vague.fresh.status is ReferralStatus.SUBMITTED
    page = client.get(f"/staff/referrals/{vague.referral.reference}").text
    assert "New run beside the old one" in page
    assert "Changed" in page


def test_pressed_twice_and_sent_from_an_old_page(client: PageClient, vague: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    ask(client, vague)
    come_in(client, vague)
    answered(client)
    for _ in range(2):
        client.post("/visit/questions/send", status=303)
    assert [one.state for one in rows_of(InformationRequest)] == [RequestState.ANSWERED]
    client.get("/visit/questions", status=302)
    client.post("/visit/questions/tried-12", {"overall_change": "no_change"}, status=303)
    client.get("/visit/questions/tried-12", status=302)


def test_what_is_typed_after_a_long_pause_is_kept(
    client: PageClient, vague: Sent, clinician: Actor, clock: FixedClock
) -> None:
    reference, change = vague.referral.reference, Place("overall_change")
    service.ask(reference, {change}, "", version=1, actor=clinician, now=START)
    come_in(client, vague)
    url = client.get("/visit/questions").text.split('class="btn" href="')[1].split('"')[0]
    client.get(url)
    clock.advance(timedelta(minutes=25))
    answer = client.post(url, {"overall_change": "much_better"}, status=303)
    assert "Much better" not in client.follow(answer).text  # the birth date is asked first
    assert requests_of(vague.referral.id)[0].saved == {change}


def test_a_page_that_was_not_asked_stays_closed(client: PageClient, vague: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    ask(client, vague)
    come_in(client, vague)
    client.get("/visit/questions/you", status=302)
    client.post("/visit/questions/you", {"first_name": "Else"}, status=303)
    client.post("/visit/questions/tried-12", {"overall_change": "much_better", "strange": "1"}, status=422)
    page = client.post("/visit/questions/tried-12", {"trend": "improving"}, status=422)
    assert "do not know" in page.text


def test_an_empty_answer_gets_its_words_beside_the_field(client: PageClient, vague: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    ask(client, vague)
    come_in(client, vague)
    client.get("/visit/questions/tried-12")
    page = client.post("/visit/questions/tried-12", {}, status=422)
    assert "Choose how things changed" in page.text


def test_an_urgent_answer_gets_its_page_at_once(client: PageClient, vague: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{vague.referral.reference}/ask"
    version = hidden(client.get(url).text, "version")
    client.post(url, {"questions": "safety_thoughts:", "sentence": "", "version": version}, status=303)
    come_in(client, vague)
    page = client.get("/visit/questions/today-4").text
    assert "safety_thoughts" in page
    page = client.follow(client.post("/visit/questions/today-4", {"safety_thoughts": "now"}, status=303)).text
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page
    assert CallBackKind.SAFETY in {one.kind for one in rows_of(CallBack)}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"questions": []}, "Choose at least one question."),
        ({"questions": ["first_name:"]}, "Choose one of the answers"),
        ({"questions": ["overall_change:"], "sentence": "x" * 1001}, "1,000 characters"),
    ],
)
def test_what_cannot_be_asked_is_told_and_the_sentence_kept(
    client: PageClient, vague: Sent, given: dict[str, object], words: str
) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{vague.referral.reference}/ask"
    client.get(url)
    typed = {"sentence": "Since you take it?", "version": "1"} | given
    page = client.post(url, typed, status=422).text
    assert words in page
    assert str(typed["sentence"])[:18] in page


def test_a_stale_screen_keeps_the_sentence(client: PageClient, vague: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{vague.referral.reference}/ask"
    client.get(url)
    typed = {"questions": "overall_change:", "sentence": "Since you take it?", "version": "7"}
    page = client.post(url, typed, status=409).text
    assert "was changed while you had it open" in page
    assert "Since you take it?" in page
    client.post(url, typed | {"version": hidden(page, "version")}, status=303)


def test_taking_a_question_back(client: PageClient, vague: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    ask(client, vague)
    url = f"/staff/referrals/{vague.referral.reference}"
    client.get(url)
    client.post(f"{url}/recall", {"version": "2"}, status=303)
    assert vague.fresh.status is ReferralStatus.SUBMITTED
    client.post(f"{url}/recall", {"version": "3"}, status=409)


def test_withdrawn_and_taken_up_again(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    book(client)
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{sent.referral.reference}"
    client.get(f"{url}/withdraw")
    page = client.post(f"{url}/withdraw", {"note": "", "version": "1"}, status=422).text
    assert "Choose why" in page
    given = {"reason": "other", "note": "", "version": "1"}
    assert "Write the reason" in client.post(f"{url}/withdraw", given, status=422).text
    client.post(f"{url}/withdraw", given | {"note": HEBREW}, status=303)
    assert sent.fresh.status == "withdrawn"
    assert {one.kind for one in rows_of(CallBack)} == {CallBackKind.VISIT_NO_LONGER_FITS}
    page = client.get(url).text
    assert HEBREW in page
    assert 'name="choice"' not in page
    late = {"choice": "phase_two", "sentence": "", "words": "My own words.", "version": "2"}
    refused = client.post(url, late, status=409).text
    assert "My own words." in refused
    assert "withdrawn: another reason" in refused
    client.post(f"{url}/reopen", {"version": "2"}, status=303)
    assert sent.fresh.status == "submitted"
    assert not rows_of(Decision)


def test_words_come_from_a_template_and_everything_typed_stays(client: PageClient, sent: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{sent.referral.reference}"
    client.get(url)
    typed = {"choice": "phase_two", "sentence": "My sentence.", "words": "Dear Hazel.", "version": "1"}
    page = client.post(url, typed | {"template": "worse", "fill": "yes"}, status=200).text
    assert "Dear Hazel." in page
    assert "Do not wait for your visit" in page
    assert "My sentence." in page
    assert sent.fresh.choice is None


def test_urgency_see_by_and_visit_type_of_a_decision(client: PageClient, sent: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{sent.referral.reference}"
    client.get(url)
    typed = {"choice": "phase_two", "sentence": "", "version": "1", "priority": "3"}
    client.post(url, typed | {"visit_type": "no-such-type"}, status=422)
    client.post(url, typed | {"visit_type": "first"}, status=303)
    row, decision = sent.fresh, rows_of(Decision)[0]
    assert (row.priority, row.visit_type) == (3, "first")
    assert row.see_by == sent.referral.submitted_at.date() + timedelta(days=14)
    assert (decision.priority, decision.visit_type) == (3, "first")
    way = service.way_to_visit(row, START)
    assert way.terms is not None
    assert way.terms.slug == "first"


def test_the_outcome_of_the_visit_closes_the_referral(
    client: PageClient, sent: Sent, clinician: Actor, clock: FixedClock
) -> None:
    come_in(client, sent)
    book(client)
    given = Decided(choice=Choice.PHASE_TWO)
    service.decide(sent.referral.reference, given, version=1, actor=clinician, now=START)
    clock.advance(timedelta(days=20))
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/referrals/{sent.referral.reference}"
    page = client.get(f"{url}/outcome").text
    assert "Keep" in page
    found = {"visit": page.split('<option value="')[1].split('"')[0], "phase": "3", "diagnosis": "confirmed"}
    assert "Write one sentence" in client.post(f"{url}/outcome", found, status=422).text
    client.post(f"{url}/outcome", found | {"sentence": SCRIPT}, status=303)
    assert sent.fresh.status is ReferralStatus.CLOSED
    page = client.get(url).text
    assert "at the visit: Phase Three, diagnosis confirmed" in page
    assert SCRIPT not in page
    client.post(f"{url}/outcome", found | {"sentence": "Two after all.", "phase": "2"}, status=303)
    assert [
        one.phase_found for one in sorted(rows_of(VisitOutcome), key=lambda one: one.phase_found or 0)
    ] == [
        2,
        3,
    ]
