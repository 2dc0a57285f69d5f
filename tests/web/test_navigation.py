"""The header of staff pages: what waits is counted, and nobody sees a count of what they may not open."""

from datetime import datetime

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.patients.service import register
from clinic.platform.extensions import now
from clinic.referrals.rules import CallerReason
from clinic.referrals.service import create_for_caller
from clinic.safety.rules import CallBackKind, FlagSource
from clinic.safety.service import open_call_back, raise_flags
from tests.patients.people import details
from tests.support.client import PageClient, parse
from tests.support.staff import sign_in


def menu(client: PageClient, url: str) -> dict[str, str]:
    """The labels of the menu and what is counted behind each."""
    page = parse(client.get(url).get_data(as_text=True))
    nav = next(one for one in page.iter("nav") if one.get("aria-label") == "Main")
    return {(one.text or "").strip(): "".join(count.text or "" for count in one) for one in nav.iter("a")}


@pytest.fixture
def waiting(app: Flask) -> datetime:
    """A referral, an urgent flag with its call, and a call for the desk."""
    patient, at = register(details(), Actor.system(), now()), now()
    create_for_caller(patient, CallerReason.DOCTOR_SENT, actor=Actor.system(), now=at)
    raise_flags(patient, None, ["RF-DVT"], FlagSource.PATIENT, Actor.system(), now=at)
    open_call_back(patient, CallBackKind.MESSAGE_FAILED, actor=Actor.system(), now=at)
    return at


@pytest.mark.usefixtures("waiting")
def test_a_clinician_sees_what_waits(client: PageClient) -> None:
    sign_in(client, Role.CLINICIAN)
    shown = menu(client, "/staff/worklist")
    assert (shown["Worklist"], shown["Safety calls"], shown["Call-backs"]) == ("1", "1", "1")
    assert shown["Today"] == ""


@pytest.mark.usefixtures("waiting")
def test_the_desk_counts_its_own_calls_alone(client: PageClient) -> None:
    sign_in(client, Role.FRONT_DESK)
    shown = menu(client, "/staff/today")
    assert shown["Call-backs"] == "1"
    assert not {"Worklist", "Safety calls"} & set(shown)


@pytest.mark.usefixtures("waiting")
def test_an_administrator_is_told_no_counts(client: PageClient) -> None:
    sign_in(client, Role.ADMIN)
    assert set(menu(client, "/staff/people").values()) == {""}
