"""The intake's pages: the way in, every kind of bad input, two tabs."""

from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.intake.models import AnswerRevision
from clinic.platform.extensions import db
from clinic.platform.limits import PUBLIC_POST, TooOften, spend
from tests.intake.walking import (
    FIVE,
    NEW,
    errors_of,
    go_to,
    held_values,
    title_of,
    value,
    walk,
)
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of

WHO_FIELDS = {
    "first_name": "Robin",
    "last_name": "Sample",
    "birth_date-month": "Sept",
    "birth_date-day": "27",
    "birth_date-year": "1967",
}


def test_the_start_page_says_what_comes_and_who_sees_it(client: PageClient) -> None:
    words = text_of(client.get("/intake/start").text)
    assert "12 minutes" in words
    assert "Who sees your answers" in words
    assert "around the clock" in words


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ["Enter your first name.", "Enter your last name.", "Enter your birth date."]),
        (
            WHO_FIELDS | {"birth_date-month": "2", "birth_date-day": "30"},
            ["This must be a real date. That month has no day 30."],
        ),
        (WHO_FIELDS | {"birth_date-year": "2031"}, ["This date must be in the past."]),
        (WHO_FIELDS | {"birth_date-year": "67"}, ["Enter the year with 4 numbers, such as 2024."]),
        (WHO_FIELDS | {"first_name": "x" * 10_000}, ["Use 60 letters or fewer. You used 10000."]),
        (WHO_FIELDS | {"last_name": "1\x002"}, ["Use letters here."]),
    ],
)
def test_an_error_is_told_twice_and_everything_typed_is_kept(
    app: Flask, client: PageClient, fields: dict[str, str], wrong: list[str]
) -> None:
    client.post("/intake/start")
    page = client.post("/intake/page/you", fields, status=422).text
    assert title_of(page).startswith("Error: ")
    assert errors_of(page) == wrong
    assert all(page.count(words) >= 2 for words in wrong)
    kept = held_values(page)
    assert {name: kept[name] for name in fields} == {
        name: [typed.replace("\x00", "")] for name, typed in fields.items()
    }


@pytest.mark.parametrize(
    "name",
    ["Zoë 🌊", "محمد", "李小龍", "O'Néal-Smith", "<b>Robin</b>", "{{ 7 * 7 }} x", "Rob\x00in", "A" * 60],
)
def test_any_name_can_be_a_name(app: Flask, client: PageClient, name: str) -> None:
    client.post("/intake/start")
    client.post("/intake/page/you", WHO_FIELDS | {"first_name": name}, status=302)
    assert value("first_name") == name.replace("\x00", "")
    assert "49" not in str(held_values(client.get("/intake/page/you").text)["first_name"])


