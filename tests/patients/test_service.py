"""Patients and private links in the database, on both engines."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from clinic.audit.models import AuditEvent
from clinic.kernel.errors import Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.patients import queries, service
from clinic.patients.models import PrivateLink
from clinic.patients.rules import LinkPurpose
from clinic.platform.extensions import db
from tests.patients.people import details
from tests.support.app import FixedClock

DESK = Actor(ActorKind.STAFF, uuid4(), "Desk", frozenset({Permission.CALLER_BOOK}), "front_desk")
SYSTEM = Actor.system()


def enter(clock: FixedClock, **given: object) -> UUID:
    return service.register(details(**given), SYSTEM, clock.now)


def link(clock: FixedClock, patient: UUID, subject: UUID | None = None) -> UUID:
    expires = clock.now + timedelta(days=14)
    return service.issue_link(patient, LinkPurpose.VISIT, subject or uuid4(), expires, clock.now)


def events() -> list[tuple[str, dict[str, object]]]:
    """What was recorded, by name: events of one instant have no order."""
    found = db.session.scalars(select(AuditEvent))
    return sorted(((str(event.action), event.facts) for event in found), key=lambda event: event[0])


def test_a_registered_patient_can_be_read_back(app: Flask, clock: FixedClock) -> None:
    patient = enter(clock, preferred_name="Haze", city="Auburn", state="AL")
    card = queries.patient_card(patient)
    assert (card.full_name, card.called, card.birth_date) == ("Hazel O'Néal-Smith", "Haze", date(1980, 2, 29))
    assert (card.phone, card.email, card.city) == ("+12055550164", "Hazel@example.com", "Auburn")
    assert events() == [("patient.registered", {})]


def test_nothing_that_names_the_patient_is_stored_in_clear(app: Flask, clock: FixedClock) -> None:
    enter(clock)
    row = db.session.execute(text("select * from patient")).one()
    stored = b"".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    for told in (b"Hazel", b"Smith", b"1980", b"0164", b"xample"):
        assert told not in stored


def test_a_birth_date_in_the_future_of_alabama_is_refused(app: Flask, clock: FixedClock) -> None:
    clock.now = clock.now.replace(hour=3)  # 9 p.m. the day before in Alabama
    with pytest.raises(Invalid):
        enter(clock, birth_date=date(2026, 12, 1))
    enter(clock, birth_date=date(2026, 11, 30))


def test_a_change_is_recorded_by_field_names(app: Flask, clock: FixedClock) -> None:
    patient = enter(clock)
    service.change_details(
        patient, details(phone="334-555-0117", email=None, no_email=True), SYSTEM, clock.now
    )
    assert queries.patient_card(patient).phone == "+13345550117"
    assert events()[0] == ("patient.changed", {"fields": ["phone", "email", "no_email"]})
    service.change_details(
        patient, details(phone="334-555-0117", email=None, no_email=True), SYSTEM, clock.now
    )
    assert len(events()) == 2


def test_an_unknown_patient_is_not_found(app: Flask, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        queries.patient_card(uuid4())
    with pytest.raises(NotFound):
        service.change_details(uuid4(), details(), SYSTEM, clock.now)


def test_staff_find_by_last_name_and_birth_date_as_typed(app: Flask, clock: FixedClock) -> None:
    patient = enter(clock)
    enter(clock, birth_date=date(1981, 2, 28))
    found = queries.find_by_last_name_and_birth("o’neal smith", date(1980, 2, 29), DESK)
    assert [card.id for card in found] == [patient]
    service.change_details(patient, details(last_name="Jones"), SYSTEM, clock.now)
    assert queries.find_by_last_name_and_birth("O'Neal-Smith", date(1980, 2, 29), DESK) == ()
    with pytest.raises(NotAllowed):
        queries.find_by_last_name_and_birth("Jones", date(1980, 2, 29), Actor.anonymous())


def test_possible_duplicates(app: Flask, clock: FixedClock) -> None:
    first = enter(clock)
    same_name = enter(clock, phone="334-555-0117", email=None)
    same_phone = enter(clock, last_name="Jones", email=None)
    same_email = enter(clock, last_name="Brown", phone="334-555-0118")
    enter(clock, last_name="Smith", birth_date=date(2010, 5, 5))  # a child on the same phone
    assert set(queries.possible_duplicates(first)) == {same_name, same_phone, same_email}


def test_the_birth_date_is_matched(app: Flask, clock: FixedClock) -> None:
    patient = enter(clock)
    assert queries.birth_date_matches(patient, date(1980, 2, 29))
    assert not queries.birth_date_matches(patient, date(1980, 2, 28))
    assert not queries.birth_date_matches(uuid4(), date(1980, 2, 29))


def test_a_link_opens_what_it_was_made_for_as_often_as_needed(app: Flask, clock: FixedClock) -> None:
    patient, subject = enter(clock), uuid4()
    made = link(clock, patient, subject)
    for _ in range(2):
        grant = service.exchange(service.link_token(made), clock.now)
        assert grant is not None
        assert (grant.link_id, grant.patient_id, grant.subject_id) == (made, patient, subject)
    assert [name for name, _ in events()][:3] == ["link.issued", "link.opened", "link.opened"]


def test_a_token_is_nowhere_in_the_database(app: Flask, clock: FixedClock) -> None:
    token = service.link_token(link(clock, enter(clock)))
    assert len(token) == 43
    rows = [str(tuple(row)) for row in db.session.execute(text("select * from private_link"))]
    rows += [str(tuple(row)) for row in db.session.execute(text("select * from audit_event"))]
    assert not any(token in row for row in rows)


def test_expired_revoked_and_unknown_tokens_open_nothing(app: Flask, clock: FixedClock) -> None:
    patient = enter(clock)
    token = service.link_token(link(clock, patient))
    assert service.exchange(token[:-1] + ("A" if token[-1] != "A" else "B"), clock.now) is None
    assert service.exchange("", clock.now) is None
    assert queries.live_link(token, clock.now + timedelta(days=14)) is None
    assert service.exchange(token, clock.now + timedelta(days=14)) is None
    assert service.revoke_links(patient, SYSTEM, clock.now) == 1
    assert service.exchange(token, clock.now) is None
    assert service.revoke_links(patient, SYSTEM, clock.now) == 0


def test_links_are_revoked_by_subject(app: Flask, clock: FixedClock) -> None:
    patient, subject = enter(clock), uuid4()
    gone, kept = link(clock, patient, subject), link(clock, patient)
    assert service.revoke_links(patient, SYSTEM, clock.now, subject_id=subject) == 1
    assert queries.live_link_by_id(gone, clock.now) is None
    assert queries.live_link_by_id(kept, clock.now) is not None
    assert db.session.get_one(PrivateLink, kept).revoked_at is None
