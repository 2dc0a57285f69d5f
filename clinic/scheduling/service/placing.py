"""Taking a time: one function for patient, desk, clinician and import."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from clinic.kernel.clock import CENTRAL
from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.kernel.reference import new_reference
from clinic.platform.extensions import db
from clinic.platform.inserting import insert_ignoring
from clinic.platform.transaction import transaction
from clinic.scheduling import queries
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries import AppointmentRow, VisitTerms
from clinic.scheduling.rules import (
    APPOINTMENT,
    NEVER_SET_ASIDE,
    BookedBy,
    Refusal,
    State,
    Step,
    Wanted,
    Window,
    booking_window,
    cell_at,
    hindrances,
    hold_until,
    refuse,
    slot_at,
)
from clinic.scheduling.service.guards import (
    PATIENT,
    cells_of,
    ensure_resource,
    is_clinician,
    lock,
    take_cells,
)
from clinic.scheduling.service.nearest import naming_nearest
from clinic.scheduling.service.overriding import checked_reason, keep_override
from clinic.scheduling.service.steps import advance, tell

_TRIES = 3  # a reference of 40 random bits meets another one almost never, and then not twice
_MARGIN = timedelta(minutes=5)


def hold(
    wanted: Wanted,
    *,
    patient_id: UUID,
    key: str,
    actor: Actor,
    now: datetime,
    last_day: date | None = None,
    booked_by: BookedBy = BookedBy.PATIENT,
) -> AppointmentRow:
    """Keep a time for 15 minutes while its details are checked; the patient's earlier hold is released.

    Args:
        key: names the form that was sent; sending it again gives the same appointment back.
        last_day: the see-by date, in the location's zone; later times are refused.

    Raises:
        TimeTaken: somebody else has it, or it is too close to what somebody else has.
        NotBookable: outside hours, too soon, too late, or the patient has a visit then. Both know the
            `nearest` open times.
    """
    return _place(
        Step.HOLD,
        wanted,
        _Asking(patient_id=patient_id, key=key, actor=actor, now=now, last_day=last_day, booked_by=booked_by),
    )


def request(
    wanted: Wanted,
    *,
    patient_id: UUID,
    key: str,
    actor: Actor,
    now: datetime,
    last_day: date | None = None,
    booked_by: BookedBy = BookedBy.PATIENT,
    override: str | None = None,
) -> AppointmentRow:
    """Keep a time that only a person may confirm or give up (an open safety flag); it never runs out.

    Arguments and errors as for `book`.
    """
    return _place(
        Step.REQUEST,
        wanted,
        _Asking(
            patient_id=patient_id,
            key=key,
            actor=actor,
            now=now,
            last_day=last_day,
            booked_by=booked_by,
            override=checked_reason(override, actor),
        ),
    )


def book(
    wanted: Wanted,
    *,
    patient_id: UUID,
    key: str,
    actor: Actor,
    now: datetime,
    last_day: date | None = None,
    booked_by: BookedBy = BookedBy.DESK,
    override: str | None = None,
) -> AppointmentRow:
    """Book a time at once (desk, clinician, import).

    Arguments and errors as for `hold`; staff need no notice.

    Args:
        override: the sentence of somebody who books against the rule on purpose (a squeeze-in, outside hours,
            two at a time). Kept with everything that it set aside; if nothing speaks against the time, this
            is an ordinary booking. The past, and a patient in two places, are refused all the same.

    Raises:
        NotAllowed: the actor may not override. Invalid: the sentence is empty or too long.
    """
    return _place(
        Step.BOOK,
        wanted,
        _Asking(
            patient_id=patient_id,
            key=key,
            actor=actor,
            now=now,
            last_day=last_day,
            booked_by=booked_by,
            override=checked_reason(override, actor),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """Who asks for a time, through whom, and until when."""

    patient_id: UUID
    key: str
    actor: Actor
    now: datetime
    last_day: date | None
    booked_by: BookedBy
    override: str | None = None

    @property
    def with_notice(self) -> bool:
        return self.booked_by is BookedBy.PATIENT


def _place(step: Step, wanted: Wanted, asking: _Asking) -> AppointmentRow:
    patient_id, now, notice = asking.patient_id, asking.now, asking.with_notice
    with naming_nearest(wanted, patient_id, now, notice=notice, last_day=asking.last_day), transaction():
        ensure_resource(PATIENT, patient_id)
        resources = lock([patient_id], [wanted.clinician_id], [wanted.location_id])
        known = queries.appointment_by_key(asking.key)  # under the lock: a double click runs beside its twin
        if known is not None:
            return _same(known, patient_id)
        drop_holds(now, patient_id, wanted, asking.actor)
        place = place_at(
            wanted,
            patient_id=patient_id,
            now=now,
            last_day=asking.last_day,
            with_notice=notice,
            override=asking.override is not None,
        )
        row, fresh = _insert(_new_row(step, wanted, place, asking), asking.key)
        if not fresh:
            return _same(row, patient_id)
        take_cells(row.id, cells_of(row, resources), over=row.overridden)
        tell(row, step, State.OPEN, actor=asking.actor, now=now)
        if asking.override is not None:
            keep_override(row, place.set_aside, asking.override, actor=asking.actor, now=now)
        return row


def _same(known: AppointmentRow, patient_id: UUID) -> AppointmentRow:
    """The appointment that this key made before; another patient's key was never theirs."""
    if known.patient_id != patient_id:
        raise Conflict("This page is out of date. Please choose a time again.")
    return known


