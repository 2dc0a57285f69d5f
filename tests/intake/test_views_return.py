"""Coming back to the intake: lost sessions, pauses, other browsers."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.intake import queries, service
from clinic.intake.models import Intake
from clinic.intake.rules.status import BIRTH_DATE_TRIES, DRAFT_LIFE, IDLE_LIMIT
from clinic.platform.extensions import db, now
from tests.intake.filling import slug_of
from tests.intake.walking import FIVE, NEW, Walk, go_to, held_values, persona, the_intake, value, walk
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of


def test_starting_gives_the_browser_a_new_session(app: Flask, client: PageClient) -> None:
    client.get("/intake/start")
    before = client._client.get_cookie("session")
    client.post("/intake/start")
    after = client._client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_a_double_click_on_start_makes_one_draft(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    client.post("/intake/start")
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 1


def test_another_person_can_start_on_the_same_device(app: Flask, client: PageClient) -> None:
    go_to(walk(client, NEW), "reach-you")
    client.post("/intake/start", {"fresh": "yes"})
    assert persona(NEW)["answers"]["first_name"] not in client.get("/intake/page/you").text
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 2


def test_without_the_session_what_was_typed_comes_back_and_starts_a_new_draft(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    go_to(walk(client, NEW), "story-5")
    typed = held_values(client.get("/intake/page/story-5").text) | {"limbs": ["right_arm"], "spread": ["yes"]}
    client._client.delete_cookie("session")
    clock.advance(timedelta(minutes=1))
    page = client.post("/intake/page/story-5", typed, status=400).text
    assert "What you typed is still here" in text_of(page)
    kept = held_values(page)
    assert (kept["limbs"], kept["spread"]) == (["right_arm"], ["yes"])
    answer = client.post("/intake/page/story-5", kept, status=302)
    assert value("limbs") == ("right_arm",)
    assert "We kept what you just typed" in text_of(client.follow(answer).text)
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 2


@pytest.mark.long
def test_answers_about_a_treatment_survive_the_session_too(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    person = go_to(walk(client, FIVE), slug_of("response"))
    typed = held_values(person.page) | {"how_long": ["ge26"], "response": ["much_better"]}
    about = typed["about"][0]
    client._client.delete_cookie("session")
    clock.advance(timedelta(minutes=1))
    kept = held_values(client.post(person.url, typed, status=400).text)
    client.post(person.url, kept, status=302)
    again = Walk(client, person.answers, person.treatments)
    again.go_to("/intake/go-on")
    go_to(again, slug_of("response"))
    shown = held_values(again.page)
    assert (shown["about"], shown["response"]) == ([about], ["much_better"])


def test_a_session_that_is_over_after_a_day_keeps_what_was_typed(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    go_to(walk(client, NEW), "where-now")
    typed = held_values(client.get("/intake/page/where-now").text) | {"city_now": ["Selma"]}
    clock.advance(DRAFT_LIFE)
    service.expire_drafts(now())
    page = client.post("/intake/page/where-now", typed, status=400).text
    assert held_values(page)["city_now"] == ["Selma"]
    client.post("/intake/page/where-now", held_values(page), status=302)
    assert value("city_now") == "Selma"


def test_an_expired_draft_in_a_living_session_keeps_what_was_typed(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    go_to(walk(client, NEW), "where-now")
    typed = held_values(client.get("/intake/page/where-now").text) | {"city_now": ["Selma"]}
    service.expire_drafts(now() + DRAFT_LIFE)
    clock.advance(timedelta(minutes=1))
    client.post("/intake/page/where-now", typed, status=302)
    assert value("city_now") == "Selma"
    assert client.get("/intake/page/where-now", status=302).headers["Location"] == "/intake/page/you"


def test_after_a_pause_the_birth_date_comes_before_any_answer(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    go_to(walk(client, NEW), "today-1")
    clock.advance(IDLE_LIMIT)
    for url in ("/intake", "/intake/page/you", "/intake/check", "/intake/go-on"):
        assert client.get(url, status=302).headers["Location"] == "/intake/birth-date"
    wrong = {"birth_date-month": "1", "birth_date-day": "2", "birth_date-year": "1950"}
    assert "You have 4 more tries" in client.post("/intake/birth-date", wrong, status=422).text
    born = held_values(client.get("/intake/birth-date").text)
    card = queries.answer_sheet(the_intake().id).value("birth_date")
    year, month, day = str(card).split("-")
    right = born | {"birth_date-month": [month], "birth_date-day": [day], "birth_date-year": [year]}
    page = client.follow(client.post("/intake/birth-date", right, status=302)).text
    assert "Completed" in text_of(page)


def test_after_too_many_wrong_birth_dates_only_the_phone_is_left(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    go_to(walk(client, NEW), "today-1")
    clock.advance(IDLE_LIMIT)
    wrong = {"birth_date-month": "1", "birth_date-day": "2", "birth_date-year": "1950"}
    for _ in range(BIRTH_DATE_TRIES):
        client.post("/intake/birth-date", wrong, status=422)
    page = client.get("/intake/birth-date").text
    assert "Please call us" in text_of(page)
    client.post("/intake/birth-date", wrong, status=200)
    assert client.get("/intake/page/you", status=302).headers["Location"] == "/intake/birth-date"


def test_what_was_typed_during_a_long_pause_is_saved_before_the_birth_date(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    person = go_to(walk(client, NEW), "where-now")
    clock.advance(IDLE_LIMIT)
    person.fill(city_now="Selma")
    assert person.url == "/intake/birth-date"
    assert value("city_now") == "Selma"


def test_another_browser_sees_nothing(app: Flask, client: PageClient) -> None:
    go_to(walk(client, NEW), "today-1")
    stranger = PageClient(app)
    for url in ("/intake", "/intake/page/you", "/intake/check", "/intake/later", "/intake/help-now"):
        answer = stranger.get(url, status=302)
        assert persona(NEW)["answers"]["first_name"] not in stranger.follow(answer).text


def test_the_list_of_parts_tells_how_far_one_is(app: Flask, client: PageClient) -> None:
    go_to(walk(client, NEW), "today-3")
    words = text_of(client.get("/intake").text)
    assert "About you Completed" in words
    assert "Today In progress" in words
    assert "Your story Cannot start yet" in words


def test_coming_back_later_says_until_when(app: Flask, client: PageClient) -> None:
    go_to(walk(client, NEW), "today-1")
    words = text_of(client.get("/intake/later").text)
    assert "Wednesday, December 2, 9:00 a.m." in words
    assert "Central Time" in words
