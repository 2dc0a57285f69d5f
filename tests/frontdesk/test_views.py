"""The front desk's pages, as the desk uses them."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.clock import central_date
from clinic.patients.models import Patient
from clinic.platform.extensions import db, now
from clinic.referrals.models import Referral
from clinic.safety.models import CallBack, SafetyFlag
from clinic.safety.rules import CallBackKind
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import State
from clinic.web.demo.staff import set_up_clinic
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in

CALLER = {
    "first_name": "Ivy",
    "last_name": "Madeup",
    "born-month": "Sept",
    "born-day": "27",
    "born-year": "1967",
    "phone": "205.555.0133",
    "email": "ivy@example.com",
    "voicemail": "yes",
    "reason": "first_visit",
    "physical": "no",
    "which": "",
    "thoughts": "no",
    "danger": "no",
    "book": "1",
}


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    """The front desk, signed in, of a clinic with places and hours."""
    set_up_clinic(central_date(now()) - timedelta(days=1), now())
    sign_in(client, Role.FRONT_DESK)
    return client


def slots(page: str) -> list[str]:
    """The values of the times on a page, in order."""
    return re.findall(r'name="slot" value="([^"]+)"', page)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def caller_form(desk: PageClient, **changes: str) -> dict[str, str]:
    """The caller's form as it is sent, with the first time of the page."""
    page = desk.get("/staff/caller").text
    kept = {name: hidden(page, name) for name in ("key", "first_day")}
    return CALLER | kept | {"slot": slots(page)[0]} | changes


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def only_visit() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def test_a_caller_without_an_intake_is_booked_in_one_form(desk: PageClient) -> None:
    answer = desk.post("/staff/caller", caller_form(desk), status=302)
    page = text_of(desk.follow(answer).text)
    visit = only_visit()
    assert visit.state is State.BOOKED
    assert "Ivy Madeup" in page
    assert db.session.scalars(select(Referral)).one().reference in page


def test_the_same_form_twice_is_one_person_one_referral_one_visit(desk: PageClient) -> None:
    form = caller_form(desk)
    for _ in range(2):
        desk.post("/staff/caller", form, status=302)
    assert (count(Patient), count(Referral), count(Appointment)) == (1, 1, 1)


def test_without_a_time_the_person_is_listed_to_be_booked_and_then_booked(desk: PageClient) -> None:
    answer = desk.post("/staff/caller", caller_form(desk, slot="none"), status=302)
    listed = desk.follow(answer).text
    assert "Ivy Madeup" in text_of(listed)
    link = re.search(r'href="(/staff/unbooked/[^"]+)"', listed)
    assert link
    page = desk.get(link[1]).text
    form = {"slot": slots(page)[1], "key": hidden(page, "key"), "first_day": hidden(page, "first_day")}
    desk.post(link[1], form, status=302)
    assert only_visit().state is State.BOOKED
    assert "Ivy" not in text_of(desk.get("/staff/unbooked").text).replace("Ivy Madeup has", "")


@pytest.mark.parametrize(
    ("answers", "said", "code"),
    [
        ({"physical": "yes", "which": "RF-PE"}, "911", "RF-PE"),
        ({"thoughts": "now"}, "988", "RF-SUICIDE-NOW"),
        ({"thoughts": "yes"}, "988", "RF-SUICIDE"),
        ({"danger": "yes"}, "988", "RF-VIOLENCE"),
        ({"physical": "yes", "which": "RF-WOUND"}, "today", "RF-WOUND"),
    ],
)
def test_a_yes_to_a_safety_question_keeps_the_time_and_calls_a_clinician(
    desk: PageClient, answers: dict[str, str], said: str, code: str
) -> None:
    answer = desk.post("/staff/caller", caller_form(desk, **answers), status=302)
    page = text_of(desk.follow(answer).text)
    assert said in page
    assert only_visit().state is State.REQUESTED
    assert [flag.code for flag in db.session.scalars(select(SafetyFlag))] == [code]
    kinds = set(db.session.scalars(select(CallBack.kind)))
    assert CallBackKind.SAFETY in kinds