def drop_holds(now: datetime, patient_id: UUID, wanted: Wanted, actor: Actor) -> None:
    """Under the locks: expire what has run out, release what this patient held before."""
    for row in queries.holds_to_drop(now, patient_id, wanted):
        if row.expires_at is not None and row.expires_at <= now:
            advance(row, Step.EXPIRE, actor=Actor.system(), now=now)
        else:
            advance(row, Step.RELEASE, actor=actor, now=now)


class Place(NamedTuple):
    """Where a visit goes: its terms, its room, and what was set aside on purpose to put it there."""

    terms: VisitTerms
    room_id: UUID | None
    set_aside: tuple[Refusal, ...] = ()


def place_at(
    wanted: Wanted,
    *,
    patient_id: UUID,
    now: datetime,
    last_day: date | None,
    with_notice: bool,
    ignoring: UUID | None = None,
    override: bool = False,
) -> Place:
    """Under the locks: the slot that the picker would offer now at this start, or the place that was forced.

    Raises:
        TimeTaken, NotBookable: it would not offer it, or what stands against it is never set aside.
    """
    terms, held = queries.supply(
        wanted.visit_type_id,
        Window(wanted.start, wanted.start + _MARGIN),
        now,
        locations=[wanted.location_id],
        clinicians=[wanted.clinician_id],
        patient_id=patient_id,
        ignoring=ignoring,
    )
    allowed = booking_window(
        now,
        notice_minutes=terms.notice_minutes if with_notice else 0,
        last_day=last_day,
        zone=held.table.zones.get(wanted.location_id, CENTRAL),
    )
    asked = (cell_at(wanted.start), wanted.clinician_id, wanted.location_id)
    demand = terms.demand(allowed, now)
    slot = slot_at(held, demand, *asked)
    if slot is not None:
        return Place(terms, slot.room_id)
    found = hindrances(held, demand, *asked)
    if not override:
        refuse(found.reasons)
        raise AssertionError("a slot that is not open has a reason")
    refuse(tuple(one for one in found.reasons if one in NEVER_SET_ASIDE))
    if wanted.location_id not in held.table.zones or not is_clinician(wanted.clinician_id):
        refuse((Refusal.OUTSIDE_HOURS,))
    return Place(terms, found.room_id, found.reasons)


def _new_row(step: Step, wanted: Wanted, place: Place, asking: _Asking) -> AppointmentRow:
    terms = place.terms
    return AppointmentRow(
        id=uuid4(),
        reference="",
        patient_id=asking.patient_id,
        clinician_id=wanted.clinician_id,
        location_id=wanted.location_id,
        room_id=place.room_id,
        visit_type_id=terms.id,
        start_at=wanted.start,
        end_at=wanted.start + timedelta(minutes=terms.minutes),
        before_minutes=terms.before_minutes,
        after_minutes=terms.after_minutes,
        state=APPOINTMENT.next(State.OPEN, step),
        expires_at=hold_until(asking.now) if step is Step.HOLD else None,
        version=1,
        sequence=0,
        booked_by=asking.booked_by,
        created_at=asking.now,
        overridden=bool(place.set_aside),
        attendance_confirmed_at=None,
    )


def _insert(row: AppointmentRow, key: str) -> tuple[AppointmentRow, bool]:
    """The new row, or the one that the same key has made meanwhile."""
    for _ in range(_TRIES):
        values = {name: getattr(row, name) for name in AppointmentRow.__slots__}
        values |= {"reference": new_reference(), "idempotency_key": key, "changed_at": row.created_at}
        made = insert_ignoring(Appointment).returning(Appointment.__table__.c.reference)
        reference = db.session.execute(made, values).scalar()
        if reference is not None:
            return replace(row, reference=reference), True
        known = queries.appointment_by_key(key)
        if known is not None:
            return known, False
    raise Conflict("We could not book this time. Please try again.")
