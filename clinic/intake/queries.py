"""Reads of intakes: where one stands, and its answers as they are now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from clinic.intake.models import AnswerRevision, Intake, ListEntry, PublishedQuestionnaire
from clinic.intake.rules.answers import AnswerSheet, Entry, Place
from clinic.intake.rules.loading import read_questionnaire
from clinic.intake.rules.status import IntakeStatus
from clinic.intake.rules.values import from_stored
from clinic.intake.rules.vocabulary import Questionnaire
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import ActorKind
from clinic.platform.extensions import db


@dataclass(frozen=True, slots=True)
class IntakeCard:
    """One intake without its answers."""

    id: UUID
    questionnaire: Questionnaire
    patient_id: UUID | None
    status: IntakeStatus
    started_at: datetime
    last_saved_at: datetime
    submitted_at: datetime | None
    birth_date_failures: int


def intake_card(intake_id: UUID) -> IntakeCard:
    """Where an intake stands, with the questionnaire as it was when it began.

    Raises:
        NotFound: no such intake.
    """
    row = db.session.get(Intake, intake_id)
    if row is None:
        raise NotFound
    return IntakeCard(
        id=row.id,
        questionnaire=questionnaire(row.questionnaire_id),
        patient_id=row.patient_id,
        status=row.status,
        started_at=row.started_at,
        last_saved_at=row.last_saved_at,
        submitted_at=row.submitted_at,
        birth_date_failures=row.birth_date_failures,
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Who gave an answer, and when. `author_id` is the patient's or the member of staff's."""

    author_kind: ActorKind
    author_id: UUID | None
    saved_at: datetime


def answer_sheet(intake_id: UUID, *, until: datetime | None = None) -> AnswerSheet:
    """The newest answer at each place of an intake, and its list entries in the order they were added.

    `until`: as the answers stood at that instant. Opens clinical text: whoever shows it to somebody else
    than its author records the view.
    """
    newest = (
        select(func.max(AnswerRevision.sequence))
        .where(AnswerRevision.intake_id == intake_id, *_saved_by(until))
        .group_by(AnswerRevision.question_key, AnswerRevision.entry_id)
    )
    rows = db.session.execute(
        select(AnswerRevision.question_key, AnswerRevision.entry_id, AnswerRevision.value)
        .where(AnswerRevision.intake_id == intake_id, AnswerRevision.sequence.in_(newest))
        .order_by(AnswerRevision.sequence)
    )
    entries = db.session.execute(
        select(ListEntry.id, ListEntry.code)
        .where(ListEntry.intake_id == intake_id)
        .order_by(ListEntry.position)
    )
    return AnswerSheet(
        answers={
            Place(key, str(entry_id) if entry_id else None): from_stored(json.loads(value))
            for key, entry_id, value in rows
        },
        entries=tuple(Entry(str(entry_id), code) for entry_id, code in entries),
    )


@lru_cache(maxsize=16)
def questionnaire(questionnaire_id: UUID) -> Questionnaire:
    """A published questionnaire by its row; published content never changes, so it is read once."""
    shared, *sections = db.session.scalars(
        select(PublishedQuestionnaire.content).where(PublishedQuestionnaire.id == questionnaire_id)
    ).one()
    return read_questionnaire(shared, sections)


def origins(intake_id: UUID, *, until: datetime | None = None) -> Mapping[Place, Origin]:
    """Who gave the answer that stands at each place, and when; no answer is opened."""
    rows = db.session.execute(
        select(
            AnswerRevision.question_key,
            AnswerRevision.entry_id,
            AnswerRevision.author_kind,
            AnswerRevision.author_id,
            AnswerRevision.saved_at,
        )
        .where(AnswerRevision.intake_id == intake_id, *_saved_by(until))
        .order_by(AnswerRevision.sequence)
    )
    return {
        Place(key, str(entry) if entry else None): Origin(kind, author, at)
        for key, entry, kind, author, at in rows
    }


def _saved_by(until: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if until is None else (AnswerRevision.saved_at <= until,)


def doctor_checks() -> list[str]:
    """Problems for `flask doctor`: a published questionnaire whose content is not what was published."""
    rows = db.session.scalars(select(PublishedQuestionnaire))
    return [
        f"questionnaire {row.version}: its content is not what was published"
        for row in rows
        if read_questionnaire(row.content[0], row.content[1:]).fingerprint != row.content_hash
    ]
