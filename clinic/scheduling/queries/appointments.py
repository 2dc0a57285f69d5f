"""Reads of appointments: the row that a change starts from, and the cards and lists that pages show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, or_, select

from clinic.accounts.models import Staff
from clinic.kernel.errors import NotFound
from clinic.platform.extensions import db
from clinic.platform.reading import run
from clinic.scheduling.models import Appointment, Location, VisitType
from clinic.scheduling.rules import BookedBy, State, Wanted, first_instant

# What a day list shows: everything that takes or took place, not what was given up before.
ON_THE_DAY = (
    State.REQUESTED,
    State.BOOKED,
    State.ARRIVED,
    State.IN_CONSULTATION,
    State.COMPLETED,
    State.NO_SHOW,
)
# See the CHECK of visit_type.
LONGEST_VISIT = timedelta(hours=8)
NO_HOLD_LASTS = timedelta(days=1)
COMING = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_CONSULTATION)


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment as stored; what services take and give."""

    id: UUID
    reference: str
    patient_id: UUID
    clinician_id: UUID
    location_id: UUID
    room_id: UUID | None
    visit_type_id: UUID
    start_at: datetime
    end_at: datetime
    before_minutes: int
    after_minutes: int
    state: State
    expires_at: datetime | None
    version: int
    sequence: int
    booked_by: BookedBy
    created_at: datetime
    overridden: bool
    attendance_confirmed_at: datetime | None

    @property
    def wanted(self) -> Wanted:
        """The time that it takes."""
        return Wanted(self.start_at, self.clinician_id, self.location_id, self.visit_type_id)


