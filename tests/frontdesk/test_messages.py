"""The ledger at the desk: every message of a visit, what became of it, and calling instead."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.notifications.rules import Failure, Message, MessageState
from clinic.notifications.service import enqueue
from clinic.notifications.transports import FileTransport, NotDeliveredError
from clinic.notifications.worker import Worker
from clinic.platform.extensions import db, now
from clinic.platform.transaction import transaction
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackState, Outcome
from clinic.scheduling import service as scheduling
from clinic.web.demo.staff import set_up_clinic
from tests.frontdesk.test_views import caller_form, hidden, only_visit, slots
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in


class Refusing:
    """A mail server that takes nothing, ever."""

    def deliver(self, message: Message, message_id: str, at: object) -> None:
        raise NotDeliveredError(Failure.REFUSED)


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    """The desk of a clinic, and a visit that it has booked for a caller two weeks ahead."""
    set_up_clinic(central_date(now()) - timedelta(days=1), now())
    sign_in(client, Role.FRONT_DESK)
    form = caller_form(client)
    later = client.post("/staff/caller", form | {"times": "2026-12-14", "slot": ""}).text
    client.post("/staff/caller", form | {"slot": slots(later)[0]}, status=302)
    return client


def outbox(kind: str = "") -> list[OutboxMessage]:
    db.session.rollback()
    chosen = select(OutboxMessage).order_by(OutboxMessage.due_at)
    return [row for row in db.session.scalars(chosen) if kind in row.kind]


def page_of_visit(desk: PageClient) -> str:
    return text_of(desk.get(f"/staff/visits/{only_visit().id}").text)


def give_up(app: Flask) -> UUID:
    """The confirmation is refused for good."""
    Worker(app, Refusing()).drain()
    (row,) = [row for row in outbox() if row.state is MessageState.GIVEN_UP]
    return row.id


def the_call() -> CallBack:
    db.session.rollback()
    return db.session.scalars(select(CallBack).order_by(CallBack.opened_at.desc())).first()  # type: ignore[return-value]


def actions() -> list[Action]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.action)))


def test_the_page_of_a_visit_tells_every_message_and_what_became_of_it(
    app: Flask, desk: PageClient, tmp_path: object
) -> None:
    page = page_of_visit(desk)
    assert "Visit booked" in page
    assert "not said yet" in page
    kinds = [row.kind for row in outbox()]
    assert page.count("hours before") == 2 * kinds.count("appointment_reminder")  # the words and the button
    give_up(app)
    page = page_of_visit(desk)
    assert "Given up" in page
    assert "The address was refused" in page
    visit = only_visit()
    scheduling.confirm_attendance(visit.id, actor=Actor.patient(visit.patient_id), now=now())
    assert "they will come" in page_of_visit(desk)
    assert "Will come" in text_of(desk.get(f"/staff/today?day={central_date(visit.start_at)}").text)
    assert "Will come" in text_of(desk.get("/staff/coming").text)


def test_a_moved_visit_shows_what_was_taken_back(desk: PageClient) -> None:
    visit = only_visit()
    url = f"/staff/visits/{visit.id}/move"
    page = desk.get(url).text
    form = {name: hidden(page, name) for name in ("version", "first_day")} | {"key": ""}
    desk.post(url, form | {"slot": slots(page)[3]}, status=302)
    shown = page_of_visit(desk)
    assert "of the earlier time" in shown
    assert "Not needed any more" in shown
    assert "Visit moved" in shown


def test_a_refused_address_is_a_task_with_the_phone_and_called_instead_ends_it(
    app: Flask, desk: PageClient
) -> None:
    message = give_up(app)
    call = the_call()
    listed = desk.get("/staff/calls").text
    assert f"/staff/calls/{call.id}" in listed
    page = desk.get(f"/staff/calls/{call.id}").text
    assert 'href="tel:+12055550133"' in page
    assert f"/staff/visits/{only_visit().id}" in page
    assert "The address was refused" in text_of(page)
    answer = desk.post(f"/staff/messages/{message}/called", {"back": "calls"}, status=302)
    assert answer.headers["Location"].endswith("/staff/calls")
    assert (the_call().state, the_call().outcome) == (CallBackState.RESOLVED, Outcome.NO_LONGER_NEEDED)
    assert Action.MESSAGE_CALLED_INSTEAD in actions()
    assert "Called instead" in page_of_visit(desk)
    desk.post(f"/staff/messages/{message}/called", {"back": "calls"}, status=409)


def test_a_call_that_is_done_is_noted_on_the_message(app: Flask, desk: PageClient) -> None:
    give_up(app)
    url = f"/staff/calls/{the_call().id}"
    desk.post(url, {"action": "contact", "outcome": "", "note": ""}, status=302)
    desk.post(url, {"action": "resolve", "outcome": "done", "note": ""}, status=302)
    assert outbox("confirmed")[0].state is MessageState.CALLED
    assert outbox("confirmed")[0].called_by is not None


def test_a_person_who_was_not_reached_is_not_called(app: Flask, desk: PageClient) -> None:
    give_up(app)
    url = f"/staff/calls/{the_call().id}"
    desk.post(url, {"action": "attempt", "outcome": "", "note": ""}, status=302)
    desk.post(url, {"action": "resolve", "outcome": "not_reached", "note": ""}, status=302)
    assert outbox("confirmed")[0].state is MessageState.GIVEN_UP


def test_a_reminder_that_was_called_instead_is_never_sent(
    app: Flask, desk: PageClient, clock: FixedClock, tmp_path: object
) -> None:
    visit = only_visit()
    for row in outbox("reminder"):
        answer = desk.post(f"/staff/messages/{row.id}/called", {"back": "visit"}, status=302)
        assert f"/staff/visits/{visit.id}" in answer.headers["Location"]
    clock.now = visit.start_at - timedelta(hours=1)
    Worker(app, FileTransport(app.extensions["clinic.settings"].instance_dir / "sent")).drain()
    assert {row.state for row in outbox("reminder")} <= {MessageState.CALLED}


def test_each_list_has_an_address_and_pages(desk: PageClient) -> None:
    visit = only_visit()
    with transaction():
        for number in range(120):
            enqueue(
                "test.many", f"m:{number}", {}, visit.patient_id, now(), now=now() + timedelta(minutes=number)
            )
    seen: list[str] = []
    url = "/staff/messages?show=waiting"
    while url:
        page = desk.get(url).text
        rows = [part.split("</tr>")[0] for part in page.split('<tr>\n    <td class="nowrap">')[1:]]
        seen += [row.split("/messages/")[1][:36] for row in rows]
        more = page.split('href="/staff/messages?show=waiting&amp;after=')[1:]
        url = f"/staff/messages?show=waiting&after={more[0][:36]}" if more else ""
    assert len(seen) == len(set(seen)) == len(outbox())
    for name in ("not-sent", "sent", "called", "not-needed"):
        assert "120" not in desk.get(f"/staff/messages?show={name}").text
    assert "Every message was sent" in desk.get("/staff/messages?show=nonsense&after=nonsense").text


def test_trying_again_leads_back_to_where_one_was(app: Flask, desk: PageClient) -> None:
    message = give_up(app)
    answer = desk.post(f"/staff/messages/{message}/retry", {"back": "visit"}, status=302)
    assert f"/staff/visits/{only_visit().id}" in answer.headers["Location"]
    assert outbox("confirmed")[0].state is MessageState.QUEUED
    desk.post(f"/staff/messages/{message}/retry", {"back": "not-sent"}, status=409)
