"""Words of the clinic that tell why somebody comes: in no mail about a visit, and in none of its files."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from clinic.accounts.models import Staff
from clinic.notifications.models import OutboxMessage
from clinic.notifications.registry import registry
from clinic.notifications.rules import Message
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.messages import calendar_entry
from clinic.scheduling.models import VisitType
from tests.scheduling.scene import DESK, MONDAY, SYSTEM, Scene, add_patient, build_scene, central
from tests.support.app import START
from tests.support.calendars import read_with_vobject
from tests.support.client import HEALTH_WORDS

NINE = central(MONDAY, 9)
CANARIES = {
    "visit type": "CRPS pain visit, Phase Two, Canary-Ochre",
    "slug": "canary-umber",
    "clinician": "Dr. Canary-Sienna",
    "title": "Pain specialist Canary-Cerise",
    "room": "Ketamine room Canary-Indigo",
    "closure": "Canary-Beryl symptom day",
}
PATIENT = "Canarina"  # the mail greets her; its subject and file do not


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A clinic in which every word that patients need not read gives something away."""
    made = build_scene(START)
    service.add_room(made.birmingham, CANARIES["room"], actor=SYSTEM, now=START)
    far = MONDAY + timedelta(days=300)
    service.add_closure(first_day=far, last_day=far, name=CANARIES["closure"], actor=SYSTEM, now=START)
    with transaction():
        db.session.execute(
            update(VisitType)
            .where(VisitType.id == made.first_visit)
            .values(name=CANARIES["visit type"], slug=CANARIES["slug"])
        )
        db.session.execute(update(Staff).values(name=CANARIES["clinician"], title=CANARIES["title"]))
    return made


def messages_of_a_life(scene: Scene) -> tuple[UUID, dict[str, Message]]:
    """Every mail that booking, moving and canceling a visit writes, one of each kind."""
    patient = add_patient(START, PATIENT)
    row = service.book(scene.wanted(NINE), patient_id=patient, key=uuid4().hex, actor=DESK, now=START)
    service.move(row.id, scene.wanted(central(MONDAY, 10)), actor=DESK, now=START)
    service.cancel(row.id, actor=DESK, now=START)
    rows = db.session.execute(select(OutboxMessage.kind, OutboxMessage.ids)).all()
    return row.id, {kind: registry().kinds[kind].render(ids) for kind, ids in rows}


def test_no_mail_about_a_visit_and_no_file_says_why(scene: Scene) -> None:
    visit, mails = messages_of_a_life(scene)
    kinds = {kind for kind in registry().kinds if kind.startswith("appointment_")}
    assert len(kinds) >= 4
    assert set(mails) == kinds, "a kind of mail that this test does not see"
    files = [calendar_entry(queries.appointment_card(visit), "PUBLISH")]
    for mail in mails.values():
        files += mail.attachments
        for text in (mail.subject, mail.text, mail.html):
            assert found_in(text) == set()
        assert PATIENT not in mail.subject
    assert len(files) == 4
    for file in files:
        text = file.data.decode().replace("\r\n ", "")
        assert found_in(text) == set()
        assert PATIENT not in text
        assert file.filename == "visit.ics"
        assert read_with_vobject(file.data).summary == "Appointment"


def found_in(text: str) -> set[str]:
    """The canaries and the health words of a text."""
    words = {word for canary in CANARIES.values() for word in (canary, *canary.split()) if "anary" in word}
    return {word for word in words if word.casefold() in text.casefold()} | set(HEALTH_WORDS.findall(text))
