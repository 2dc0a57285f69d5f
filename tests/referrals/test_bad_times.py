"""All that can be wrong with a time that a patient sends: a sentence, the nearest times, nothing stored."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import service
from clinic.referrals.rules import WithdrawReason
from clinic.safety.rules import FlagSource
from clinic.safety.service import raise_flags
from clinic.scheduling.models import Appointment, ClinicianSession, VisitType
from clinic.scheduling.rules import State, read_wanted
from tests.referrals.browsing import book, pick
from tests.referrals.cast import Sent, come_in, rows_of, send_in
from tests.scheduling.scene import Scene
from tests.support.app import START, FixedClock
from tests.support.client import PageClient, text_of
from tests.support.spoiling import FORGED, SAID, spoiled

NEAREST = "The nearest other times"


def stored() -> list[tuple[State, object]]:
    return sorted((row.state, row.start_at) for row in rows_of(Appointment))


def check_refused(page: str, said: str, *, nearest: bool) -> None:
    assert said in text_of(page)
    assert "<title>Error: " in page
    assert (NEAREST in page) is nearest


@pytest.mark.parametrize("how", SAID)
@pytest.mark.parametrize("url", ["/visit/times", "/visit/change"])
def test_a_time_that_was_edited_is_refused(
    client: PageClient, sent: Sent, scene: Scene, how: str, url: str
) -> None:
    come_in(client, sent)
    if url == "/visit/change":
        book(client)
    given = pick(client, 3, url)
    before = stored()
    bad = given | {"slot": spoiled(how, given["slot"], scene)}
    page = client.post(url, bad, status=422 if how in FORGED else 409).text
    check_refused(page, SAID[how], nearest=how not in FORGED)
    assert stored() == before
    # The page is whole: what it offers can be taken.
    again = pick(client, 3, url)
    client.post(url, again, status=303)


def shorten(scene: Scene) -> None:
    with transaction():
        db.session.execute(update(VisitType).where(VisitType.id == scene.first_visit).values(minutes=45))


def delete_sessions(scene: Scene) -> None:
    with transaction():
        db.session.execute(delete(ClinicianSession).where(ClinicianSession.clinician_id == scene.anna))


@pytest.mark.parametrize(
    ("change", "said"),
    [(shorten, "kind of visit or its length has changed"), (delete_sessions, "no visits at this time")],
    ids=["length", "session"],
)
def test_what_is_set_up_changed_under_an_open_page(
    client: PageClient, sent: Sent, scene: Scene, change: Callable[[Scene], None], said: str
) -> None:
    come_in(client, sent)
    given = pick(client)
    assert scene.anna.hex in given["slot"]
    change(scene)
    check_refused(client.post("/visit/times", given, status=409).text, said, nearest=True)
    assert stored() == []


def test_taken_meanwhile(
    client: PageClient, sent: Sent, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(client, sent)
    given = pick(client)
    other = send_in(monkeypatch, START, first_name="Otto")
    wanted = read_wanted(given["slot"], scene.first_visit)
    service.hold_time(other.referral.id, wanted, key="o", actor=other.patient, now=START)
    before = stored()
    check_refused(client.post("/visit/times", given, status=409).text, "just taken", nearest=True)
    assert stored() == before


def test_withdrawn_meanwhile(client: PageClient, sent: Sent, clinician: Actor) -> None:
    come_in(client, sent)
    given = pick(client)
    service.withdraw(
        sent.referral.reference, WithdrawReason.PATIENT_ASKED, "", version=1, actor=clinician, now=START
    )
    check_refused(client.post("/visit/times", given, status=409).text, "Please call us", nearest=False)
    assert stored() == []


def test_a_flag_was_raised_meanwhile(client: PageClient, sent: Sent) -> None:
    """The place is not lost: the time is kept until a call. A booked visit stays where it is."""
    come_in(client, sent)
    book(client)
    given = pick(client, 3, "/visit/change")
    before = stored()
    raise_flags(sent.referral.patient_id, None, ["RF-DVT"], FlagSource.PATIENT, sent.patient, now=START)
    page = client.post("/visit/change", given, status=409).text
    check_refused(page, "We need to talk with you", nearest=False)
    assert stored() == before


def test_a_flag_was_raised_before_a_first_time_was_chosen(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    given = pick(client)
    raise_flags(sent.referral.patient_id, None, ["RF-DVT"], FlagSource.PATIENT, sent.patient, now=START)
    page = client.follow(client.post("/visit/times", given, status=303)).text
    assert "not booked yet" in text_of(page)
    assert [state for state, _ in stored()] == [State.REQUESTED]


def test_a_hold_is_confirmed_too_late(client: PageClient, sent: Sent, clock: FixedClock) -> None:
    come_in(client, sent)
    client.post("/visit/times", pick(client), status=303)
    client.get("/visit/confirm")
    clock.advance(timedelta(minutes=16))
    check_refused(client.post("/visit/confirm", status=409).text, "has run out", nearest=True)
    assert [state for state, _ in stored()] == [State.HELD]  # the sweep ends it


def test_an_old_page_of_a_visit_that_was_moved(client: PageClient, sent: Sent) -> None:
    come_in(client, sent)
    book(client)
    old = pick(client, 3, "/visit/change")
    client.post("/visit/change", pick(client, 5, "/visit/change"), status=303)
    before = stored()
    check_refused(client.post("/visit/change", old, status=409).text, "changed meanwhile", nearest=False)
    assert stored() == before
