"""What the database itself promises about intakes."""

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from clinic.intake.models import AnswerRevision, Intake, ListEntry, PublishedQuestionnaire
from clinic.intake.rules.status import IntakeStatus
from clinic.platform.extensions import db, now
from clinic.platform.transaction import transaction
from tests.intake.filling import begin


@pytest.mark.parametrize("model", [AnswerRevision, PublishedQuestionnaire])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_was_said_and_asked_is_never_changed(
    app: Flask, model: type[AnswerRevision] | type[PublishedQuestionnaire], verb: str
) -> None:
    begin(now())
    change = delete(model) if verb == "delete" else update(model).values(id=model.id)
    with pytest.raises(Exception, match="append-only"), transaction():
        db.session.execute(change)


def test_an_answer_is_sealed_in_the_table(app: Flask) -> None:
    begin(now())
    blobs = db.session.execute(text("select value from answer_revision")).scalars().all()
    assert blobs
    assert not any(b"Sample" in bytes(blob) or b"Opelika" in bytes(blob) for blob in blobs)


def test_a_sequence_number_is_given_once(app: Flask) -> None:
    intake_id = begin(now())
    with pytest.raises(IntegrityError), transaction():
        for _ in range(2):
            db.session.add(
                AnswerRevision(
                    intake_id=intake_id,
                    sequence=999,
                    page_key="who",
                    question_key="first_name",
                    value="null",
                    author_kind="patient",
                    saved_at=now(),
                )
            )


def test_a_treatment_has_one_entry(app: Flask) -> None:
    intake_id = begin(now())
    with pytest.raises(IntegrityError), transaction():
        for position in (1, 2):
            db.session.add(
                ListEntry(
                    intake_id=intake_id,
                    position=position,
                    kind="treatment",
                    code="x",
                    code_index=b"0" * 16,
                    added_at=now(),
                )
            )


@pytest.mark.parametrize("values", [{"status": IntakeStatus.SUBMITTED}, {"submitted_at": "now"}])
def test_submitted_means_a_time_and_a_patient(app: Flask, values: dict[str, object]) -> None:
    intake_id = begin(now())
    given = {key: now() if value == "now" else value for key, value in values.items()}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Intake).where(Intake.id == intake_id).values(**given))


def test_nobody_submits_without_being_a_patient(app: Flask) -> None:
    intake_id = begin(now(), pages={})
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(Intake)
            .where(Intake.id == intake_id)
            .values(status=IntakeStatus.SUBMITTED, submitted_at=now())
        )
