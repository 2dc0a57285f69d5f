"""The intake's pages: bad input, lost sessions, two tabs, and the way through."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.intake import queries, service
from clinic.intake.models import AnswerRevision, Intake
from clinic.intake.rules.status import BIRTH_DATE_TRIES, DRAFT_LIFE, IDLE_LIMIT
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from clinic.platform.limits import PUBLIC_POST, TooOften, spend
from clinic.platform.transaction import transaction
from clinic.safety.queries import blocks_self_booking
from tests.intake.filling import slug_of
from tests.intake.walking import Walk, held_values, walk
from tests.support.app import FixedClock
from tests.support.client import PageClient, parse, text_of

NEW, FIVE = "new-and-untreated", "fourteen-months-five-treatments"
WHO_FIELDS = {
    "first_name": "Robin",
    "last_name": "Sample",
    "birth_date-month": "Sept",
    "birth_date-day": "27",
    "birth_date-year": "1967",
}


def the_intake() -> Intake:
    """The newest one."""
    db.session.rollback()
    return db.session.scalars(select(Intake).order_by(Intake.started_at.desc())).first() or pytest.fail(
        "none"
    )


def value(question: str) -> object:
    return queries.answer_sheet(the_intake().id).value(question)


def go_to(person: Walk, slug: str) -> Walk:
    """The person answers until this page is next."""
    while not person.url.startswith(f"/intake/page/{slug}"):
        assert person.fill().status_code == 302
    return person


def title_of(page: str) -> str:
    title = parse(page).find("head/title")
    assert title is not None
    return "".join(title.itertext())


def errors_of(page: str) -> list[str]:
    """The words of the summary; each must stand beside its field too, and link to a control that is there."""
    tree = parse(page)
    ids = {one.get("id") for one in tree.iter()}
    for box in tree.iter("div"):
        if "govuk-error-summary" in (box.get("class") or "").split():
            links = list(box.iter("a"))
            assert all((link.get("href") or "")[1:] in ids for link in links)
            return ["".join(link.itertext()) for link in links]
    return []


def test_the_start_page_says_what_comes_and_who_sees_it(client: PageClient) -> None:
    words = text_of(client.get("/intake/start").text)
    assert "12 minutes" in words
    assert "Who sees your answers" in words
    assert "around the clock" in words


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
    assert "Taylor" not in client.get("/intake/page/you").text
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 2


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


def test_a_resent_form_changes_nothing(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    for _ in range(2):
        client.post("/intake/page/you", WHO_FIELDS, status=302)
    count = db.session.scalar(select(func.count()).select_from(AnswerRevision))
    assert count == 3


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
        assert "Taylor" not in stranger.follow(answer).text


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


@pytest.mark.parametrize("name", [NEW, FIVE])
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


def test_no_page_names_a_patient_or_a_health_word_in_its_address(app: Flask, client: PageClient) -> None:
    person = walk(client, FIVE)
    seen = [person.url]
    while not person.url.startswith("/intake/check"):
        person.fill()
        seen.append(person.url)
    words = ("pain", "crps", "gabapentin", "suicid", "treatment", "diagnos", "morgan", "example")
    assert [url for url in seen if any(word in url.lower() for word in words)] == []


def test_posting_too_often_is_told_in_words(app: Flask, client: PageClient) -> None:
    client.post("/intake/start")
    client.post("/intake/page/you", WHO_FIELDS, status=302)
    with suppress(TooOften):
        for _ in range(PUBLIC_POST.windows[0][0]):
            spend(PUBLIC_POST, "127.0.0.1")
    client.post("/intake/page/you", WHO_FIELDS, status=429)
