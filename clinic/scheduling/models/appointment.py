"""Tables of what was taken: appointments, their history, overrides, and the cells that they own."""

import uuid
from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped

from clinic.kernel.permissions import ActorKind
from clinic.platform.orm import Base, Row, append_only, choice, operational
from clinic.platform.sealed import Encrypted
from clinic.scheduling.rules import LIVE, BookedBy, State, Step
from clinic.scheduling.rules.numbers import HAS_TIME

# Written out, never bound: a partial index is only used when the query repeats its condition.
LIVE_STATES = ", ".join(f"'{state}'" for state in LIVE)
HAS_TIME_STATES = f"to_state IN ({', '.join(repr(state.value) for state in HAS_TIME)})"
_IS_LIVE = text(f"state IN ({LIVE_STATES})")
_HAS_TIME = text(HAS_TIME_STATES)
_LIVE_IN_ROOM = text(f"state IN ({LIVE_STATES}) AND room_id IS NOT NULL")


class Appointment(Row):
    """A hold, an asked-for time and a booking are the same row in different states.

    `version` counts every change (a stale form is told by it); `sequence` counts the changes of the time,
    place or fate that a calendar file and the messages speak of.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("state <> 'open'", name="open_is_no_row"),
        CheckConstraint("start_at < end_at", name="start_before_end"),
        CheckConstraint("(state = 'held') = (expires_at IS NOT NULL)", name="only_holds_expire"),
        CheckConstraint("version >= 1 AND sequence >= 0", name="counters_count"),
        Index(
            "ix_appointment_clinician_live",
            "clinician_id",
            "start_at",
            postgresql_include=["end_at"],
            postgresql_where=_IS_LIVE,
            sqlite_where=_IS_LIVE,
        ),
        Index(
            "ix_appointment_room_live",
            "room_id",
            "start_at",
            postgresql_where=_LIVE_IN_ROOM,
            sqlite_where=_LIVE_IN_ROOM,
        ),
        Index("ix_appointment_patient_id_start_at", "patient_id", "start_at"),
        Index("ix_appointment_location_id_start_at", "location_id", "start_at"),
        Index(
            "ix_appointment_expires_at",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL"),
            sqlite_where=text("expires_at IS NOT NULL"),
        ),
    )

    reference: Mapped[str] = operational(String(9), unique=True)
    patient_id: Mapped[uuid.UUID] = operational(ForeignKey("patient.id"))
    clinician_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"))
    location_id: Mapped[uuid.UUID] = operational(ForeignKey("location.id"))
    room_id: Mapped[uuid.UUID | None] = operational(ForeignKey("room.id"))
    visit_type_id: Mapped[uuid.UUID] = operational(ForeignKey("visit_type.id"), index=True)
    start_at: Mapped[datetime] = operational()
    end_at: Mapped[datetime] = operational()
    # As they were when the time was taken: a later change of the visit type moves no cell.
    before_minutes: Mapped[int] = operational(SmallInteger)
    after_minutes: Mapped[int] = operational(SmallInteger)
    state: Mapped[State] = operational(choice(State, "state"))
    expires_at: Mapped[datetime | None] = operational()
    version: Mapped[int] = operational()
    sequence: Mapped[int] = operational()
    idempotency_key: Mapped[str | None] = operational(String(80), unique=True)
    booked_by: Mapped[BookedBy] = operational(choice(BookedBy, "booked_by"))
    # Placed against the rule on purpose; why and by whom is in appointment_override.
    overridden: Mapped[bool] = operational(server_default=false())
    # When the patient said that they will come to this time; a move takes it back.
    attendance_confirmed_at: Mapped[datetime | None] = operational()
    created_at: Mapped[datetime] = operational()
    changed_at: Mapped[datetime] = operational()


@append_only
class AppointmentEvent(Row):
    """One step of an appointment and where it led; never changed, never deleted."""

    __tablename__ = "appointment_event"
    __table_args__ = (
        UniqueConstraint("appointment_id", "version"),
        # What times of a period were taken and given up: the numbers look back on it.
        Index(
            "ix_appointment_event_start_at",
            "start_at",
            postgresql_where=_HAS_TIME,
            sqlite_where=_HAS_TIME,
        ),
    )

    appointment_id: Mapped[uuid.UUID] = operational(ForeignKey("appointment.id"))
    version: Mapped[int] = operational()
    step: Mapped[Step] = operational(choice(Step, "step"))
    from_state: Mapped[State] = operational(choice(State, "from_state"))
    to_state: Mapped[State] = operational(choice(State, "to_state"))
    at: Mapped[datetime] = operational()
    actor_kind: Mapped[ActorKind] = operational(choice(ActorKind, "actor_kind"))
    actor_id: Mapped[uuid.UUID | None] = operational()
    clinician_id: Mapped[uuid.UUID] = operational()
    location_id: Mapped[uuid.UUID] = operational()
    start_at: Mapped[datetime] = operational()
    end_at: Mapped[datetime] = operational()


@append_only
class AppointmentOverride(Row):
    """A time taken against the rule on purpose: which reasons stood against it, why, and by whom."""

    __tablename__ = "appointment_override"
    __table_args__ = (UniqueConstraint("appointment_id", "version"),)

    appointment_id: Mapped[uuid.UUID] = operational(ForeignKey("appointment.id"))
    version: Mapped[int] = operational()
    # The codes of `rules.Refusal` that were set aside.
    refusals: Mapped[list[str]] = operational(JSON)
    # Typed by staff about a patient's visit: it may say anything.
    reason = Encrypted[str](data_class="clinical")
    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = operational()


class OccupiedCell(Base):
    """Five minutes of one resource, owned by one live appointment: the last line against double booking.

    Every ordinary booking sits on seat 0; a deliberate override takes the next free seat of each cell, so the
    key is never switched off.
    """

    __tablename__ = "occupied_cell"

    resource_id: Mapped[uuid.UUID] = operational(ForeignKey("resource.id"), primary_key=True)
    cell: Mapped[int] = operational(primary_key=True, autoincrement=False)
    seat: Mapped[int] = operational(SmallInteger, primary_key=True, autoincrement=False)
    appointment_id: Mapped[uuid.UUID] = operational(ForeignKey("appointment.id"), index=True)
