"""Tables of what is set up: places, visit types, hours, exceptions, closures, travel, reminders."""

import uuid
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped

from clinic.platform.orm import Base, Row, choice, operational, public
from clinic.scheduling.rules import DatedKind


def whole_cells(name: str) -> CheckConstraint:
    """Minutes that fill whole cells."""
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
    parking: Mapped[str] = public(Text, server_default="")
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
        whole_cells("minutes"),
        whole_cells("before_minutes"),
        whole_cells("after_minutes"),
        whole_cells("step_minutes"),
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
    # How many days ahead people of each priority ("1" to "5") may book; a priority without an entry is bound
    # by its see-by day alone.
    window_days: Mapped[dict[str, int]] = operational(JSON, server_default="{}")
    # No new visits of a type that is not offered any more; those that stand keep it.
    offered: Mapped[bool] = operational(server_default=true())
    position: Mapped[int] = operational(SmallInteger)


class VisitTypeClinician(Base):
    """Restricts a visit type to some clinicians; a type without rows is done by all."""

    __tablename__ = "visit_type_clinician"

    visit_type_id: Mapped[uuid.UUID] = operational(
        ForeignKey("visit_type.id", ondelete="CASCADE"), primary_key=True
    )
    clinician_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), primary_key=True, index=True)


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


class SessionBreak(Row):
    """A part of a weekly session in which nobody is seen, in local time."""

    __tablename__ = "session_break"
    __table_args__ = (CheckConstraint("opens < closes", name="opens_before_closes"),)

    session_id: Mapped[uuid.UUID] = operational(
        ForeignKey("clinician_session.id", ondelete="CASCADE"), index=True
    )
    opens: Mapped[time] = operational()
    closes: Mapped[time] = operational()


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
    # Chosen from the list of federal holidays.
    holiday: Mapped[bool] = operational(server_default=false())


class DatedHours(Row):
    """One date that is not like every week: a clinician is away for some hours, or sees people in others."""

    __tablename__ = "dated_hours"
    __table_args__ = (
        CheckConstraint("opens < closes", name="opens_before_closes"),
        CheckConstraint("kind = 'away' OR location_id IS NOT NULL", name="extra_hours_are_somewhere"),
        Index("ix_dated_hours_day_clinician_id", "day", "clinician_id"),
    )

    clinician_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    # None: away from wherever the clinician would be.
    location_id: Mapped[uuid.UUID | None] = operational(ForeignKey("location.id"), index=True)
    room_id: Mapped[uuid.UUID | None] = operational(ForeignKey("room.id"), index=True)
    kind: Mapped[DatedKind] = operational(choice(DatedKind, "kind"))
    day: Mapped[date] = operational()
    opens: Mapped[time] = operational()
    closes: Mapped[time] = operational()
    name: Mapped[str] = operational(String(80))


class TravelTime(Row):
    """How long it takes from one location to another, either way: the gap between two visits of one day."""

    __tablename__ = "travel_time"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id <> second_id", name="two_places"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_sensible"),
        whole_cells("minutes"),
    )

    # The smaller id first, so that a pair has one row.
    first_id: Mapped[uuid.UUID] = operational(ForeignKey("location.id"))
    second_id: Mapped[uuid.UUID] = operational(ForeignKey("location.id"), index=True)
    minutes: Mapped[int] = operational(SmallInteger)


class ReminderPolicy(Row):
    """When visits are reminded of, and the hours in which nobody is written to; at most one row."""

    __tablename__ = "reminder_policy"
    __table_args__ = (
        UniqueConstraint("single"),
        CheckConstraint("single = 1", name="only_one"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_has_length"),
    )

    single: Mapped[int] = operational(SmallInteger, server_default="1")
    # Hours before the visit, the longest first.
    remind_hours: Mapped[list[int]] = operational(JSON)
    quiet_from: Mapped[time] = operational()
    quiet_until: Mapped[time] = operational()


class SetupChange(Row):
    """One change of what is set up, with all that it did, so that it can be undone as one."""

    __tablename__ = "setup_change"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        Index("ix_setup_change_at", "at", "id"),
    )

    at: Mapped[datetime] = operational()
    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    # What was done, in words without a patient.
    title: Mapped[str] = operational(String(200))
    # The rows as they were and as they became; the visits that were moved; the calls that were opened.
    edits: Mapped[list[dict[str, Any]]] = operational(JSON)
    moves: Mapped[list[dict[str, Any]]] = operational(JSON)
    calls: Mapped[list[str]] = operational(JSON)
    # Visits that did not fit before it and did so after it: that they do not fit after an undo is no news.
    eased: Mapped[list[dict[str, Any]]] = operational(JSON)
    undone_at: Mapped[datetime | None] = operational()
    undone_by: Mapped[uuid.UUID | None] = operational(ForeignKey("staff.id"), index=True)
