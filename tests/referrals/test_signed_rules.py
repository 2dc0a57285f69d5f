"""In production nobody takes a time alone until clinicians have signed a version of the rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import settings
from clinic.referrals import service
from clinic.referrals.rules import BookingMode
from clinic.safety.rules import BLOCKING_TIERS, FlagSource
from clinic.safety.service import raise_flags
from clinic.scheduling.rules import State, Wanted
from clinic.triage import queries
from clinic.triage.rules import RuleSettings, open_choices
from clinic.triage.service import agree, approve
from tests.referrals.cast import Sent, come_in, send_in, times_for
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.triage.cast import clinician, propose

SOON = START + timedelta(minutes=5)


class Given(TypedDict):
    """Who does something, and when."""

    actor: Actor
    now: datetime


DIGESTS = [one.digest for one in open_choices(RuleSettings())]


@pytest.fixture
def wanted(sent: Sent) -> list[Wanted]:
    """Times that could be had before production began."""
    return [time.wanted for time in times_for(sent, START)[::9]]


@pytest.fixture
def held(sent: Sent, wanted: list[Wanted]) -> UUID:
    """A time that was held before."""
    row = service.hold_time(sent.referral.id, wanted[0], key="before", actor=sent.patient, now=START)
    return row.id


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Turns the installation into production."""

    def turn() -> None:
        production = settings().model_copy(update={"environment": "production"})
        for module in ("clinic.referrals.service.way", "clinic.triage.queries"):
            monkeypatch.setattr(f"{module}.settings", lambda: production)

    return turn


def test_every_way_of_a_patient_is_closed(
    sent: Sent, held: UUID, wanted: list[Wanted], live: Callable[[], None]
) -> None:
    live()
    reference, who = sent.referral.id, Given(actor=sent.patient, now=SOON)
    assert service.way_to_visit(sent.fresh, SOON).mode is BookingMode.CALL_US
    ways: tuple[Callable[[], object], ...] = (
        lambda: service.hold_time(reference, wanted[1], key="k", **who),
        lambda: service.request_time(reference, wanted[1], key="k", **who),
        lambda: service.confirm_time(reference, held, **who),
        lambda: service.extend_hold(reference, held, **who),
        lambda: service.move_visit(reference, held, wanted[1], version=1, **who),
    )
    for way in ways:
        with pytest.raises(Conflict, match="Please call us"):
            way()
    assert service.ask_for_call(reference, **who)


def test_an_urgent_answer_opens_no_side_door(
    sent: Sent, wanted: list[Wanted], desk: Actor, live: Callable[[], None]
) -> None:
    live()
    raise_flags(sent.referral.patient_id, None, ["RF-DVT"], FlagSource.PATIENT, sent.patient, now=SOON)
    assert BLOCKING_TIERS
    with pytest.raises(Conflict, match="Please call us"):
        service.request_time(sent.referral.id, wanted[0], key="k", actor=sent.patient, now=SOON)
    row = service.book_by_staff(sent.referral.id, wanted[0], key="d", actor=desk, now=SOON)
    assert row.state is State.REQUESTED


def test_staff_book_all_the_same(
    sent: Sent, wanted: list[Wanted], desk: Actor, live: Callable[[], None]
) -> None:
    live()
    row = service.book_by_staff(sent.referral.id, wanted[0], key="d", actor=desk, now=SOON)
    assert row.state is State.BOOKED
    gone = service.cancel_visit(sent.referral.id, row.id, version=row.version, actor=sent.patient, now=SOON)
    assert gone.state is State.CANCELLED


def test_the_pages_ask_for_a_call(client: PageClient, sent: Sent, live: Callable[[], None]) -> None:
    slot = times_for(sent, START)[0].value
    come_in(client, sent)
    page = client.get("/visit/times").text
    assert "slot" in page
    live()
    for url in ("/visit", "/visit/received", "/visit/times"):
        words = text_of(client.get(url).text)
        assert "Please call us" in words, url
        assert "Choose a time" not in words.replace("Choose a time -", ""), url
    page = client.post("/visit/times", {"slot": slot, "key": "k"}, status=409).text
    assert "Please call us" in text_of(page)
    assert service.way_to_visit(sent.fresh, SOON).visit is None


def test_the_last_agreement_opens_the_way(sent: Sent, live: Callable[[], None]) -> None:
    live()
    who = clinician()
    agree(1, DIGESTS[:-1], actor=who, now=START)
    assert service.way_to_visit(sent.fresh, SOON).mode is BookingMode.CALL_US
    assert queries.doctor_checks() == [
        "rule settings: 1 choices are still open on /staff/rules; patients cannot book"
    ]
    agree(1, DIGESTS[-1:], actor=who, now=START)
    assert service.way_to_visit(sent.fresh, SOON).mode is BookingMode.BOOK
    assert queries.doctor_checks() == []


def test_a_newer_version_that_nobody_has_signed_yet_closes_nothing(
    sent: Sent, live: Callable[[], None]
) -> None:
    live()
    agree(1, DIGESTS, actor=clinician(), now=START)
    approve(propose(clinician("Wren Lark"), START), actor=clinician("Juno Brook"), now=START)
    assert service.way_to_visit(sent.fresh, SOON).mode is BookingMode.BOOK


def test_a_draft_that_everybody_likes_is_no_signed_version(app: Flask, live: Callable[[], None]) -> None:
    live()
    propose(clinician(), START)
    with pytest.raises(Conflict):
        agree(2, DIGESTS, actor=clinician("Wren Lark", Role.CLINICIAN), now=START)
    assert not queries.is_any_version_signed()


def test_elsewhere_than_in_production_nothing_is_asked(
    scene: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> bool:
        raise AssertionError("asked for nothing")

    monkeypatch.setattr("clinic.referrals.service.way.is_any_version_signed", never)
    assert service.way_to_visit(send_in(monkeypatch, START).fresh, START).mode is BookingMode.BOOK
