"""The referring office: what staff type is checked and sealed, each news mailed once, the letter true."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Invalid, NotFound
from clinic.kernel.permissions import Actor
from clinic.notifications.mailbox import stored_mails
from clinic.notifications.models import OutboxMessage
from clinic.notifications.transports import FileTransport
from clinic.notifications.worker import Worker
from clinic.referrals import service
from clinic.referrals.models import ReferralEvent, ReferringOffice
from clinic.referrals.presenters import letter as words
from clinic.referrals.queries.office import office_of
from clinic.referrals.rules import Choice, DecisionReason, EventKind, WithdrawReason
from clinic.referrals.rules.office import OfficeDetails, OfficeNews, StaleOffice
from clinic.referrals.service import Decided
from tests.referrals.cast import Sent, rows_of, times_for
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import sign_in

TYPED = {
    "name": "Pine Street Family Care",
    "clinician": "Dr. Rowan Sample",
    "address": "12 Pine Street\nOpelika, AL 36801",
    "fax": "334-555-0188",
    "email": "office@example.com",
}
OFFICE = OfficeDetails(**TYPED)


def keep(sent: Sent, by: Actor, details: OfficeDetails = OFFICE, version: int = 0) -> None:
    service.keep_office(sent.referral.reference, details, version=version, actor=by, now=START)


def decide(sent: Sent, by: Actor, choice: Choice = Choice.PHASE_TWO, **given: Any) -> None:
    told, fresh = Decided(choice=choice, **given), sent.fresh
    later = START + timedelta(minutes=fresh.version)
    service.decide(fresh.reference, told, version=fresh.version, actor=by, now=later)


def queued() -> list[str]:
    return sorted(row.kind for row in rows_of(OutboxMessage) if row.kind.startswith("office_"))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "  "),
        ("name", "x" * 101),
        ("clinician", "x" * 101),
        ("address", "x" * 301),
        ("fax", "12"),
        ("fax", "+44 20 7946 0958"),
        ("email", "office at example"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field: str, text: str) -> None:
    with pytest.raises(Invalid) as wrong:
        OfficeDetails(**(TYPED | {field: text}))
    assert wrong.value.field == field


def test_values_take_their_one_form() -> None:
    given = OfficeDetails(
        name=" Pine  Street ", address=" 1 Road \n\n Selma ", fax=" ", email="Office@EXAMPLE.com"
    )
    assert given == OfficeDetails(name="Pine Street", address="1 Road\nSelma", email="Office@example.com")
    assert OFFICE.fax == "+13345550188"


def test_the_office_is_kept_sealed_and_recorded_without_its_values(sent: Sent, desk: Actor) -> None:
    keep(sent, desk)
    found = office_of(sent.referral.id)
    assert found is not None
    assert found.details == OFFICE
    assert (found.version, found.changed_by) == (1, "Dana Desk")
    (event,) = [one for one in rows_of(AuditEvent) if one.action == Action.OFFICE_KEPT]
    assert event.facts == {"fields": ["name", "clinician", "address", "fax", "email"]}
    assert len(rows_of(ReferringOffice)) == 1


def test_over_somebody_elses_change_nothing_is_written(sent: Sent, desk: Actor, clinician: Actor) -> None:
    keep(sent, desk)
    other = OfficeDetails(name="Oak Clinic")
    with pytest.raises(StaleOffice):
        keep(sent, clinician, other)
    keep(sent, clinician, other, version=1)
    found = office_of(sent.referral.id)
    assert found is not None
    assert (found.details.name, found.version) == ("Oak Clinic", 2)


def test_each_news_is_told_once_and_the_history_says_so(sent: Sent, desk: Actor, clinician: Actor) -> None:
    keep(sent, desk)
    keep(sent, desk, version=1)
    assert queued() == ["office_received"]
    decide(sent, clinician)
    decide(sent, clinician, Choice.PHASE_TWO)
    assert queued() == ["office_decided", "office_received"]
    wanted = times_for(sent, START)[0].wanted
    service.book_by_staff(sent.referral.id, wanted, key="k", actor=desk, now=START)
    assert queued() == ["office_decided", "office_received", "office_visit"]
    told = [one for one in rows_of(ReferralEvent) if one.kind is EventKind.REPLIED]
    assert len(told) == 3


def test_a_patient_who_books_lets_the_office_know(sent: Sent, desk: Actor) -> None:
    keep(sent, desk)
    wanted = times_for(sent, START)[0].wanted
    held = service.hold_time(sent.referral.id, wanted, key="h", actor=sent.patient, now=START)
    assert "office_visit" not in queued()
    service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=START)
    assert "office_visit" in queued()


def test_an_office_typed_late_is_told_the_newest_alone(sent: Sent, desk: Actor, clinician: Actor) -> None:
    decide(sent, clinician)
    keep(sent, desk)
    assert queued() == ["office_decided"]


def test_without_an_address_nothing_is_mailed(sent: Sent, desk: Actor, clinician: Actor) -> None:
    keep(sent, desk, OfficeDetails(name="Pine Street"))
    decide(sent, clinician)
    assert queued() == []


def test_mails_name_the_reference_and_nothing_else(
    app: Flask, sent: Sent, desk: Actor, clinician: Actor, tmp_path: Path
) -> None:
    keep(sent, desk)
    Worker(app, FileTransport(tmp_path)).drain()
    decide(sent, clinician, words_to_patient="Bring the pump card.")
    wanted = times_for(sent, START)[0].wanted
    service.book_by_staff(sent.referral.id, wanted, key="k", actor=desk, now=START)
    app.extensions["clinic.clock"].advance(timedelta(minutes=10))
    Worker(app, FileTransport(tmp_path)).drain()
    mails = [one for one in stored_mails(tmp_path) if one.to == "office@example.com"]
    assert len(mails) == len(OfficeNews)
    for mail in mails:
        everything = f"{mail.subject} {mail.text} {mail.html}"
        assert sent.referral.reference in mail.subject
        for word in ("Hazel", "Exampleton", "Phase", "pump", "Pine Street", "Sample", "CRPS", "pain"):
            assert word.lower() not in everything.lower(), word


def test_mails_stop_when_the_referral_is_withdrawn(
    app: Flask, sent: Sent, desk: Actor, clinician: Actor, tmp_path: Path
) -> None:
    keep(sent, desk)
    service.withdraw(
        sent.referral.reference,
        WithdrawReason.PATIENT_ASKED,
        "",
        version=sent.fresh.version,
        actor=clinician,
        now=START,
    )
    Worker(app, FileTransport(tmp_path)).drain()
    assert [one for one in stored_mails(tmp_path) if one.to == "office@example.com"] == []


def test_the_letter_follows_what_holds(sent: Sent, desk: Actor, clinician: Actor) -> None:
    def now_told() -> tuple[str, str, str]:
        told = service.view_letter(sent.referral.reference, actor=clinician, now=START)
        return words.decision_words(told), words.next_step(told), words.visit_line(told)

    assert now_told()[0] == "A clinician has not decided yet."
    decide(sent, clinician, words_to_patient="Keep moving gently.")
    decided, step, visit = now_told()
    assert decided.startswith("Phase Two. ")
    assert step.startswith("The patient chooses a time.")
    assert visit == ""
    told = service.view_letter(sent.referral.reference, actor=clinician, now=START)
    assert words.advice(told) == "Keep moving gently."
    wanted = times_for(sent, START)[0].wanted
    service.book_by_staff(sent.referral.id, wanted, key="k", actor=desk, now=START)
    assert "Central Time, " in now_told()[2]
    elsewhere = {
        "reason": DecisionReason.OTHER_DIAGNOSIS,
        "sentence": "A nerve is caught.",
        "words_to_patient": "See a hand surgeon.",
    }
    decide(sent, clinician, Choice.NOT_FOR_THIS_CLINIC, **elsewhere)
    assert now_told()[0].startswith("Not for this clinic. ")


def test_letters_are_for_clinicians_and_offices_for_those_who_book(sent: Sent, desk: Actor) -> None:
    with pytest.raises(NotFound):
        service.view_letter(sent.referral.reference, actor=desk, now=START)
    with pytest.raises(NotFound):
        service.view_office(sent.referral.reference, actor=Actor.patient(sent.referral.patient_id), now=START)
    page = service.view_office(sent.referral.reference, actor=desk, now=START)
    assert page.office is None


def test_the_desk_types_the_office_and_reads_nothing_clinical(
    app: Flask, client: PageClient, sent: Sent
) -> None:
    sign_in(client, Role.FRONT_DESK)
    url = f"/staff/referrals/{sent.referral.reference}/office"
    page = client.get(url).text
    for word in ("Phase", "Priority", "Decision", "Letter"):
        assert word not in page
    wrong = client.post(url, TYPED | {"fax": "12", "version": "0"}, status=422).text
    assert 'value="12"' in wrong
    client.post(url, TYPED | {"version": "0"}, status=303)
    kept = client.get(url).text
    assert all(f'value="{text}"' in kept for text in (TYPED["name"], TYPED["email"]))
    assert "Opelika, AL 36801" in kept
    stale = client.post(url, TYPED | {"name": "Oak Clinic", "version": "0"}, status=409).text
    assert "Stored now" in stale
    assert 'value="Oak Clinic"' in stale
    assert "Pine Street Family Care" in stale
    client.post(url, TYPED | {"name": "Oak Clinic", "version": "1"}, status=303)
    client.post(url, TYPED | {"version": "none"}, status=409)
    client.get("/staff/referrals/NOPE-NOPE/office", status=404)


def test_free_text_in_the_letter_is_text(
    client: PageClient, sent: Sent, clinician: Actor, desk: Actor
) -> None:
    keep(sent, desk, OfficeDetails(name="<script>alert(1)</script>", address="שלום\n" + "x" * 200))
    decide(sent, clinician, words_to_patient="<b>" + "w" * 1900)
    sign_in(client, Role.CLINICIAN)
    page = client.get(f"/staff/referrals/{sent.referral.reference}/letter").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
