"""The lists of clinicians: which rows, in which order, page by page, and how long they are."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import Referral
from clinic.referrals.queries import ComingVisit
from clinic.referrals.rules import Choice, ReferralStatus, Turn
from clinic.referrals.rules.listing import (
    Listing,
    Phases,
    Priority,
    Show,
    Sort,
    Whose,
    listing_from,
    listing_of,
)
from clinic.safety.models import SafetyFlag
from clinic.safety.rules import FlagSource, FlagState, Tier
from clinic.scheduling.rules import State
from clinic.scheduling.service import book
from tests.referrals.cast import BORN, Sent, send_in
from tests.scheduling.scene import MONDAY, Scene, central
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.many import fill, reference_of
from tests.support.staff import sign_in
from tests.support.statements import plans, statements

REFERRAL = "/staff/referrals/"
# Session, account with roles; places, colleagues, rows, counts, audit event; the menu's counts.
PAGE_STATEMENTS = 8
FLAGS = (
    ("RF-DVT", Tier.T1, FlagState.OPEN),
    ("RF-SELFNEGLECT", Tier.T2, FlagState.CLOSED),
    ("RF-SELFNEGLECT", Tier.T2, FlagState.OPEN),
)


def change(reference: str, **values: Any) -> None:
    """Put a referral somewhere, as its use cases would."""
    with transaction():
        db.session.execute(update(Referral).where(Referral.reference == reference).values(**values))


def references(actor: Actor, **given: Any) -> list[str]:
    """The references of one page."""
    db.session.rollback()
    page = queries.worklist(actor, now=START, **given)
    return [row.referral.reference for row in page.rows]


def every_listing() -> Iterator[Listing]:
    """Every list with every single narrowing and order that it has."""
    for show in Show:
        yield Listing(show)
        yield from (Listing(show, whose=whose) for whose in Whose)
        yield from (Listing(show, phases=phases) for phases in Phases)
        yield from (Listing(show, priority=priority) for priority in Priority)
        yield Listing(show, place="auburn")
        yield from (Listing(show, sort=sort) for sort in Sort if not Listing(show).is_past)


def test_an_address_and_a_code_name_the_same_list() -> None:
    for one in every_listing():
        assert listing_of(one.query) == one
        assert listing_from(one.code) == one
    assert Listing().query == Listing().way == {}


@pytest.mark.parametrize(
    "query",
    [
        {"show": "all"},
        {"whose": "dr-lark"},
        {"phases": "4"},
        {"phases": "1-2-3"},
        {"priority": "0"},
        {"sort": "name"},
        {"show": "decided", "sort": "longest"},
    ],
)
def test_no_list_has_another_word(query: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are those of the enums
        listing_of(query)


@pytest.mark.parametrize(
    "code", ["", "0", "0.0.0.0.0", "9.0.0.0.0.", "-1.0.0.0.0.", "0.0.0.0.7.", "4.0.0.0.1.", "٣.0.0.0.0."]
)
def test_no_list_has_another_code(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        listing_from(code)


def test_answers_that_came_back_stand_on_top_of_their_priority(
    scene: Scene, clinician: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = send_in(monkeypatch, START - timedelta(days=9))
    answered = send_in(monkeypatch, START - timedelta(days=1), first_name="Otto")
    urgent = send_in(monkeypatch, START, first_name="Ida")
    change(answered.referral.reference, turn=Turn.ANSWERED)
    change(urgent.referral.reference, priority=1)
    expected = [one.referral.reference for one in (urgent, answered, oldest)]
    assert references(clinician) == expected
    assert references(clinician, after=expected[0]) == expected[1:]
    assert references(clinician, before=expected[2]) == expected[:2]


def ordered_listings() -> Iterator[Listing]:
    """Every order of every list, and one narrowing of each kind."""
    yield from (one for one in every_listing() if one == Listing(one.show, sort=one.sort))
    yield from (Listing(whose=Whose.MINE), Listing(whose=Whose.NOBODY), Listing(place="auburn"))
    yield from (Listing(Show.DECIDED, phases=Phases.TWO_THREE), Listing(priority=Priority.STANDARD))


def test_pages_follow_each_other_in_both_directions(scene: Scene, clinician: Actor) -> None:
    fill(200, START, to_review=60)
    for number in (3, 7, 11, 13, 24, 27, 150, 155, 161):
        asked_at = START - timedelta(hours=number)
        change(reference_of(number), status=ReferralStatus.NEEDS_INFORMATION, asked_at=asked_at)
    for number in (145, 170, 181, 190, 195):
        change(reference_of(number), assignee_id=clinician.id, priority=number % 2 + 1)
    for listing in ordered_listings():
        whole = references(clinician, listing=listing, limit=200)
        assert whole, listing
        assert walked(clinician, listing, len(whole) // 3 + 1) == whole
        keys = [queries.key_of(listing, reference) or () for reference in whole]
        falls = listing.is_past or listing.sort is Sort.NEWEST
        assert keys == sorted(keys, reverse=falls), listing
        for place in (0, len(whole) // 2, len(whole) - 1):
            spot = queries.spot_of(clinician, listing, whole[place], now=START)
            assert (spot.number, spot.total) == (place + 1, len(whole))
            assert spot.previous == (whole[place - 1] if place else None)
            assert spot.following == (whole[place + 1] if place + 1 < len(whole) else None)


def walked(clinician: Actor, listing: Listing, limit: int) -> list[str]:
    """A list page by page to its end; page by page back it must be the same."""
    forwards: list[str] = []
    after: str | None = ""
    while after is not None:
        page = queries.worklist(clinician, now=START, listing=listing, after=after, limit=limit)
        forwards += [row.referral.reference for row in page.rows]
        after = page.after
    assert page.counts[listing] == len(forwards)
    backwards = [row.referral.reference for row in page.rows]
    while page.before is not None:
        page = queries.worklist(clinician, now=START, listing=listing, before=page.before, limit=limit)
        backwards = [*(row.referral.reference for row in page.rows), *backwards]
    assert backwards == forwards
    return forwards


def test_each_list_has_its_referrals(scene: Scene, clinician: Actor) -> None:
    fill(10, START, to_review=10)
    one = [reference_of(number) for number in range(10)]
    change(one[0], priority=1)
    change(one[1], status=ReferralStatus.NEEDS_INFORMATION, asked_at=START - timedelta(days=8))
    change(one[2], status=ReferralStatus.NEEDS_INFORMATION, asked_at=START - timedelta(days=3))
    decided = {"status": ReferralStatus.DECIDED, "decided_at": START}
    change(one[3], **decided, choice=Choice.CANNOT_DECIDE_YET)
    change(one[4], **decided, choice=Choice.PHASE_TWO)
    change(one[5], status=ReferralStatus.WITHDRAWN)
    change(one[6], assignee_id=clinician.id)
    assert references(clinician, listing=Listing(Show.CALL_FIRST)) == [one[0]]
    assert references(clinician, listing=Listing(Show.WAITING)) == [one[1], one[2]]
    assert references(clinician, listing=Listing(Show.OPEN_DECISION)) == [one[3]]
    assert set(references(clinician, listing=Listing(Show.DECIDED))) == {one[3], one[4]}
    assert references(clinician, listing=Listing(Show.CLOSED)) == [one[5]]
    assert references(clinician, listing=Listing(whose=Whose.MINE)) == [one[6]]
    unassigned = references(clinician, listing=Listing(whose=Whose.NOBODY))
    assert sorted(unassigned) == sorted([one[0], *one[7:]])


def test_a_row_shows_every_open_flag_and_the_next_visit(
    scene: Scene, clinician: Actor, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    flagged = send_in(monkeypatch, START - timedelta(days=1))
    plain = send_in(monkeypatch, START, first_name="Otto")
    who = flagged.referral.patient_id
    days = (central(MONDAY + timedelta(days=days), 9) for days in (7, 0))
    with transaction():
        for start in days:
            book(scene.wanted(start), patient_id=who, key=uuid4().hex, actor=desk, now=START)
    with transaction():
        for hours, (code, tier, state) in enumerate(FLAGS):
            closed = START if state is FlagState.CLOSED else None
            told = {"source": FlagSource.PATIENT, "raised_at": START + timedelta(hours=hours)}
            db.session.add(
                SafetyFlag(patient_id=who, code=code, tier=tier, state=state, closed_at=closed, **told)
            )
    rows = queries.worklist(clinician, now=START).rows
    assert [row.referral.reference for row in rows] == [
        flagged.referral.reference,
        plain.referral.reference,
    ]
    assert rows[0].red_flags == tuple((code, tier) for code, tier, state in FLAGS if state is FlagState.OPEN)
    assert rows[0].visit == ComingVisit(central(MONDAY, 9), State.BOOKED, "Birmingham")
    assert (rows[0].name, rows[0].birth_date) == ("Hazel Exampleton", BORN)
    assert (rows[1].name, rows[1].red_flags, rows[1].visit) == ("Otto Exampleton", (), None)
    (one,) = queries.worklist(clinician, now=START, limit=1).rows
    assert one == rows[0]


def test_nobody_counts_beyond_a_thousand(scene: Scene, client: PageClient, clinician: Actor) -> None:
    fill(1_004, START, to_review=1_004)
    sign_in(client, Role.CLINICIAN)
    page = client.get("/staff/worklist").text
    assert "1,000+ referrals to review" in page
    assert page.count("1,000+") >= 3  # the menu and the filter too
    assert queries.worklist(clinician, now=START, limit=1).counts[Listing()] == 1_001


@pytest.mark.parametrize("show", [Show.DECIDED, Show.CLOSED])
@pytest.mark.parametrize(
    ("narrowed", "column"),
    [
        ({"whose": Whose.MINE}, "assignee"),
        ({"priority": Priority.URGENT}, "priority"),
        ({"phases": Phases.ONE_THREE}, "phases"),
    ],
)
def test_the_past_is_not_read_through_to_find_a_few(
    scene: Scene, clinician: Actor, show: Show, narrowed: dict[str, Any], column: str
) -> None:
    fill(800, START, to_review=10)
    if db.engine.dialect.name == "postgresql":
        with transaction():
            db.session.execute(text("ANALYZE referral"))  # or it supposes that half have an assignee
    with statements() as seen:
        queries.worklist(clinician, now=START, listing=Listing(show, **narrowed))
    found = plans([one for one in seen if "FROM referral" in one.text], few=True)
    index = f"ix_referral_{'decided' if show is Show.DECIDED else 'over'}_{column}"
    assert len(found) == 2  # rows, and how many there are
    for plan in found:
        assert index in plan


def test_a_page_shows_its_lists_and_says_when_there_is_no_such_list(
    client: PageClient, scene: Scene, sent: Sent
) -> None:
    sign_in(client, Role.CLINICIAN)
    for one in every_listing():
        query = "&".join(f"{name}={word}" for name, word in one.query.items())
        client.get(f"/staff/worklist?{query}")
    assert "1 referral to review" in client.get("/staff/worklist?whose=unassigned").text
    assert "Nothing fits these filters" in client.get("/staff/worklist?whose=mine").text
    for wrong in (
        "show=nonsense",
        "place=nowhere",
        "phases=9",
        "show=decided&sort=longest",
        "after=AAAA-AAAA",
    ):
        answer = client.get(f"/staff/worklist?{wrong}", status=404)
        assert "AAAA" in wrong or "no such list" in answer.text
    client.get(f"{REFERRAL}{sent.referral.reference}?list=nonsense", status=404)


def test_the_late_answer_is_told_in_words(client: PageClient, scene: Scene) -> None:
    fill(2, START, to_review=2)
    change(reference_of(0), status=ReferralStatus.NEEDS_INFORMATION, asked_at=START - timedelta(days=8))
    change(reference_of(1), status=ReferralStatus.NEEDS_INFORMATION, asked_at=START - timedelta(days=3))
    sign_in(client, Role.CLINICIAN)
    page = client.get("/staff/worklist?show=waiting").text
    assert "2 waiting for the patient" in page
    assert "asked 3 d ago" in page
    assert page.count("late, please call") == 1


def test_the_next_of_the_same_list_opens(client: PageClient, scene: Scene) -> None:
    fill(12, START, to_review=12)
    sign_in(client, Role.CLINICIAN)
    listing = Listing(place="auburn", sort=Sort.NEWEST)
    mine = [reference_of(number) for number in range(12) if number % 3 == 1]
    page = client.get("/staff/worklist?place=auburn&sort=newest").text
    assert [one for one in mine if f"{REFERRAL}{one}?list={listing.code}" in page] == mine
    here = f"{REFERRAL}{mine[1]}?list={listing.code}"
    shown = client.get(here).text
    assert "2 of 4" in shown
    assert f"{mine[0]}?list=" in shown
    assert f"{mine[2]}?list=" in shown
    typed = {"choice": "phase_two", "reason": "records", "sentence": "Seen.", "version": "1"}
    answer = client.post(here, typed, status=303)
    assert answer.headers["Location"] == f"{REFERRAL}{mine[2]}?list={listing.code}"
    change(mine[2], status=ReferralStatus.WITHDRAWN)
    change(mine[3], status=ReferralStatus.WITHDRAWN)
    client.get(f"{REFERRAL}{mine[0]}?list={listing.code}")
    last = client.post(f"{REFERRAL}{mine[0]}?list={listing.code}", typed, status=303)
    assert last.headers["Location"] == "/staff/worklist?place=auburn&sort=newest"


@pytest.mark.parametrize("url", ["/staff/worklist", "/staff/worklist?whose=mine&sort=see-by", "referral"])
def test_pages_ask_a_fixed_number_of_statements(client: PageClient, scene: Scene, url: str) -> None:
    staff_id = sign_in(client, Role.CLINICIAN)
    counts, most = [], 30 if url == "referral" else PAGE_STATEMENTS
    for first, count in ((0, 5), (5, 55)):
        fill(count, START, to_review=count, first=first * 100)
        _give_all(staff_id)
        where = f"{REFERRAL}{reference_of(first * 100 + 1)}" if url == "referral" else url
        client.get(where)
        with statements() as seen:
            client.get(where)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= most


def _give_all(staff_id: UUID) -> None:
    with transaction():
        db.session.execute(update(Referral).values(assignee_id=staff_id))
