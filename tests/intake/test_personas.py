"""The three checked-in people go through Part 1 on the real pages, without script."""

import pytest
from flask import Flask

from clinic.intake import queries
from clinic.intake.models import Intake
from clinic.intake.rules import first_unanswered
from clinic.platform.extensions import db
from tests.intake.walking import PERSONAS, persona, walk
from tests.support.client import PageClient

NAMES = sorted(path.stem for path in PERSONAS.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.long
def test_a_persona_gets_to_the_end_within_its_taps(app: Flask, client: PageClient, name: str) -> None:
    person = walk(client, name)
    person.to_check()
    intake = db.session.query(Intake).one()
    card, sheet = queries.intake_card(intake.id), queries.answer_sheet(intake.id)
    assert first_unanswered(card.questionnaire, sheet) is None
    assert card.patient_id is not None
    known = persona(name)
    assert {entry.code for entry in sheet.entries} >= set(known.get("treatments", {}))
    taps = person.taps + 1  # the button that sends
    print(f"{name}: {taps} taps of {known['most_taps']}, {person.pages} pages, {person.words} words")
    assert taps <= known["most_taps"]
