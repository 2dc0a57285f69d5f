"""Referrals whose questionnaire was really filled in, page by page, through the services."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from clinic.intake import queries as intake
from clinic.intake.questionnaire import current
from clinic.intake.rules import first_unanswered, offered_questions
from clinic.intake.service import save_page, start
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.referrals import queries, service
from tests.referrals.cast import Sent
from tests.support.personas import Persona
from tests.support.retelling import retell

VAGUE: dict[str, Any] = {
    "schema_version": "1",
    "reference_date": "2026-12-01",
    "date_of_birth": "1980-02-29",
    "diagnosis_status": "confirmed",
    "symptom_groups": dict.fromkeys(("sensory", "vasomotor", "sudomotor_edema", "motor_trophic"), "yes"),
    "onset": {"precision": "unknown", "basis": "unknown"},
    "overall_pgic": None,
    "trend": "stable",
    "symptoms_now": "yes",
    "nothing_tried": "no",
    "treatment_list": "complete",
    "spread": "no",
    "red_flags": [],
    "implants": [],
    "treatments": [
        {"slug": "gabapentin", "status": "current", "weeks": None, "weeks_band": "unknown", "pgic": None},
        {"slug": "pt", "status": "past", "weeks": 26, "pgic": 4, "adherence": "most"},
    ],
}


def fill_in(facts: Mapping[str, Any], now: datetime, **typed: str | list[str]) -> Sent:
    """Send in what these facts say; `typed` are fields that are filled in otherwise."""
    known = current()
    person: Persona = retell(known, {**facts, "reference_date": central_date(now).isoformat()})
    person = replace(person, answers={**person.answers, **typed})
    intake_id = start(Actor.anonymous(), now)
    ref = first_unanswered(known, intake.answer_sheet(intake_id))
    while ref is not None:
        questions = offered_questions(known, intake.answer_sheet(intake_id), ref)
        raw = {one.key: [one.default] for one in questions if one.default} | person.raw(ref, questions)
        saved = save_page(intake_id, ref.slug, ref.entry_id, raw, actor=Actor.anonymous(), now=now)
        assert saved.checked.sound, (ref.slug, saved.checked.mistakes)
        ref = saved.after
    service.submit(intake_id, actor=Actor.anonymous(), now=now)
    row = queries.referral_of_intake(intake_id)
    assert row is not None
    db.session.rollback()
    return Sent(row, Actor.patient(row.patient_id))
