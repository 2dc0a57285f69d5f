"""Who looks after a referral: one of two has it, a stale screen is told, colleagues read comments."""

import pytest

from clinic.accounts.models import Cover
from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries, service
from clinic.referrals.models import ReferralEvent
from clinic.referrals.rules import EventKind, ReferralStatus
from clinic.referrals.rules.listing import Listing, Whose
from clinic.referrals.service import Held
from tests.referrals.cast import Sent, rows_of, send_in, staff_actor
from tests.referrals.test_worklist import change, references
from tests.scheduling.scene import Scene
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import sign_in

HOSTILE = "<script>alert(1)</script> \u202eשלום\u202c & so on"


@pytest.fixture
def other(clinician: Actor) -> Actor:
    """A second clinician."""
    return staff_actor(Role.CLINICIAN, "Silas Lark")


def recorded(action: Action) -> list[AuditEvent]:
    """What the audit log has of it."""
    return [one for one in rows_of(AuditEvent) if one.action == action]


def test_of_two_who_take_it_one_has_it_and_the_other_is_told(
    sent: Sent, clinician: Actor, other: Actor
) -> None:
    shown = [Held(sent.referral.reference, None)]
    assert service.assign(shown, clinician.id, actor=clinician, now=START).done == 1
    late = service.assign(shown, other.id, actor=other, now=START)
    assert (late.done, late.meanwhile) == (0, (f"{sent.referral.reference}: Robin Vale took it meanwhile.",))
    assert sent.fresh.assignee_id == clinician.id
    assert sent.fresh.version == sent.referral.version  # who writes a decision is not disturbed
    assert service.assign(shown, clinician.id, actor=clinician, now=START).done == 0  # pressed twice
    back = [Held(sent.referral.reference, clinician.id)]
    assert service.assign(back, None, actor=other, now=START).done == 1
    assert "given back" in service.assign(back, other.id, actor=other, now=START).meanwhile[0]
    lines = [(one.kind, one.about_staff_id, one.actor_id) for one in rows_of(ReferralEvent)]
    taken, returned = (EventKind.ASSIGNED, clinician.id, clinician.id), (EventKind.ASSIGNED, None, other.id)
    assert sorted(lines, key=str) == sorted([taken, returned], key=str)
    assert [one.patient_id for one in recorded(Action.REFERRAL_ASSIGNED)] == [sent.referral.patient_id] * 2


def test_what_is_over_and_who_decides_nothing(sent: Sent, clinician: Actor, desk: Actor) -> None:
    shown = [Held(sent.referral.reference, None)]
    with pytest.raises(NotAllowed):
        service.assign(shown, desk.id, actor=desk, now=START)
    with pytest.raises(NotAllowed):
        service.comment(sent.referral.reference, "Hello", actor=desk, now=START)
    with pytest.raises(Invalid):
        service.assign(shown, desk.id, actor=clinician, now=START)
    with pytest.raises(NotFound):
        service.assign([Held("ZZZZ-ZZZZ", None)], clinician.id, actor=clinician, now=START)
    change(sent.referral.reference, status=ReferralStatus.WITHDRAWN)
    over = service.assign(shown, clinician.id, actor=clinician, now=START)
    assert over.meanwhile == (f"{sent.referral.reference} is withdrawn meanwhile.",)
    assert rows_of(ReferralEvent) == []


def test_who_covers_sees_it_among_their_own(sent: Sent, clinician: Actor, other: Actor) -> None:
    service.assign([Held(sent.referral.reference, None)], other.id, actor=other, now=START)
    mine = Listing(whose=Whose.MINE)
    assert references(clinician, listing=mine) == []
    today = central_date(START)
    with transaction():
        away = {"first_day": today, "last_day": today, "entered_by": other.id, "entered_at": START}
        db.session.add(Cover(staff_id=other.id, covered_by=clinician.id, **away))
    (row,) = queries.worklist(clinician, now=START, listing=mine).rows
    assert (row.covered, row.assignee and row.assignee.short_name) == (True, "Silas Lark")


def test_ticked_rows_change_hands_together(
    client: PageClient, scene: Scene, sent: Sent, other: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = send_in(monkeypatch, START, first_name="Otto")
    sign_in(client, Role.CLINICIAN, email="third@clinic.example.com", name="Ines Third")
    url = "/staff/worklist/assign?whose=unassigned"
    client.get("/staff/worklist?whose=unassigned")
    nothing = client.follow(client.post(url, {"take": "1"}, status=303))
    assert "Tick at least one row first." in nothing.text
    ticks = [f"{one.referral.reference}:" for one in (sent, second)]
    nobody = client.follow(client.post(url, {"tick": ticks, "give": "1", "to": ""}, status=303))
    assert "Choose a colleague" in nobody.text
    given = client.post(url, {"tick": ticks[:1], "give": "1", "to": str(other.id)}, status=303)
    assert given.headers["Location"] == "/staff/worklist?whose=unassigned"
    assert "1 assigned to Silas Lark." in client.follow(given).text
    taken = client.follow(client.post(url, {"tick": ticks, "take": "1"}, status=303)).text
    assert "1 assigned to you." in taken
    assert f"{sent.referral.reference}: Silas Lark took it meanwhile." in taken
    assert "Ines Third" in client.get("/staff/worklist?whose=mine").text
    for wrong in ({}, {"tick": "nonsense:nonsense", "take": "1"}, {"tick": ticks, "give": "1", "to": "me"}):
        client.post(url, wrong, status=422)
    client.post("/staff/worklist/assign?show=nonsense", {"tick": ticks, "take": "1"}, status=404)


def test_a_comment_is_text_whatever_is_in_it(client: PageClient, sent: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    where = f"/staff/referrals/{sent.referral.reference}"
    client.get(where)
    for text, words in (("  ", "Write the comment"), ("x" * 2001, "2,000 characters or fewer")):
        answer = client.post(f"{where}/comment", {"comment": text}, status=422)
        assert words in answer.text
        assert text.strip() in answer.text
    for _ in range(2):  # a double click
        answer = client.post(f"{where}/comment?list=0.1.0.0.0.", {"comment": HOSTILE}, status=303)
    page = client.follow(answer).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "שלום" in page
    assert "list=0.1.0.0.0." in page
    (event,) = rows_of(ReferralEvent)
    assert event.kind is EventKind.COMMENTED
    assert b"alert" not in event.note_sealed
    assert [one.subject_id for one in recorded(Action.REFERRAL_COMMENTED)] == [event.id]


def test_the_referral_is_taken_and_given_back_on_its_own_screen(
    client: PageClient, sent: Sent, other: Actor
) -> None:
    sign_in(client, Role.CLINICIAN, email="third@clinic.example.com", name="Ines Third")
    where = f"/staff/referrals/{sent.referral.reference}"
    client.get(where)
    tick = f"{sent.referral.reference}:"
    taken = client.follow(client.post(f"{where}/assign", {"tick": tick, "take": "1"}, status=303)).text
    assert "1 assigned to you." in taken
    assert "assigned to Ines Third" in taken  # the history
    stale = {"tick": tick, "give": "1", "to": str(other.id)}
    told = client.follow(client.post(f"{where}/assign", stale, status=303)).text
    assert "Ines Third took it meanwhile." in told
