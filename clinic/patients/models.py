"""The tables of patients and their private links."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped

from clinic.patients.rules import LinkPurpose
from clinic.platform.orm import Row, choice, identity, operational
from clinic.platform.sealed import Encrypted


class Patient(Row):
    """A person cared for. Everything that names or reaches them is sealed; found by blind indexes only."""

    __tablename__ = "patient"
    __table_args__ = (
        CheckConstraint("NOT no_email OR (email IS NULL AND email_index IS NULL)", name="no_email"),
        CheckConstraint("(email IS NULL) = (email_index IS NULL)", name="email_index"),
    )

    first_name = Encrypted[str](data_class="identity")
    last_name = Encrypted[str](data_class="identity")
    preferred_name = Encrypted[str | None](data_class="identity", nullable=True)
    birth_date = Encrypted[str](data_class="identity")  # ISO
    phone = Encrypted[str](data_class="identity")  # E.164
    email = Encrypted[str | None](data_class="identity", nullable=True)
    city = Encrypted[str | None](data_class="identity", nullable=True)
    state = Encrypted[str | None](data_class="identity", nullable=True)
    name_birth_index: Mapped[bytes] = identity(LargeBinary(16), index=True)
    phone_index: Mapped[bytes] = identity(LargeBinary(16), index=True)
    email_index: Mapped[bytes | None] = identity(LargeBinary(16), index=True)
    no_email: Mapped[bool] = operational(default=False)
    voicemail_ok: Mapped[bool] = operational(default=False)
    text_ok: Mapped[bool] = operational(default=False)
    created_at: Mapped[datetime] = operational()
    changed_at: Mapped[datetime] = operational()
    version: Mapped[int] = operational()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read once by SQLAlchemy


class PrivateLink(Row):
    """One private link. The token is derived by key from the row's id; only its MAC is kept."""

    __tablename__ = "private_link"

    patient_id: Mapped[uuid.UUID] = operational(ForeignKey("patient.id"), index=True)
    purpose: Mapped[LinkPurpose] = operational(choice(LinkPurpose, "purpose"))
    subject_id: Mapped[uuid.UUID] = operational(index=True)  # of a higher slice: no foreign key upwards
    token_mac: Mapped[bytes] = operational(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = operational()
    expires_at: Mapped[datetime] = operational()
    revoked_at: Mapped[datetime | None] = operational()
    last_used_at: Mapped[datetime | None] = operational()