def test_the_direction_of_text_cannot_be_overridden(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    client.post("/intake/page/you", WHO_FIELDS | {"first_name": "Ro\u202ebin"}, status=302)
    assert value("first_name") == "Robin"


def test_an_unknown_field_is_refused_and_the_answers_stay(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    page = client.post("/intake/page/you", WHO_FIELDS | {"phase": "three"}, status=400).text
    assert "did not ask for" in text_of(page)
    kept = held_values(page)
    assert kept["first_name"] == ["Robin"]
    assert "phase" not in kept
    assert value("first_name") is None
    client.post("/intake/page/you", kept, status=302)
    assert value("first_name") == "Robin"


@pytest.mark.parametrize(
    "url",
    [
        "/intake/page/nowhere",
        "/intake/page/tried-9/7b0c3f6e-7d0e-4f5e-9a64-0d3cbb4e8f6b",
        "/intake/page/tried-9/not-an-id",
        "/intake/page/you/7b0c3f6e-7d0e-4f5e-9a64-0d3cbb4e8f6b",
    ],
)
def test_a_forged_address_is_not_found(app: Flask, client: PageClient, url: str) -> None:
    client.post("/intake/start")
    client.get(url, status=404)
    client.post(url, {"status": "still"}, status=404)


def test_a_choice_that_was_not_offered_is_an_error(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, NEW), "today-4")
    answer = person.fill(safety_thoughts="maybe")
    assert answer.status_code == 422
    assert errors_of(person.page) == ["Choose one of the answers on this page."]


@pytest.mark.parametrize("slug", ["today-1", "story-1", "visit-5"])
def test_a_skipped_step_leads_back_to_the_first_gap(app: Flask, client: PageClient, slug: str) -> None:
    client.post("/intake/start")
    assert client.get(f"/intake/page/{slug}", status=302).headers["Location"] == "/intake/page/you"
    assert client.get("/intake/check", status=302).headers["Location"] == "/intake/page/you"


def test_a_skipped_step_loses_no_answer(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    answer = client.post("/intake/page/visit-4", {"preferred_place": "auburn"}, status=302)
    assert answer.headers["Location"] == "/intake/page/you"
    assert value("preferred_place") == "auburn"


def test_a_page_that_does_not_apply_leads_on(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, NEW), "story-2")
    assert client.get("/intake/page/story-8", status=302).headers["Location"] == "/intake/page/story-2"
    person.fill()


def test_an_onset_after_the_diagnosis_is_an_error_in_words(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, FIVE), "story-3")
    assert person.fill(diagnosis_date_month="1", diagnosis_date_year="2024").status_code == 422
    assert errors_of(person.page) == ["You told us that the first signs came after this. Check both dates."]


def test_a_date_said_twice_over_is_an_error_at_its_own_control(app: Flask, client: PageClient) -> None:
    person = go_to(walk(client, FIVE), "story-1")
    assert person.fill(first_symptoms_unsure="yes").status_code == 422
    assert len(errors_of(person.page)) == 1
    assert held_values(person.page)["first_symptoms-year"] == ["2025"]


def test_late_in_the_evening_it_is_still_today_in_alabama(
    app: Flask, client: PageClient, clock: FixedClock
) -> None:
    clock.now = clock.now.replace(day=2, hour=5, minute=30)  # December 1, 11:30 p.m. Central Time
    person = go_to(walk(client, NEW), "story-1")
    today = {"first_symptoms_month": "12", "first_symptoms_day": "1", "first_symptoms_year": "2026"}
    tomorrow = today | {"first_symptoms_day": "2"}
    none = {"first_symptoms_count": "", "first_symptoms_unit": []}
    assert person.fill(**tomorrow, **none).status_code == 422
    assert person.fill(**today, **none).status_code == 302
    assert "Saved at 11:30 p.m. Central Time" in text_of(person.page)


def test_in_two_tabs_the_later_save_wins_and_both_are_kept(app: Flask, client: PageClient) -> None:
    go_to(walk(client, NEW), "today-1")
    one = held_values(client.get("/intake/page/where-now").text)
    other = held_values(client.get("/intake/page/where-now").text)
    client.post("/intake/page/where-now", one | {"city_now": ["Mobile"]}, status=302)
    client.post("/intake/page/where-now", other | {"city_now": ["Dothan"]}, status=302)
    assert value("city_now") == "Dothan"
    said = db.session.scalars(select(AnswerRevision).where(AnswerRevision.question_key == "city_now"))
    assert {'"Mobile"', '"Dothan"'} <= {row.value for row in said}


def test_back_shows_what_was_said(app: Flask, client: PageClient) -> None:
    go_to(walk(client, NEW), "today-1")
    page = client.get("/intake/page/reach-you").text
    assert held_values(page)["phone"] != [""]
    assert "/intake/page/you" in page


def test_posting_too_often_is_told_in_words(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    client.post("/intake/page/you", WHO_FIELDS, status=302)
    with suppress(TooOften):
        for _ in range(PUBLIC_POST.windows[0][0]):
            spend(PUBLIC_POST, "127.0.0.1")
    client.post("/intake/page/you", WHO_FIELDS, status=429)