@dataclass(frozen=True, slots=True)
class LocationCard:
    """A place, in the words of its page."""

    id: UUID
    slug: str
    name: str
    street: str
    city: str
    state: str
    zip_code: str
    phone: str
    zone: str
    directions: str
    parking: str
    bring: str
    lateness: str

    @property
    def address(self) -> str:
        """One line for a map or a calendar file."""
        return f"{self.street}, {self.city}, {self.state} {self.zip_code}"

    @property
    def things_to_bring(self) -> tuple[str, ...]:
        """One thing a line; none when the place says nothing of its own."""
        return tuple(line.strip() for line in self.bring.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment as a page shows it; the patient is an id only."""

    location: LocationCard
    id: UUID
    reference: str
    patient_id: UUID
    clinician_id: UUID
    clinician_name: str
    location_id: UUID
    visit_type_id: UUID
    visit_name: str
    start_at: datetime
    end_at: datetime
    state: State
    expires_at: datetime | None
    version: int
    sequence: int
    booked_by: BookedBy
    changed_at: datetime
    overridden: bool
    attendance_confirmed_at: datetime | None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.end_at - self.start_at).total_seconds()) // 60


ROW: tuple[Any, ...] = (
    Appointment.id,
    Appointment.reference,
    Appointment.patient_id,
    Appointment.clinician_id,
    Appointment.location_id,
    Appointment.room_id,
    Appointment.visit_type_id,
    Appointment.start_at,
    Appointment.end_at,
    Appointment.before_minutes,
    Appointment.after_minutes,
    Appointment.state,
    Appointment.expires_at,
    Appointment.version,
    Appointment.sequence,
    Appointment.booked_by,
    Appointment.created_at,
    Appointment.overridden,
    Appointment.attendance_confirmed_at,
)
# Statements of the booking path are built once: putting one together costs more than running it.
_BY_ID = select(*ROW).where(Appointment.id == bindparam("id"))
_BY_KEY = select(*ROW).where(Appointment.idempotency_key == bindparam("key"))
_DROPPABLE = (
    select(*ROW)
    .where(
        # Both bounds: without them SQLite may read all appointments in order of id, to save the sorting.
        Appointment.expires_at.is_not(None),
        Appointment.expires_at <= bindparam("latest"),
        Appointment.state == State.HELD,
        or_(
            # Typed here: the table that the column points to may not be imported yet.
            Appointment.patient_id == bindparam("patient_id", type_=Uuid()),
            and_(
                Appointment.expires_at <= bindparam("now"),
                or_(
                    Appointment.clinician_id == bindparam("clinician_id"),
                    Appointment.location_id == bindparam("location_id"),
                ),
            ),
        ),
    )
    .order_by(Appointment.id)
    .with_for_update()
)
_PLACE: tuple[Any, ...] = (
    Location.id,
    Location.slug,
    Location.name,
    Location.street,
    Location.city,
    Location.state,
    Location.zip_code,
    Location.phone,
    Location.zone,
    Location.directions,
    Location.parking,
    Location.bring,
    Location.lateness,
)
_PLACES = select(*_PLACE).order_by(Location.position, Location.slug)
_PLACE_NAMES = select(Location.slug, Location.name).order_by(Location.position, Location.slug)
_CARD: tuple[Any, ...] = (
    Appointment.id,
    Appointment.reference,
    Appointment.patient_id,
    Appointment.clinician_id,
    Staff.name.label("clinician_name"),
    Appointment.location_id,
    Appointment.visit_type_id,
    VisitType.name.label("visit_name"),
    Appointment.start_at,
    Appointment.end_at,
    Appointment.state,
    Appointment.expires_at,
    Appointment.version,
    Appointment.sequence,
    Appointment.booked_by,
    Appointment.changed_at,
    Appointment.overridden,
    Appointment.attendance_confirmed_at,
)


def appointment_row(appointment_id: UUID) -> AppointmentRow:
    """One appointment as stored.

    Raises:
        NotFound: no such appointment.
    """
    row = run(_BY_ID, {"id": appointment_id}).one_or_none()
    if row is None:
        raise NotFound
    return AppointmentRow(*row)


def appointment_by_key(idempotency_key: str) -> AppointmentRow | None:
    """The appointment that this form has already made, if it has."""
    row = run(_BY_KEY, {"key": idempotency_key}).one_or_none()
    return None if row is None else AppointmentRow(*row)


def holds_to_drop(now: datetime, patient_id: UUID, wanted: Wanted) -> list[AppointmentRow]:
    """The patient's own holds, and expired ones that may own the clinician's or a room's cells.

    Locked in order of id, after the resources: two bookings never wait for each other in a circle.
    """
    given = {
        "now": now,
        "latest": now + NO_HOLD_LASTS,
        "patient_id": patient_id,
        "clinician_id": wanted.clinician_id,
        "location_id": wanted.location_id,
    }
    return [AppointmentRow(*row) for row in run(_DROPPABLE, given)]


def expired_holds(now: datetime, limit: int) -> list[UUID]:
    """The ids of holds that have run out and are not swept yet."""
    chosen = (
        select(Appointment.id)
        .where(Appointment.expires_at <= now, Appointment.state == State.HELD)
        .order_by(Appointment.expires_at)
        .limit(limit)
    )
    return list(db.session.scalars(chosen))


def locations() -> tuple[LocationCard, ...]:
    """Every location, in the clinic's order."""
    return tuple(LocationCard(*row) for row in run(_PLACES))


def place_names() -> dict[str, str]:
    """What each location is called, by slug, in the clinic's order."""
    return {row.slug: row.name for row in db.session.execute(_PLACE_NAMES)}


def appointment_card(appointment_id: UUID, *, patient_id: UUID | None = None) -> AppointmentCard:
    """One appointment; given a patient, only if it is theirs.

    Raises:
        NotFound: no such appointment, or another patient's.
    """
    chosen = cards().where(Appointment.id == appointment_id)
    if patient_id is not None:
        chosen = chosen.where(Appointment.patient_id == patient_id)
    found = read_cards(chosen)
    if not found:
        raise NotFound
    return found[0]


def appointments_of(patient_id: UUID) -> tuple[AppointmentCard, ...]:
    """All appointments of a patient, the latest start first, given-up holds left out."""
    chosen = cards().where(
        Appointment.patient_id == patient_id,
        Appointment.state.not_in((State.EXPIRED, State.RELEASED)),
    )
    return read_cards(chosen.order_by(Appointment.start_at.desc(), Appointment.id))


def next_appointment(patient_id: UUID, now: datetime) -> AppointmentCard | None:
    """The patient's next visit that is asked for or booked."""
    found = read_cards(_NEXT, patient_id=patient_id, **as_of(now))
    return found[0] if found else None


def comes_for(patient_id: Any) -> ColumnElement[bool]:
    """A visit of the patient in this column is asked for or booked and not over; bound by `as_of`.

    When it can have begun at the earliest is said as well: by that the index of a patient's visits finds it,
    however many there were. Who has none would else be looked for in the whole past.
    """
    return and_(
        Appointment.patient_id == patient_id,
        Appointment.state.in_(COMING),
        Appointment.start_at > bindparam("began_after"),
        Appointment.end_at > bindparam("now"),
    )


def as_of(now: datetime) -> dict[str, datetime]:
    """What `comes_for` is bound by."""
    return {"now": now, "began_after": now - LONGEST_VISIT}


def day_appointments(location_id: UUID, day: date, zone: ZoneInfo) -> tuple[AppointmentCard, ...]:
    """The visits of one local day at one location, in order of time."""
    return coming_appointments(location_id, day, day, zone, states=ON_THE_DAY)


def coming_appointments(
    location_id: UUID | None,
    first_day: date,
    last_day: date,
    zone: ZoneInfo,
    *,
    clinician_id: UUID | None = None,
    states: Collection[State] = COMING,
    limit: int = 500,
) -> tuple[AppointmentCard, ...]:
    """The visits of some local days, at one location or at all, of one clinician or of all."""
    chosen = cards().where(
        Appointment.start_at >= first_instant(first_day, time(0), zone),
        Appointment.start_at < first_instant(last_day + timedelta(days=1), time(0), zone),
        Appointment.state.in_(states),
    )
    if location_id is not None:
        chosen = chosen.where(Appointment.location_id == location_id)
    if clinician_id is not None:
        chosen = chosen.where(Appointment.clinician_id == clinician_id)
    return read_cards(chosen.order_by(Appointment.start_at, Appointment.id).limit(limit))


def cards() -> Select[*tuple[Any, ...]]:
    """A choice of cards, to be narrowed and given to `read_cards`."""
    return (
        select(*_CARD, *(column.label(f"place_{column.key}") for column in _PLACE))
        .join(Location, Location.id == Appointment.location_id)
        .join(VisitType, VisitType.id == Appointment.visit_type_id)
        .join(Staff, Staff.id == Appointment.clinician_id)
    )


def read_cards(chosen: Select[*tuple[Any, ...]], **given: Any) -> tuple[AppointmentCard, ...]:
    """The cards of a choice, in one statement; `given` are its bound parameters."""
    width = len(_CARD)
    rows = run(chosen, given)
    return tuple(AppointmentCard(LocationCard(*row[width:]), *row[:width]) for row in rows)


# Built once: every booking asks.
_NEXT = (
    cards().where(comes_for(bindparam("patient_id", type_=Uuid()))).order_by(Appointment.start_at).limit(1)
)