def test_the_first_question_asks_for_the_sign(desk: PageClient) -> None:
    page = desk.post("/staff/caller", caller_form(desk, physical="yes"), status=422).text
    assert "Choose the sign that is closest" in text_of(page)
    assert count(Patient) == 0


def test_an_empty_form_names_every_gap_and_keeps_what_was_typed(desk: PageClient) -> None:
    empty = dict.fromkeys(CALLER, "") | {"first_name": "Ivy", "key": "k", "first_day": "", "slot": ""}
    page = desk.post("/staff/caller", empty, status=422).text
    words = text_of(page)
    for gap in ("Enter the last name", "Enter the date of birth", "Choose the reason", "Choose a time"):
        assert words.count(gap) >= 2, gap  # in the summary and at the field
    assert 'value="Ivy"' in page
    assert "<title>Error: " in page


def test_other_dates_keep_everything_typed(desk: PageClient) -> None:
    form = caller_form(desk)
    del form["book"]
    page = desk.post("/staff/caller", form | {"times": "2026-12-20"}, status=200).text
    assert 'value="Ivy"' in page
    assert hidden(page, "first_day") == "2026-12-20"
    assert count(Patient) == 0


def test_a_lost_race_offers_other_times_and_keeps_what_was_typed(desk: PageClient) -> None:
    first = caller_form(desk)
    second = first | {"first_name": "Otto", "last_name": "Other", "key": "another"}
    desk.post("/staff/caller", first, status=302)
    page = desk.post("/staff/caller", second, status=422).text
    assert "just taken" in text_of(page)
    assert 'value="Otto"' in page
    assert second["slot"] not in slots(page)
    assert count(Patient) == 1


def test_a_visit_goes_through_its_day(desk: PageClient, clock: FixedClock) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    clock.now = visit.start_at + timedelta(minutes=12)
    day = central_date(visit.start_at).isoformat()
    board = f"/staff/today?day={day}"
    assert "Late 12 min" in text_of(desk.get(board).text)
    for step, said in (("arrive", "Arrived"), ("start", "In consultation"), ("complete", "Completed")):
        form = {"step": step, "version": str(only_visit().version), "day": day}
        back = desk.post(f"/staff/visits/{visit.id}/step", form, status=302)
        assert said in text_of(desk.follow(back).text)
    assert only_visit().state is State.COMPLETED


def test_a_stale_button_changes_nothing(desk: PageClient, clock: FixedClock) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    clock.now = visit.start_at
    form = {"step": "arrive", "version": "1", "day": ""}
    desk.post(f"/staff/visits/{visit.id}/step", form, status=302)
    desk.post(f"/staff/visits/{visit.id}/step", form | {"step": "start"}, status=409)
    assert only_visit().state is State.ARRIVED


def test_a_visit_is_moved_and_cancelled(desk: PageClient) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    before = visit.start_at
    page = desk.get(f"/staff/visits/{visit.id}/move").text
    form = {name: hidden(page, name) for name in ("version", "first_day")} | {"slot": slots(page)[4]}
    desk.post(f"/staff/visits/{visit.id}/move", form, status=302)
    moved = only_visit()
    assert moved.start_at != before
    desk.post(f"/staff/visits/{visit.id}/cancel", {"version": str(moved.version)}, status=302)
    assert only_visit().state is State.CANCELLED


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("step", {"step": "explode", "version": "1"}),
        ("step", {"step": "arrive", "version": "one"}),
        ("step", {"step": "arrive", "version": "1", "state": "completed"}),
        ("cancel", {"version": ""}),
    ],
)
def test_a_forged_form_is_refused_in_words(desk: PageClient, url: str, form: dict[str, str]) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    desk.post(f"/staff/visits/{only_visit().id}/{url}", form, status=422)
    assert only_visit().state is State.BOOKED


@pytest.mark.parametrize("slot", ["1", "x.y.z", "99999999999.0.0", "5960000." + "0" * 32 + "." + "0" * 32])
def test_a_forged_time_is_refused_in_words(desk: PageClient, slot: str) -> None:
    desk.post("/staff/caller", caller_form(desk, slot=slot), status=422)
    assert count(Appointment) == 0


