"""How messages are written: neutral, escaped, with addresses from the settings alone."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from clinic.notifications.composition import compose
from clinic.notifications.registry import registry
from clinic.notifications.rules import MessageState
from clinic.notifications.worker import Worker
from clinic.platform.urls import public_url
from clinic.safety import queries, service
from clinic.safety.messages import URGENT_ITEM
from clinic.safety.rules import RED_FLAGS, CallBackKind, FlagSource
from tests.notifications.mailing import put, rows
from tests.safety.people import CLINICIAN, DESK, enter_patient
from tests.support.app import FixedClock
from tests.support.client import HEALTH_WORDS, parse


def test_text_is_plain_and_html_is_escaped(app: Flask) -> None:
    made = compose(
        "safety_urgent_item", to="a@example.com", reference="<b>&", by="now", address="http://localhost/?a&b"
    )
    assert "<b>&" in made.text
    assert "http://localhost/?a&b" in made.text
    assert "&lt;b&gt;&amp;" in made.html
    assert "<b>&" not in made.html


def test_an_address_is_built_from_the_settings_whoever_asks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = app.extensions["clinic.settings"].model_copy(update={"public_url": "https://visits.example.com/"})
    monkeypatch.setitem(app.extensions, "clinic.settings", held)
    with app.test_request_context(headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}):
        assert public_url("patients.open_link", token="t") == "https://visits.example.com/go/t"
    assert public_url("patients.open_link", token="t") == "https://visits.example.com/go/t"


@pytest.mark.parametrize(
    ("code", "by"), [("RF-SUICIDE-NOW", "9:15 a.m."), ("RF-CES", "9:15 a.m."), ("RF-WOUND", "10:00 a.m.")]
)
def test_the_urgent_message_says_nothing_about_anybody(
    app: Flask, clock: FixedClock, code: str, by: str
) -> None:
    patient = enter_patient(clock.now, "Canaryname")
    service.raise_flags(patient, None, [code], FlagSource.PATIENT, CLINICIAN, now=clock.now)
    (call,) = queries.clinical_queue(CLINICIAN)
    ids = {"call_back": str(call.id), "contact": "0"}
    assert URGENT_ITEM.still_wanted(ids, clock.now)
    message = URGENT_ITEM.render(ids)
    assert (message.to, message.subject) == (
        "safety@example.com",
        f"Urgent item in the queue, ref {call.reference}",
    )
    parse(message.html)
    for part in (message.subject, message.text, re.sub(r"<style.*?</style>", "", message.html)):
        assert "Canaryname" not in part
        assert "555-0164" not in part
        assert RED_FLAGS[code].concern.lower() not in part.lower()
        assert set(HEALTH_WORDS.findall(part)) <= {("Urgent", ""), ("urgent", "")}
    assert call.reference in message.text
    assert f"{by} Central Time" in message.text


def test_the_urgent_message_is_not_wanted_once_somebody_has_it(app: Flask, clock: FixedClock) -> None:
    patient = enter_patient(clock.now)
    service.raise_flags(patient, None, ["RF-CES"], FlagSource.PATIENT, CLINICIAN, now=clock.now)
    (call,) = queries.clinical_queue(CLINICIAN)
    ids = {"call_back": str(call.id), "contact": "0"}
    assert not URGENT_ITEM.still_wanted(ids | {"contact": "1"}, clock.now)
    service.acknowledge(call.id, CLINICIAN, now=clock.now)
    assert not URGENT_ITEM.still_wanted(ids, clock.now)


def test_only_what_nobody_waits_for_keeps_the_quiet_hours(app: Flask) -> None:
    quiet = {name for name, kind in registry(app).kinds.items() if kind.by_itself}
    assert quiet == {
        "appointment_reminder",
        "referral_choose_time",
        "referral_news",
        "referral_question",
    }
    evening = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)  # 10 p.m. in Alabama
    assert registry(app).loud_from(evening) == datetime(2026, 12, 2, 14, 0, tzinfo=UTC)


def test_the_application_knows_the_urgent_message(app: Flask) -> None:
    assert registry(app).kinds[URGENT_ITEM.name] is URGENT_ITEM
    assert "escalate" in registry(app).jobs


def test_a_patient_whose_mail_cannot_be_delivered_is_called_by_the_desk(
    app: Flask, clock: FixedClock
) -> None:
    patient = enter_patient(clock.now)
    put("1", clock.now, patient, kind="test.nobody")
    put("2", clock.now, kind="test.nobody")  # to staff: the ledger shows it, there is nobody to call
    Worker(app).drain()
    (call,) = queries.desk_queue(DESK)
    assert (call.kind, call.patient.id) == (CallBackKind.MESSAGE_FAILED, patient)
    assert [row.state for row in rows()] == [MessageState.GIVEN_UP] * 2
