"""Use cases of the intake."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.intake import queries, service
from clinic.intake.models import AnswerRevision, Intake, ListEntry, PublishedQuestionnaire
from clinic.intake.questionnaire import current
from clinic.intake.rules.status import BIRTH_DATE_TRIES, DRAFT_LIFE, IntakeStatus
from clinic.intake.service import publishing
from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.patients.queries import patient_card
from clinic.platform.extensions import db, now
from tests.intake.filling import CONTACT, NOTHING_NEW, REACH, WHERE, WHO, Fields, begin, gap, save
from tests.support.app import FixedClock

ME = Actor.anonymous()


def count(model: type[AnswerRevision] | type[ListEntry] | type[PublishedQuestionnaire]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.at)))


def test_the_questionnaire_is_published_once(app: Flask) -> None:
    first = service.publish(now())
    assert service.publish(now()) == first
    assert count(PublishedQuestionnaire) == 1
    assert queries.questionnaire(first) == current()
    assert queries.doctor_checks() == []


def test_other_content_under_a_published_version_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.publish(now())
    changed = replace(current(), fingerprint="sha256:other")
    monkeypatch.setattr(publishing, "current", lambda: changed)
    with pytest.raises(Conflict, match="raise its version"):
        service.publish(now())


def test_start_keeps_the_version_that_is_asked(app: Flask) -> None:
    card = queries.intake_card(service.start(ME, now()))
    assert card.questionnaire.fingerprint == current().fingerprint
    assert (card.status, card.patient_id, card.submitted_at) == (IntakeStatus.DRAFT, None, None)


def test_staff_who_type_for_a_caller_are_remembered(app: Flask) -> None:
    desk = Actor(ActorKind.STAFF, uuid4(), "desk")
    intake_id = service.start(desk, now())
    service.save_page(intake_id, "you", None, WHO, actor=desk, now=now())
    assert db.session.get_one(Intake, intake_id).typed_by_staff_id == desk.id
    assert set(db.session.scalars(select(AnswerRevision.author_id))) == {desk.id}


def test_a_page_is_saved_and_the_next_one_follows(app: Flask) -> None:
    intake_id = begin(now(), pages={})
    saved = save(intake_id, "you", WHO, now())
    assert saved.checked.sound
    assert saved.after is not None
    assert saved.after.slug == "reach-you"
    assert queries.answer_sheet(intake_id).value("birth_date") == "1967-09-27"


def test_name_birth_date_and_phone_make_a_patient(app: Flask) -> None:
    intake_id = begin(now(), pages={"you": WHO})
    assert queries.intake_card(intake_id).patient_id is None
    save(intake_id, "reach-you", REACH, now())
    patient_id = queries.intake_card(intake_id).patient_id
    assert patient_id is not None
    card = patient_card(patient_id)
    assert (card.full_name, card.phone, card.birth_date) == (
        "Robin Sample",
        "+12055550100",
        date(1967, 9, 27),
    )
    assert (card.email, card.voicemail_ok, card.text_ok) == ("robin@example.com", True, True)


def test_later_answers_change_the_patient(app: Flask) -> None:
    intake_id = begin(now())
    other: Fields = {"phone": ["334.555.0117"], "may_we": ["neither"], "email_none": ["yes"]}
    save(intake_id, "reach-you", other, now())
    patient_id = queries.intake_card(intake_id).patient_id
    assert patient_id is not None
    card = patient_card(patient_id)
    assert (card.phone, card.email, card.no_email) == ("+13345550117", None, True)
    assert (card.voicemail_ok, card.city, card.state) == (False, "Opelika", "AL")
    assert Action.PATIENT_CHANGED in actions()


def test_only_changed_answers_become_revisions(app: Flask, clock: FixedClock) -> None:
    intake_id = begin(now())
    before, at = count(AnswerRevision), queries.intake_card(intake_id).last_saved_at
    clock.advance(timedelta(minutes=5))
    save(intake_id, "where-now", WHERE, now())
    assert count(AnswerRevision) == before
    assert queries.intake_card(intake_id).last_saved_at == at
    save(intake_id, "where-now", WHERE | {"city_now": ["Auburn"]}, now())
    assert count(AnswerRevision) == before + 1
    assert queries.intake_card(intake_id).last_saved_at == now()


def test_of_two_tabs_the_later_wins_and_both_are_kept(app: Flask) -> None:
    intake_id = begin(now())
    save(intake_id, "where-now", WHERE | {"city_now": ["Auburn"]}, now())
    save(intake_id, "where-now", WHERE | {"city_now": ["Mobile"]}, now())
    assert queries.answer_sheet(intake_id).value("city_now") == "Mobile"
    said = db.session.scalars(
        select(AnswerRevision)
        .where(AnswerRevision.question_key == "city_now")
        .order_by(AnswerRevision.sequence)
    )
    assert [row.value for row in said] == ['"Opelika"', '"Auburn"', '"Mobile"']


def test_sound_answers_are_kept_beside_a_wrong_one(app: Flask) -> None:
    intake_id = begin(now(), pages={})
    saved = save(intake_id, "you", WHO | {"birth_date_day": ["31"]}, now())
    assert [mistake.question for mistake in saved.checked.mistakes] == ["birth_date"]
    assert saved.after is not None
    assert saved.after.slug == "you"
    assert queries.answer_sheet(intake_id).value("last_name") == "Sample"
    assert not queries.answer_sheet(intake_id).was_asked("birth_date")


def test_what_the_patients_record_refuses_is_a_mistake_at_its_field(app: Flask) -> None:
    intake_id = begin(now(), pages={"you": WHO})
    saved = save(intake_id, "reach-you", REACH | {"email": ["robin@example..com"]}, now())
    assert [mistake.field for mistake in saved.checked.mistakes] == ["email"]
    assert saved.after == saved.ref
    assert not queries.answer_sheet(intake_id).was_asked("email")


def test_a_treatment_unticked_and_ticked_again_keeps_its_entry(app: Flask) -> None:
    intake_id = begin(now(), pages=CONTACT | NOTHING_NEW)
    save(intake_id, "tried-1", {"any_treatment": ["yes"]}, now())
    tick: Fields = {"tried_pain_medicines": ["gabapentin", "snri"]}
    save(intake_id, "tried-2", tick, now())
    ids = {entry.code: entry.id for entry in queries.answer_sheet(intake_id).entries}
    assert set(ids) == {"gabapentin", "snri"}
    answered = {"how_long": ["ge26"], "response": ["no_change"]}
    assert save(intake_id, "tried-9", {"status": ["still"]}, now(), ids["gabapentin"]).checked.sound
    assert save(intake_id, "tried-10", answered, now(), ids["gabapentin"]).checked.sound
    save(intake_id, "tried-2", {"tried_pain_medicines": ["snri"]}, now())
    save(intake_id, "tried-2", tick, now())
    sheet = queries.answer_sheet(intake_id)
    assert {entry.code: entry.id for entry in sheet.entries} == ids
    assert sheet.value("response", ids["gabapentin"]) == "no_change"
    assert count(ListEntry) == 2


def test_a_page_that_another_tab_took_off_the_path_still_takes_its_answers(app: Flask) -> None:
    intake_id = begin(now(), pages=CONTACT | NOTHING_NEW)
    save(intake_id, "tried-1", {"any_treatment": ["no"]}, now())
    saved = save(intake_id, "tried-2", {"tried_pain_medicines": ["gabapentin"]}, now())
    assert saved.checked.sound
    assert queries.answer_sheet(intake_id).value("tried_pain_medicines") == ("gabapentin",)
    assert saved.after == gap(intake_id)


@pytest.mark.parametrize(
    ("slug", "entry_id"),
    [
        ("nowhere", None),
        ("you", "7b0c3f6e-7d0e-4f5e-9a64-0d3cbb4e8f6b"),
        ("tried-9", None),
        ("tried-9", "7b0c3f6e-7d0e-4f5e-9a64-0d3cbb4e8f6b"),
    ],
)
def test_a_page_or_entry_that_never_was_is_not_found(app: Flask, slug: str, entry_id: str | None) -> None:
    with pytest.raises(NotFound):
        save(begin(now()), slug, {}, now(), entry_id)


def test_another_persons_entry_is_not_found(app: Flask) -> None:
    mine, other = begin(now(), pages=CONTACT), begin(now(), pages=CONTACT)
    for one in (mine, other):
        save(one, "tried-2", {"tried_pain_medicines": ["gabapentin"]}, now())
    entry = queries.answer_sheet(other).entries[0]
    with pytest.raises(NotFound):
        save(mine, "tried-9", {"status": ["still"]}, now(), entry.id)


def test_an_answer_late_in_the_evening_belongs_to_the_day_in_alabama(app: Flask, clock: FixedClock) -> None:
    clock.now = clock.now.replace(day=2, hour=5, minute=30)  # December 1, 11:30 p.m. Central Time
    intake_id = begin(now(), pages=CONTACT | NOTHING_NEW)
    about: Fields = {
        "first_symptoms_count": ["5"],
        "first_symptoms_unit": ["weeks"],
        "first_symptoms_basis": ["injury"],
    }
    assert save(intake_id, "story-1", about, now()).checked.sound
    value = queries.answer_sheet(intake_id).value("first_symptoms")
    assert getattr(value, "value", None) == "2026-12-01"
    tomorrow: Fields = {
        "first_symptoms_month": ["12"],
        "first_symptoms_day": ["2"],
        "first_symptoms_year": ["2026"],
        "first_symptoms_basis": ["injury"],
    }
    assert not save(intake_id, "story-1", tomorrow, now()).checked.sound


def test_the_birth_date_opens_a_draft_again_and_wrong_ones_are_limited(app: Flask) -> None:
    intake_id = begin(now())
    assert service.confirm_birth_date(intake_id, date(1967, 9, 27), ME, now())
    for _ in range(BIRTH_DATE_TRIES):
        assert not service.confirm_birth_date(intake_id, date(1967, 9, 28), ME, now())
    with pytest.raises(NotAllowed):
        service.confirm_birth_date(intake_id, date(1967, 9, 27), ME, now())
    assert actions().count(Action.INTAKE_RESUME_REFUSED) == BIRTH_DATE_TRIES


def test_an_unfinished_intake_is_not_submitted(app: Flask) -> None:
    intake_id = begin(now())
    with pytest.raises(Invalid):
        service.mark_submitted(intake_id, ME, now())
    assert queries.intake_card(intake_id).status is IntakeStatus.DRAFT


def test_a_draft_left_for_a_day_expires_and_keeps_its_answers(app: Flask, clock: FixedClock) -> None:
    old = begin(now())
    clock.advance(DRAFT_LIFE / 2)
    young = begin(now())
    clock.advance(DRAFT_LIFE / 2)
    assert service.expire_drafts(now()) == 1
    assert queries.intake_card(old).status is IntakeStatus.EXPIRED
    assert queries.intake_card(young).status is IntakeStatus.DRAFT
    assert queries.answer_sheet(old).value("last_name") == "Sample"
    with pytest.raises(Conflict):
        save(old, "you", WHO, now())


def test_every_change_is_recorded_without_a_word_that_was_said(app: Flask) -> None:
    begin(now())
    assert actions().count(Action.INTAKE_STARTED) == 1
    assert actions().count(Action.INTAKE_SAVED) == len(CONTACT)
    told = str([event.facts for event in db.session.scalars(select(AuditEvent))])
    assert "Sample" not in told
    assert "Opelika" not in told
