"""The page of a private link, in a browser without script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from clinic.kernel.permissions import Actor
from clinic.patients import access, service, views
from clinic.patients.models import PrivateLink
from clinic.patients.rules import LinkGrant, LinkPurpose
from clinic.platform.extensions import db
from clinic.platform.sessions import WebSession
from tests.patients.people import details
from tests.support.app import FixedClock
from tests.support.client import PageClient

Given = tuple[str, UUID, UUID]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a link leads belongs to another slice; here any page will do."""
    monkeypatch.setitem(views.HOMES, LinkPurpose.VISIT, "home.index")


@pytest.fixture
def given_link(app: Flask, clock: FixedClock) -> Given:
    """A token, its link and its patient."""
    patient = service.register(details(), Actor.system(), clock.now)
    expires = clock.now + timedelta(days=14)
    link = service.issue_link(patient, LinkPurpose.VISIT, uuid4(), expires, clock.now)
    return service.link_token(link), link, patient


def used(link: UUID) -> bool:
    db.session.rollback()
    return db.session.scalar(select(PrivateLink.last_used_at).where(PrivateLink.id == link)) is not None


def test_looking_changes_nothing_however_often(client: PageClient, given_link: Given) -> None:
    token, link, _ = given_link
    for _ in range(3):
        page = client.get(f"/go/{token}")
        client._client.head(f"/go/{token}")
    assert not used(link)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert token not in re.sub(r'action="[^"]*"', "", page.text)
    answer = client.post(f"/go/{token}", status=303)
    assert token not in answer.headers["Location"]
    assert used(link)


def test_opening_renews_the_session(client: PageClient, given_link: Given) -> None:
    token, _, _ = given_link
    client.get(f"/go/{token}")
    before = client._client.get_cookie("session")
    client.post(f"/go/{token}", status=303)
    after = client._client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert len(db.session.scalars(select(WebSession.id)).all()) == 1


def test_a_post_without_the_token_of_the_form_does_nothing(client: PageClient, given_link: Given) -> None:
    token, link, _ = given_link
    client.get(f"/go/{token}")
    client.post(f"/go/{token}", token=False, status=400)
    assert not used(link)


def test_unknown_expired_and_revoked_links_answer_alike(
    client: PageClient, clock: FixedClock, given_link: Given
) -> None:
    token, _, patient = given_link
    unknown = client.get("/go/" + "A" * 43, status=404).text
    odd = client.get("/go/%00%F0%9F%99%82", status=404).text
    service.revoke_links(patient, Actor.system(), clock.now)
    revoked = client.get(f"/go/{token}", status=404).text
    clock.advance(timedelta(days=15))
    expired = client.get(f"/go/{token}", status=404).text
    assert unknown == odd == revoked == expired
    assert "205" in unknown
    assert "does not work any more" in unknown


def test_a_revoked_link_cannot_be_used_from_an_open_page(
    client: PageClient, clock: FixedClock, given_link: Given
) -> None:
    token, _, patient = given_link
    client.get(f"/go/{token}")
    service.revoke_links(patient, Actor.system(), clock.now)
    client.post(f"/go/{token}", status=404)


def test_a_token_gets_into_no_table(client: PageClient, given_link: Given) -> None:
    token, _, _ = given_link
    client.post(f"/go/{token}", status=303)
    for table in ("private_link", "audit_event", "web_session", "rate_limit"):
        for row in db.session.execute(text(f"select * from {table}")):  # noqa: S608
            assert token not in str(tuple(row))
            assert not any(isinstance(value, bytes) and token.encode() in value for value in row)


@pytest.fixture
def grant(app: Flask, given_link: Given) -> Iterator[LinkGrant]:
    """A request in which a link has been opened."""
    _, link, patient = given_link
    opened = LinkGrant(link, patient, LinkPurpose.VISIT, uuid4())
    with app.test_request_context():
        access.begin_access(opened)
        yield opened


def test_a_session_holds_the_link_until_it_ends(app: Flask, clock: FixedClock, grant: LinkGrant) -> None:
    seen = access.current_patient_access()
    assert seen is not None
    assert (seen.patient_id, seen.link_id, seen.birth_date_confirmed) == (
        grant.patient_id,
        grant.link_id,
        False,
    )
    assert seen.actor == Actor.patient(grant.patient_id)
    clock.advance(timedelta(days=14))
    assert access.current_patient_access() is None


def test_a_session_ends_with_its_link(app: Flask, clock: FixedClock, grant: LinkGrant) -> None:
    service.revoke_links(grant.patient_id, Actor.system(), clock.now)
    assert access.current_patient_access() is None


def test_a_birth_date_counts_while_the_pages_are_used(
    app: Flask, clock: FixedClock, grant: LinkGrant
) -> None:
    def confirmed() -> bool:
        seen = access.current_patient_access()
        assert seen is not None
        return seen.birth_date_confirmed

    assert not confirmed()
    access.confirm_birth_date()
    for _ in range(3):
        clock.advance(timedelta(minutes=19))
        assert confirmed()
    clock.advance(timedelta(minutes=3))
    assert not confirmed()  # an hour after it was given
    access.confirm_birth_date()
    clock.advance(timedelta(minutes=20))
    assert not confirmed()  # twenty minutes without use
    access.confirm_birth_date()
    access.begin_access(grant)
    assert not confirmed()  # another link was opened
    access.end_access()
    assert access.current_patient_access() is None
