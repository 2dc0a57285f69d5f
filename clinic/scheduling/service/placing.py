"""Taking a time: one function for patient, desk, clinician and import."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.kernel.reference import new_reference
from clinic.platform.inserting import insert_ignoring
from clinic.platform.reading import run
from clinic.platform.transaction import in_transaction, transaction
from clinic.scheduling import queries
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    APPOINTMENT,
    BookedBy,
    NotBookable,
    Refusal,
    State,
    Step,
    Wanted,
    hold_until,
)
from clinic.scheduling.service.guards import (
    PATIENT,
    cells_of,
    ensure_resource,
    lock,
    take_cells,
)
from clinic.scheduling.service.judging import Place, place_at
from clinic.scheduling.service.nearest import naming_nearest
from clinic.scheduling.service.overriding import checked_reason, keep_override
from clinic.scheduling.service.steps import advance, tell

_TRIES = 3  # a reference of 40 random bits meets another one almost never, and then not twice


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


class _TakenMeanwhile(Exception):  # noqa: N818 - no failure, and never seen outside
    """Somebody else got the time while we queued for it."""


def _place(step: Step, wanted: Wanted, asking: _Asking) -> AppointmentRow:
    notice = asking.with_notice
    with naming_nearest(wanted, asking.patient_id, asking.now, notice=notice, last_day=asking.last_day):
        _refuse_early(wanted, asking)
        if not in_transaction():  # a caller's locks would not go with ours
            with suppress(_TakenMeanwhile), transaction():
                return _take(step, wanted, asking, look_again=True)
            _refuse_early(wanted, asking)
        with transaction():
            return _take(step, wanted, asking)


def _refuse_early(wanted: Wanted, asking: _Asking) -> None:
    """Whoever wants what somebody else has is refused without the locks, where nobody waits for the words.

    One look at what is committed; if it finds somebody, the judge says all that speaks against the time.
    Where the patient's own visits and holds come into it, or an override, it waits for the judge under them.
    """
    if _is_taken(wanted, asking):
        try:
            _judged(wanted, asking)
        except NotBookable as refused:
            if Refusal.PATIENT_BUSY not in refused.reasons:
                raise


def _is_taken(wanted: Wanted, asking: _Asking) -> bool:
    return asking.override is None and queries.is_taken_by_others(
        wanted, patient_id=asking.patient_id, key=asking.key, now=asking.now
    )


def _take(step: Step, wanted: Wanted, asking: _Asking, *, look_again: bool = False) -> AppointmentRow:
    patient_id, now = asking.patient_id, asking.now
    ensure_resource(PATIENT, patient_id)
    resources = lock([patient_id], [wanted.clinician_id], [wanted.location_id])
    if look_again and _is_taken(wanted, asking):
        raise _TakenMeanwhile
    known = queries.appointment_by_key(asking.key)  # under the lock: a double click runs beside its twin
    if known is not None:
        return _same(known, patient_id)
    drop_holds(now, patient_id, wanted, asking.actor)
    place = _judged(wanted, asking)
    row, fresh = _insert(_new_row(step, wanted, place, asking), asking.key)
    if not fresh:
        return _same(row, patient_id)
    take_cells(row.id, cells_of(row, resources), over=row.overridden)
    tell(row, step, State.OPEN, actor=asking.actor, now=now)
    if asking.override is not None:
        keep_override(row, place.set_aside, asking.override, actor=asking.actor, now=now)
    return row


def _judged(wanted: Wanted, asking: _Asking) -> Place:
    return place_at(
        wanted,
        patient_id=asking.patient_id,
        now=asking.now,
        last_day=asking.last_day,
        with_notice=asking.with_notice,
        override=asking.override is not None,
    )


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
        reference = run(insert_ignoring(Appointment, "reference"), values).scalar()
        if reference is not None:
            return replace(row, reference=reference), True
        known = queries.appointment_by_key(key)
        if known is not None:
            return known, False
    raise Conflict("We could not book this time. Please try again.")
