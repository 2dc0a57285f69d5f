"""Tables of scheduling: places, visit types, hours, closures, appointments, their history and their cells."""

import uuid
from datetime import date, datetime, time

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped

from clinic.kernel.permissions import ActorKind
from clinic.platform.orm import Base, Row, append_only, choice, operational, public
from clinic.scheduling.rules import LIVE, BookedBy, State, Step

# Written out, never bound: a partial index is only used when the query repeats its condition.
LIVE_STATES = ", ".join(f"'{state}'" for state in LIVE)
_IS_LIVE = text(f"state IN ({LIVE_STATES})")
_LIVE_IN_ROOM = text(f"state IN ({LIVE_STATES}) AND room_id IS NOT NULL")


def _whole_cells(name: str) -> CheckConstraint:
    return CheckConstraint(f"{name} % 5 = 0", name=f"{name}_whole_cells")


class Location(Row):
    """A place where visits happen."""

    __tablename__ = "location"

    slug: Mapped[str] = public(String(40), unique=True)
    name: Mapped[str] = public(String(80))
    street: Mapped[str] = public(String(120))
    city: Mapped[str] = public(String(80))
    state: Mapped[str] = public(String(2))
    zip_code: Mapped[str] = public(String(10))
    phone: Mapped[str] = public(String(20))
    zone: Mapped[str] = public(String(40))
    directions: Mapped[str] = public(Text)
    bring: Mapped[str] = public(Text)
    lateness: Mapped[str] = public(Text)
    position: Mapped[int] = public(SmallInteger)


class VisitType(Row):
    """A kind of visit: its public name and length are all that a patient sees of it."""

    __tablename__ = "visit_type"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_sensible"),
        CheckConstraint("before_minutes BETWEEN 0 AND 120", name="before_sensible"),
        CheckConstraint("after_minutes BETWEEN 0 AND 120", name="after_sensible"),
        CheckConstraint("notice_minutes >= 0", name="notice_sensible"),
        CheckConstraint("step_minutes > 0", name="step_positive"),
        _whole_cells("minutes"),
        _whole_cells("before_minutes"),
        _whole_cells("after_minutes"),
        _whole_cells("step_minutes"),
    )

    slug: Mapped[str] = public(String(40), unique=True)
    name: Mapped[str] = public(String(80))
    minutes: Mapped[int] = public(SmallInteger)
    before_minutes: Mapped[int] = operational(SmallInteger)
    after_minutes: Mapped[int] = operational(SmallInteger)
    step_minutes: Mapped[int] = operational(SmallInteger)
    notice_minutes: Mapped[int] = operational()
    # The confirmed phases that this type serves; "before the decision" is its own flag, never a phase.
    phases: Mapped[list[int]] = operational(JSON)
    before_decision: Mapped[bool] = operational()
    self_bookable: Mapped[bool] = operational()
    position: Mapped[int] = operational(SmallInteger)


class Resource(Row):
    """Somebody or something that can be in one place at a time. Bookings lock these rows, in order of id."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("owner_id", "kind"),
        CheckConstraint("kind IN ('clinician', 'patient', 'room')", name="kind_known"),
    )

    kind: Mapped[str] = operational(String(12))
    owner_id: Mapped[uuid.UUID] = operational()


class Room(Row):
    """A room that visits need, where a location has one to share."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("location_id", "name"),)

    location_id: Mapped[uuid.UUID] = operational(ForeignKey("location.id"))
    name: Mapped[str] = operational(String(60))


class ClinicianSession(Row):
    """A clinician's weekly hours at one location, in that location's wall-clock time. Monday is 0."""

    __tablename__ = "clinician_session"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday_known"),
        CheckConstraint("opens < closes", name="opens_before_closes"),
        CheckConstraint("last_day IS NULL OR first_day <= last_day", name="days_in_order"),
    )

    clinician_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    location_id: Mapped[uuid.UUID] = operational(ForeignKey("location.id"), index=True)
    room_id: Mapped[uuid.UUID | None] = operational(ForeignKey("room.id"), index=True)
    weekday: Mapped[int] = operational(SmallInteger)
    opens: Mapped[time] = operational()
    closes: Mapped[time] = operational()
    first_day: Mapped[date] = operational()
    last_day: Mapped[date | None] = operational()


class SessionVisitType(Base):
    """Restricts a session to some visit types; a session without rows serves them all."""

    __tablename__ = "session_visit_type"

    session_id: Mapped[uuid.UUID] = operational(
        ForeignKey("clinician_session.id", ondelete="CASCADE"), primary_key=True
    )
    visit_type_id: Mapped[uuid.UUID] = operational(ForeignKey("visit_type.id"), primary_key=True, index=True)


class Closure(Row):
    """Whole days without visits: everywhere or at one location, for all or for one clinician."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        Index("ix_closure_last_day_first_day", "last_day", "first_day"),
    )

    location_id: Mapped[uuid.UUID | None] = operational(ForeignKey("location.id"), index=True)
    clinician_id: Mapped[uuid.UUID | None] = operational(ForeignKey("staff.id"), index=True)
    first_day: Mapped[date] = operational()
    last_day: Mapped[date] = operational()
    name: Mapped[str] = operational(String(80))


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
    created_at: Mapped[datetime] = operational()
    changed_at: Mapped[datetime] = operational()


@append_only
class AppointmentEvent(Row):
    """One step of an appointment and where it led; never changed, never deleted."""

    __tablename__ = "appointment_event"
    __table_args__ = (UniqueConstraint("appointment_id", "version"),)

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


class OccupiedCell(Base):
    """Five minutes of one resource, owned by one live appointment: the last line against double booking.

    Every ordinary booking sits on seat 0; a deliberate override would take the next seat, so the key is never
    switched off.
    """

    __tablename__ = "occupied_cell"

    resource_id: Mapped[uuid.UUID] = operational(ForeignKey("resource.id"), primary_key=True)
    cell: Mapped[int] = operational(primary_key=True, autoincrement=False)
    seat: Mapped[int] = operational(SmallInteger, primary_key=True, autoincrement=False)
    appointment_id: Mapped[uuid.UUID] = operational(ForeignKey("appointment.id"), index=True)
