"""Pages of the settings: agree, propose, look at a draft, approve; what is wrong is said beside its field."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.platform.extensions import db
from clinic.triage import queries, service
from clinic.triage.forms import typed
from clinic.triage.rules import RuleSettings, open_choices
from tests.referrals.cast import send_in
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in
from tests.support.statements import statements
from tests.triage.cast import STRICTER, WHY, clinician, propose

LATER = START + timedelta(hours=1)


@pytest.fixture
def reader(client: PageClient) -> PageClient:
    """A clinician at the screen."""
    sign_in(client, Role.CLINICIAN, name="Ada Reader")
    return client


def form(settings: RuleSettings = STRICTER, **given: Any) -> dict[str, Any]:
    """The form of these settings as a browser sends it."""
    empty = {f"{name}_{place}": "" for name in ("extra", "counts") for place in range(1, 9)}
    shown = typed(settings)
    shown.pop("extra_counts")
    return empty | shown | {"why": WHY} | given


def test_one_choice_and_then_all_that_are_open(reader: PageClient) -> None:
    reader.get("/staff/rules")
    choices = open_choices(RuleSettings())
    reader.post("/staff/rules/agree", {"number": "1", "agree": choices[3].digest}, status=303)
    words = text_of(reader.get("/staff/rules").text)
    assert f"{len(choices) - 1} of {len(choices)} are still open" in words
    assert "Ada Reader, 1 Dec 2026" in words
    assert not queries.is_any_version_signed()
    reader.post("/staff/rules/agree", {"number": "1", "agree": "all"}, status=303)
    assert f"Clinicians have agreed to all {len(choices)} choices" in text_of(reader.get("/staff/rules").text)
    assert queries.is_any_version_signed()
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == Action.RULES_SIGNED)).all()
    assert sorted(len(one.facts["choices"]) for one in events) == [1, len(choices) - 1]


def test_agreement_is_to_values_that_were_read(app: Flask, reader: PageClient) -> None:
    number = propose(clinician(), START)
    reader.get("/staff/rules")
    service.approve(number, actor=clinician("Wren Lark"), now=LATER)
    page = reader.post("/staff/rules/agree", {"number": "1", "agree": "all"}, status=409)
    assert "Another version was published meanwhile" in text_of(page.text)
    reader.post("/staff/rules/agree", {"number": "2", "agree": "0" * 64}, status=404)
    reader.post("/staff/rules/agree", {"number": "2"}, status=422)
    reader.post("/staff/rules/agree", {"number": "²", "agree": "all"}, status=422)


def test_the_name_of_who_agreed_first_stays(app: Flask, reader: PageClient) -> None:
    digest = open_choices(RuleSettings())[0].digest
    assert service.agree(1, [digest], actor=clinician("First Agreer"), now=START) == 1
    assert service.agree(1, [digest], actor=clinician("Second Agreer"), now=LATER) == 0
    assert "First Agreer, 1 Dec 2026" in text_of(reader.get("/staff/rules").text)


def test_a_draft_from_the_form_to_force(
    app: Flask, reader: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send_in(monkeypatch, START)
    reader.get("/staff/rules/propose")
    given = form(extra_2="opioid_weak", counts_2="p2_medicine?", p1_medicine_maybe=["snri"], edge_days="0")
    page = reader.follow(reader.post("/staff/rules/propose", given, status=303)).text
    wanted = RuleSettings(
        p1_min_weeks=6,
        p2_min_weeks=26,
        edge_days=0,
        p1_medicine_maybe=("snri",),
        extra_counts=(("opioid_weak", "p2_medicine?"),),
    )
    assert queries.version(2).settings == wanted
    words = text_of(page)
    assert "The replay is being worked out. Reload this page." in words
    assert "You proposed these settings." in words
    assert "Phase One care counts after4 weeks6 weeks" in words
    reader.post("/staff/rules/drafts/2/approve", status=403)
    propose(clinician("Somebody Else"), START, RuleSettings(max_flips=5))
    words = text_of(reader.get("/staff/rules/drafts/2").text)
    assert "of 1 referrals would be placed differently" in words
    assert "Approve and publish" in text_of(reader.get("/staff/rules/drafts/3").text)
    reader.follow(reader.post("/staff/rules/drafts/3/approve", status=303))
    assert service.current_settings(LATER) == RuleSettings(max_flips=5)
    listed = text_of(reader.get("/staff/rules/drafts").text)
    assert "Version 3In force" in listed
    assert "Version 1Was in force" in listed
    old = reader.get(f"/staff/rules/settings/{RuleSettings().config_hash}")
    assert "Settings, version 1" in text_of(old.text)
    assert sent.fresh.phases


def test_thresholds_out_of_order_are_said_beside_the_field(reader: PageClient) -> None:
    reader.get("/staff/rules/propose")
    given = form(p1_min_weeks="9", p1_firm_weeks="8", p2_min_weeks="7", edge_days="3")
    page = reader.post("/staff/rules/propose", given, status=422).text
    words = text_of(page)
    assert "Enter 9 or more" in words
    assert "Enter 8 or more" in words
    assert all(f'value="{value}"' in page for value in ("9", "8", "7", "3"))
    assert WHY in words
    assert queries.versions() == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"p1_min_weeks": "0"}, "must be a number between 1 and 26"),
        ({"p1_min_weeks": "soon"}, "must be a number between 1 and 26"),
        ({"p1_needs_both": ""}, "choose yes or no"),
        ({"why": ""}, "Say why"),
        ({"why": "x" * 10_000}, "1,000 characters or fewer"),
        ({"extra_1": "tens"}, "Choose what it counts for"),
        ({"counts_1": "p1_rehab"}, "Choose the treatment"),
        ({"extra_1": "tea", "counts_1": "p1_rehab"}, "Choose one of the answers on the page"),
        ({"extra_1": "gabapentin", "counts_1": "p1_rehab"}, "Choose one of the answers on the page"),
        ({"p1_medicine_maybe": ["tea"]}, "Choose one of the answers on the page"),
        ({"p1_min_weeks": "4", "p2_min_weeks": "12"}, "Nothing differs from version 1"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    reader: PageClient, given: dict[str, Any], said: str
) -> None:
    reader.get("/staff/rules/propose")
    page = reader.post("/staff/rules/propose", form(**given), status=422).text
    assert said in text_of(page)
    assert 'name="edge_days"' in page


def test_words_with_scripts_and_right_to_left_letters_are_shown_as_text(reader: PageClient) -> None:
    reader.get("/staff/rules/propose")
    words = "<script>alert(1)</script> שלום \u202e end"
    answer = reader.follow(reader.post("/staff/rules/propose", form(why=words), status=303))
    assert "<script>alert(1)</script> שלום end" in text_of(answer.text).replace("  ", " ")


def test_a_version_that_is_not_there(reader: PageClient) -> None:
    reader.get("/staff/rules/drafts/9", status=404)
    reader.get("/staff/rules/settings/sha256:0", status=404)
    reader.post("/staff/rules/drafts/9/approve", status=404)
    reader.post("/staff/rules/drafts/9/reject", status=404)


def test_a_draft_that_was_overtaken_says_so(app: Flask, reader: PageClient) -> None:
    older = propose(clinician(), START)
    newer = propose(clinician("Juno Brook"), START, RuleSettings(edge_days=0), replayed=False)
    assert "Approve and publish" in reader.get(f"/staff/rules/drafts/{older}").text
    assert service.next_replay() is not None
    service.reject(newer, actor=clinician("Wren Lark"), now=LATER)
    assert "The replay was not finished." in reader.get(f"/staff/rules/drafts/{newer}").text
    newest = propose(clinician("Silas Fern"), START, RuleSettings(edge_days=1))
    service.approve(newest, actor=clinician("Ada Moss"), now=LATER)
    page = reader.get(f"/staff/rules/drafts/{older}").text
    assert "Approve and publish" not in page
    assert f"Version {newest} was published since" in text_of(page)
    assert "In force" in text_of(reader.get(f"/staff/rules/drafts/{newest}").text)


def test_a_late_approval_is_told_so(app: Flask, reader: PageClient) -> None:
    number = propose(clinician(), START)
    reader.get(f"/staff/rules/drafts/{number}")
    service.reject(number, actor=clinician("Wren Lark"), now=LATER)
    page = reader.post(f"/staff/rules/drafts/{number}/approve", status=409)
    assert "These settings were rejected" in text_of(page.text)


def test_pages_ask_a_fixed_number_of_statements(
    app: Flask, reader: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[str, list[int]] = {}
    for number in range(2):
        for extra in range(1 + 3 * number):
            send_in(monkeypatch, START, first_name=f"No {number} {extra}")
            propose(clinician(f"N{number}{extra} Name"), START, RuleSettings(edge_days=10 * number + extra))
        digests = [one.digest for one in open_choices(RuleSettings())][: 9 * number]
        service.agree(1, digests, actor=clinician(f"S{number} S"), now=START)
        for url in ("/staff/rules", "/staff/rules/drafts", "/staff/rules/drafts/2", "/staff/rules/propose"):
            reader.get(url)
            with statements() as seen:
                reader.get(url)
            counts.setdefault(url, []).append(len(seen))
    assert {url: len(set(found)) for url, found in counts.items()} == dict.fromkeys(counts, 1), counts


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN])
def test_they_are_for_clinicians(app: Flask, client: PageClient, role: Role) -> None:
    propose(clinician(), START)
    sign_in(client, role)
    for url in (
        "/staff/rules/drafts",
        "/staff/rules/drafts/2",
        "/staff/rules/propose",
        "/staff/rules/settings/x",
    ):
        client.get(url, status=403)
    for url in ("/staff/rules/agree", "/staff/rules/propose", "/staff/rules/drafts/2/approve"):
        client.post(url, status=403)
