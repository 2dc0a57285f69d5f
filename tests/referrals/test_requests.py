"""A time that was asked for: the clinician settles it with the call, and everybody hears of it."""

from datetime import timedelta

import pytest

from clinic.accounts.rules import Role
from clinic.kernel.errors import Conflict, Invalid, NotAllowed
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.referrals import service
from clinic.referrals.rules import Settle
from clinic.referrals.rules.office import OfficeDetails
from clinic.safety.models import CallBack
from clinic.safety.queries import open_flags
from clinic.safety.rules import CallBackState, FlagSource, Outcome
from clinic.safety.service import close_flag, raise_flags, record_contact
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries import AppointmentRow, doctor_checks
from clinic.scheduling.rules import State
from tests.referrals.browsing import hidden
from tests.referrals.cast import Sent, rows_of, times_for
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in

SOON = START + timedelta(minutes=5)


@pytest.fixture
def asked(sent: Sent) -> AppointmentRow:
    """Hazel has an urgent flag open and has asked for a time."""
    raise_flags(sent.referral.patient_id, None, ["RF-DVT"], FlagSource.PATIENT, sent.patient, now=START)
    wanted = times_for(sent, START)[0].wanted
    return service.request_time(sent.referral.id, wanted, key="r", actor=sent.patient, now=START)


def call_of() -> CallBack:
    (call,) = rows_of(CallBack)
    assert isinstance(call, CallBack)
    return call


def visit() -> Appointment:
    (row,) = rows_of(Appointment)
    assert isinstance(row, Appointment)
    return row


def mails() -> list[str]:
    return sorted(row.kind for row in rows_of(OutboxMessage))


def end(clinician: Actor, settle: Settle | None, version: int = 1) -> None:
    call = call_of()
    if call.state is not CallBackState.CONTACTED:
        record_contact(call.id, clinician, now=SOON)
    service.end_safety_call(
        call.id, Outcome.SAFE_TO_WAIT, "Fine.", settle=settle, version=version, actor=clinician, now=SOON
    )


def with_office(sent: Sent, desk: Actor) -> None:
    details = OfficeDetails(name="River Family", clinician="", address="", fax="", email="o@example.com")
    service.keep_office(sent.referral.reference, details, version=0, actor=desk, now=START)


def test_the_call_ends_with_the_time_booked_and_patient_and_office_are_told(
    sent: Sent, asked: AppointmentRow, clinician: Actor, desk: Actor
) -> None:
    with_office(sent, desk)
    assert "office_visit" not in mails()
    end(clinician, Settle.BOOK)
    assert visit().state is State.BOOKED
    assert {"appointment_confirmed", "office_visit"} <= set(mails())
    assert doctor_checks(SOON) == []


def test_or_with_the_time_given_up(sent: Sent, asked: AppointmentRow, clinician: Actor) -> None:
    end(clinician, Settle.GIVE_UP)
    assert visit().state is State.RELEASED
    assert "appointment_confirmed" not in mails()
    assert "referral_choose_time" in mails()


def test_a_call_does_not_end_while_the_time_hangs(asked: AppointmentRow, clinician: Actor) -> None:
    with pytest.raises(Invalid, match="asked for a time"):
        end(clinician, None)
    assert (call_of().state, visit().state) == (CallBackState.CONTACTED, State.REQUESTED)


def test_what_was_changed_meanwhile_ends_nothing(asked: AppointmentRow, clinician: Actor) -> None:
    with pytest.raises(Conflict):
        end(clinician, Settle.BOOK, version=7)
    assert (call_of().state, visit().state) == (CallBackState.CONTACTED, State.REQUESTED)


def test_nobody_confirms_before_the_call_or_without_being_a_clinician(
    sent: Sent, asked: AppointmentRow, clinician: Actor, desk: Actor
) -> None:
    with pytest.raises(Conflict, match="end the safety call"):
        service.confirm_request(asked.id, version=1, actor=clinician, now=SOON)
    for who in (desk, sent.patient):
        with pytest.raises(NotAllowed):
            service.confirm_request(asked.id, version=1, actor=who, now=SOON)
    (flag,) = open_flags(sent.referral.patient_id)
    close_flag(flag.id, Outcome.BASELINE, "Known.", clinician, now=SOON)
    for _ in range(2):
        row = service.confirm_request(asked.id, version=1, actor=clinician, now=SOON)
        assert row.state is State.BOOKED
    assert mails().count("appointment_confirmed") == 1


def test_the_page_of_the_call_settles_the_time(client: PageClient, sent: Sent, asked: AppointmentRow) -> None:
    sign_in(client, Role.CLINICIAN)
    url = f"/staff/safety/{call_of().id}"
    client.get(url)
    client.post(f"{url}/contact", {"note": ""}, status=303)
    page = client.get(url).text
    given = {"outcome": "safe_to_wait", "agreed": "They come.", "version": hidden(page, "version")}
    refused = client.post(f"{url}/resolve", given, status=422).text
    assert "Choose what becomes of the time" in text_of(refused)
    assert "They come." in refused
    client.post(f"{url}/resolve", given | {"settle": "book"}, status=303)
    assert visit().state is State.BOOKED


def test_the_desk_sees_where_it_stands_and_a_clinician_books_it(
    client: PageClient, sent: Sent, asked: AppointmentRow, clinician: Actor
) -> None:
    url = f"/staff/visits/{asked.id}"
    sign_in(client, Role.FRONT_DESK)
    page = text_of(client.get(url).text)
    assert "A clinician must call this person" in page
    assert "Open the safety call" not in page
    client.post(f"{url}/confirm", {"version": "1"}, status=403)
    client.post("/staff/sign-out", status=302)
    sign_in(client, Role.CLINICIAN)
    assert "Open the safety call" in text_of(client.get(url).text)
    assert "end the safety call" in text_of(client.post(f"{url}/confirm", {"version": "1"}, status=409).text)
    (flag,) = open_flags(sent.referral.patient_id)
    close_flag(flag.id, Outcome.BASELINE, "Known.", clinician, now=SOON)
    assert "Book this time" in client.get(url).text
    client.post(f"{url}/confirm", {"version": "1"}, status=302)
    assert visit().state is State.BOOKED
