"""Answers read back, urgent answers, and forms that were sent already."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.intake import queries, service
from clinic.intake.models import AnswerRevision
from clinic.intake.rules.status import IDLE_LIMIT
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from clinic.platform.transaction import transaction
from clinic.safety.queries import blocks_self_booking
from tests.intake.walking import (
    FIVE,
    NEW,
    go_to,
    held_values,
    the_intake,
    value,
    walk,
)
from tests.support.app import FixedClock
from tests.support.client import PageClient, parse, text_of

WHO_FIELDS = {
    "first_name": "Robin",
    "last_name": "Sample",
    "birth_date-month": "Sept",
    "birth_date-day": "27",
    "birth_date-year": "1967",
}


def test_a_resent_form_changes_nothing(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    for _ in range(2):
        client.post("/intake/page/you", WHO_FIELDS, status=302)
    count = db.session.scalar(select(func.count()).select_from(AnswerRevision))
    assert count == 3


@pytest.mark.parametrize("name", [NEW, FIVE])
@pytest.mark.long
def test_every_answer_is_read_back_with_a_change_link_of_its_own(
    app: Flask, client: PageClient, name: str
) -> None:
    person = walk(client, name)
    person.to_check()
    tree = parse(person.page)
    links = [one for one in tree.iter("a") if "".join(one.itertext()).startswith("Change")]
    names = [" ".join("".join(one.itertext()).split()) for one in links]
    assert len(names) == len(set(names))
    answers = queries.answer_sheet(the_intake().id).answers
    assert len(names) == len(answers)
    for link in links:
        client.get(link.get("href") or "", status=200)


def test_a_change_comes_back_to_the_answers(app: Flask, client: PageClient) -> None:
    person = walk(client, NEW)
    person.to_check()
    person.go_to("/intake/page/where-now?to=check")
    person.fill(city_now="Selma")
    assert person.url == "/intake/check"
    assert "Selma" in person.page


def test_a_change_that_opens_a_question_asks_it_and_then_comes_back(app: Flask, client: PageClient) -> None:
    person = walk(client, NEW)
    person.to_check()
    person.go_to("/intake/page/story-7?to=check")
    person.fill(signs_now="yes", gap="from_3_months")
    assert person.url == "/intake/page/story-8?to=check"
    assert person.fill(came_back_unsure="yes").status_code == 302
    assert person.url == "/intake/check"


def test_an_address_is_read_back_large(app: Flask, client: PageClient) -> None:
    person = walk(client, NEW)
    person.fill()
    person.fill(email="robin.sample@example.com", email_none=[])
    person.to_check()
    assert '<b class="lede">robin.sample@example.com</b>' in person.page


def test_a_sent_form_takes_no_more_answers_and_says_so(app: Flask, client: PageClient) -> None:
    person = walk(client, NEW)
    person.to_check()
    typed = held_values(client.get("/intake/page/where-now").text) | {"city_now": ["Selma"]}
    with transaction():
        service.mark_submitted(the_intake().id, Actor.system(), now())
    page = client.post("/intake/page/where-now", typed, status=409).text
    assert "sent this form already" in text_of(page)
    assert held_values(page)["city_now"] == ["Selma"]
    assert value("city_now") != "Selma"


def test_an_urgent_answer_brings_the_urgent_page_and_the_way_on(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, NEW), "today-1")
    person.fill(safety_body=["stroke"])
    assert person.url == "/intake/help-now"
    words = text_of(person.page)
    assert "Call 911" in words
    assert "not watched around the clock" in words
    assert 'href="tel:911"' in person.page.split("</main>")[0]
    patient_id = the_intake().patient_id
    assert patient_id is not None
    assert blocks_self_booking(patient_id)
    person.go_to("/intake/go-on")
    assert person.url == "/intake/page/today-2"
    assert "/intake/help-now" in person.page
    person.fill()
    assert "/intake/help-now" in person.page


def test_an_urgent_answer_without_a_session_still_brings_the_urgent_page(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    person = go_to(walk(client, NEW), "today-1")
    typed = held_values(person.page) | {"safety_body": ["stroke"]}
    client._client.delete_cookie("session")
    clock.advance(timedelta(minutes=1))
    page = client.post(person.url, typed, status=400).text
    assert "/intake/help-now" in page
    words = text_of(client.get("/intake/help-now").text)
    assert "Call 911" in words
    assert "our clinical team is told" not in words
    answer = client.post(person.url, held_values(page), status=302)
    assert answer.headers["Location"] == "/intake/help-now"


def test_an_urgent_answer_after_sending_is_told_to_staff(app: Flask, client: PageClient) -> None:
    person = walk(client, NEW)
    person.to_check()
    typed = held_values(client.get("/intake/page/today-1").text) | {"safety_body": ["stroke"]}
    with transaction():
        patient_id = service.mark_submitted(the_intake().id, Actor.system(), now())
    page = client.post("/intake/page/today-1", typed, status=409).text
    assert "/intake/help-now" in page
    assert "Call 911" in client.get("/intake/help-now").text
    assert blocks_self_booking(patient_id)


def test_thoughts_of_dying_bring_988_first(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, NEW), "today-4")
    person.fill(safety_thoughts="now")
    main = person.page.split("<main")[1].split("</main>")[0]
    assert main.index("tel:988") < main.index("tel:911")


def test_an_urgent_answer_beside_a_mistake_shows_the_way_to_help(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, NEW), "today-1")
    person.fill(safety_body=["stroke"])
    person.go_to("/intake/page/today-1")
    assert person.fill(safety_body=["stroke", "none"]).status_code == 422
    assert "/intake/help-now" in person.page


def test_retracting_keeps_the_urgent_page_within_reach(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, NEW), "today-1")
    person.fill(safety_body=["stroke"])
    person.go_to("/intake/page/today-1")
    person.fill(safety_body=["none"])
    assert person.url == "/intake/page/today-2"
    assert "Call 911" in client.get("/intake/help-now").text


def test_after_a_pause_the_urgent_page_says_no_answer(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    person = go_to(walk(client, NEW), "today-4")
    person.fill(safety_thoughts="now")
    assert "You told us about" in person.page
    clock.advance(IDLE_LIMIT)
    assert "You told us about" not in client.get("/intake/help-now").text


@pytest.mark.long
def test_no_page_names_a_patient_or_a_health_word_in_its_address(app: Flask, client: PageClient) -> None:
    person = walk(client, FIVE)
    seen = [person.url]
    while not person.url.startswith("/intake/check"):
        person.fill()
        seen.append(person.url)
    words = ("pain", "crps", "gabapentin", "suicid", "treatment", "diagnos", "morgan", "example")
    assert [url for url in seen if any(word in url.lower() for word in words)] == []