def test_every_view_of_people_is_recorded(desk: PageClient) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    day = central_date(visit.start_at).isoformat()
    for url in (f"/staff/today?day={day}", "/staff/coming", f"/staff/visits/{visit.id}", "/staff/unbooked"):
        desk.get(url)
    viewed = set(db.session.scalars(select(AuditEvent.action)))
    assert {Action.DAY_VIEWED, Action.VISIT_VIEWED, Action.UNBOOKED_VIEWED} <= viewed
    seen = [one.facts for one in db.session.scalars(select(AuditEvent)) if one.action == Action.DAY_VIEWED]
    assert any(str(visit.patient_id) in facts.get("patients", []) for facts in seen)


def test_an_admin_sees_no_patient(app: Flask, client: PageClient) -> None:
    sign_in(client, Role.ADMIN)
    for url in (
        "/staff/today",
        "/staff/coming",
        "/staff/caller",
        "/staff/unbooked",
        "/staff/calls",
        "/staff/messages",
    ):
        client.get(url, status=403)


def test_a_call_is_placed_and_finished(desk: PageClient) -> None:
    answer = desk.post("/staff/caller", caller_form(desk, slot="none"), status=302)
    assert answer.headers["Location"].endswith("/staff/unbooked")
    assert desk.get("/staff/calls")
    assert desk.get("/staff/messages")


def test_a_person_who_was_seen_is_not_on_the_list_to_book(desk: PageClient, clock: FixedClock) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    clock.now = visit.start_at
    for version, step in enumerate(("arrive", "start", "complete"), 1):
        form = {"step": step, "version": str(version), "day": ""}
        desk.post(f"/staff/visits/{visit.id}/step", form, status=302)
    clock.advance(timedelta(minutes=5))
    assert "0 to book" in text_of(desk.get("/staff/unbooked").text)


def version() -> str:
    return str(only_visit().version)


def test_the_last_step_is_undone_from_the_board(desk: PageClient, clock: FixedClock) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    clock.now = visit.start_at
    day = central_date(visit.start_at).isoformat()
    desk.post(
        f"/staff/visits/{visit.id}/step", {"step": "arrive", "version": version(), "day": day}, status=302
    )
    board = desk.get(f"/staff/today?day={day}").text
    assert "Undo: Arrived Ivy Madeup" in text_of(board)
    form = {"version": version(), "day": day}
    for _ in range(2):  # a double click
        back = desk.post(f"/staff/visits/{visit.id}/undo", form, status=302)
    assert "Undo: Arrived" not in text_of(desk.follow(back).text)
    assert only_visit().state is State.BOOKED
    assert "Undone: Arrived" in text_of(desk.get(f"/staff/visits/{visit.id}").text)


def test_a_visit_canceled_by_mistake_is_booked_again(desk: PageClient) -> None:
    desk.post("/staff/caller", caller_form(desk), status=302)
    visit = only_visit()
    answer = desk.post(f"/staff/visits/{visit.id}/cancel", {"version": version()}, status=302)
    assert "Undo: Canceled" in text_of(desk.follow(answer).text)
    answer = desk.post(f"/staff/visits/{visit.id}/undo", {"version": version()}, status=302)
    assert "Undone: Canceled" in text_of(desk.follow(answer).text)
    assert only_visit().state is State.BOOKED


def test_undoing_is_refused_in_words_when_somebody_has_the_time(desk: PageClient) -> None:
    form = caller_form(desk)
    desk.post("/staff/caller", form, status=302)
    visit = only_visit()
    desk.post(f"/staff/visits/{visit.id}/cancel", {"version": version()}, status=302)
    other = form | {"first_name": "Otto", "last_name": "Other", "key": "another"}
    desk.post("/staff/caller", other, status=302)
    page = desk.post(f"/staff/visits/{visit.id}/undo", {"version": "2"}, status=409).text
    assert "just taken" in text_of(page)
    assert "<title>Error: " in page
    db.session.rollback()
    assert [
        row.state for row in db.session.scalars(select(Appointment).order_by(Appointment.created_at))
    ] == [
        State.CANCELLED,
        State.BOOKED,
    ]
