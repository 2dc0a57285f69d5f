"""The tables of the intake: published questionnaires, drafts, answer revisions, list entries."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from clinic.intake.rules.status import IntakeStatus
from clinic.kernel.permissions import ActorKind
from clinic.platform.orm import Row, append_only, choice, identity, operational, public
from clinic.platform.sealed import Encrypted


@append_only
class PublishedQuestionnaire(Row):
    """One version of the questionnaire as it was asked, so that an old referral reads the same for ever."""

    __tablename__ = "published_questionnaire"

    version: Mapped[str] = public(String(40), unique=True)
    content_hash: Mapped[str] = public(String(80), unique=True)
    content: Mapped[list[dict[str, Any]]] = public(JSON)  # the declared documents, in order
    published_at: Mapped[datetime] = public()


class Intake(Row):
    """One person's pass through the questionnaire."""

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint("(status = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_at"),
        CheckConstraint("status <> 'submitted' OR patient_id IS NOT NULL", name="submitted_by_a_patient"),
    )

    questionnaire_id: Mapped[uuid.UUID] = operational(ForeignKey("published_questionnaire.id"), index=True)
    patient_id: Mapped[uuid.UUID | None] = operational(ForeignKey("patient.id"), index=True)
    status: Mapped[IntakeStatus] = operational(choice(IntakeStatus, "intake_status"), index=True)
    # None: the patient. Otherwise the member of staff who types for them; accounts own that table.
    typed_by_staff_id: Mapped[uuid.UUID | None] = operational()
    started_at: Mapped[datetime] = operational()
    last_saved_at: Mapped[datetime] = operational(index=True)
    submitted_at: Mapped[datetime | None] = operational()
    birth_date_failures: Mapped[int] = operational(default=0)


@append_only
class AnswerRevision(Row):
    """One answer as it was given once. The newest of a place counts; none is ever changed or deleted."""

    __tablename__ = "answer_revision"
    __table_args__ = (UniqueConstraint("intake_id", "sequence"),)

    intake_id: Mapped[uuid.UUID] = operational(ForeignKey("intake.id"))  # led by the unique constraint
    sequence: Mapped[int] = operational()
    page_key: Mapped[str] = operational(String(60))
    question_key: Mapped[str] = operational(String(60))
    entry_id: Mapped[uuid.UUID | None] = operational(ForeignKey("list_entry.id"), index=True)
    value = Encrypted[str](data_class="clinical")  # JSON of the stored form; "null" is left empty on purpose
    author_kind: Mapped[ActorKind] = operational(choice(ActorKind, "author_kind"))
    author_id: Mapped[uuid.UUID | None] = operational()
    saved_at: Mapped[datetime] = operational()


class ListEntry(Row):
    """One treatment that was ticked. Its id lasts; whether it counts now is said by the ticks alone."""

    __tablename__ = "list_entry"
    __table_args__ = (
        # In a race of two tabs the database is the judge: one entry for each treatment.
        UniqueConstraint("intake_id", "code_index"),
        UniqueConstraint("intake_id", "position"),
    )

    intake_id: Mapped[uuid.UUID] = operational(ForeignKey("intake.id"))
    position: Mapped[int] = operational()
    kind: Mapped[str] = operational(String(20))
    code = Encrypted[str](data_class="clinical")
    code_index: Mapped[bytes] = identity(LargeBinary(16))
    added_at: Mapped[datetime] = operational()
