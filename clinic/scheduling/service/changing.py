"""What happens to an appointment after its time was taken: one verb each, all through one narrow gate."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clinic.kernel.permissions import Actor, ActorKind
from clinic.platform.transaction import transaction
from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    APPOINTMENT,
    Changed,
    HoldExpired,
    State,
    Step,
    Wanted,
    already_done,
    check_manners,
    hold_until,
)
from clinic.scheduling.service.guards import cells_of, lock, swap_cells
from clinic.scheduling.service.placing import drop_holds, naming_nearest, open_slot
from clinic.scheduling.service.steps import advance

Version = int | None


def confirm(appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Turn a hold into a booking; confirming twice changes nothing.

    Raises:
        HoldExpired: its 15 minutes are over.
        Conflict: it is no hold any more.
    """
    return _take_step(appointment_id, Step.CONFIRM, actor=actor, now=now)


def extend(appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Hold for another 15 minutes from now, up to an hour in all.

    Raises:
        HoldExpired: it has run out.
        NotBookable: it was held for long enough.
    """
    return _take_step(appointment_id, Step.EXTEND, actor=actor, now=now, expires_at=hold_until(now))


def request_held(appointment_id: UUID, *, actor: Actor, now: datetime) -> AppointmentRow:
    """Turn a hold into a time that only a person may confirm, because a safety flag was raised meanwhile."""
    return _take_step(appointment_id, Step.REQUEST, actor=actor, now=now)


def confirm_request(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """Book a time that was asked for, after the call.

    Raises:
        NotAllowed: the actor may not resolve safety flags.
    """
    return _take_step(
        appointment_id, Step.CONFIRM_REQUEST, actor=actor, now=now, expected_version=expected_version
    )


def release(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """Give up a hold or a time that was asked for."""
    return _take_step(appointment_id, Step.RELEASE, actor=actor, now=now, expected_version=expected_version)


def cancel(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """Give up a booked visit; its time is free at once and the patient is told.

    Raises:
        Changed: it is not at `expected_version` any more.
        NotBookable: a patient cancels a visit that has begun.
    """
    return _take_step(appointment_id, Step.CANCEL, actor=actor, now=now, expected_version=expected_version)


def arrive(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """The patient is here."""
    return _take_step(appointment_id, Step.ARRIVE, actor=actor, now=now, expected_version=expected_version)


def start(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """The consultation begins."""
    return _take_step(appointment_id, Step.START, actor=actor, now=now, expected_version=expected_version)


def complete(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """The consultation is over."""
    return _take_step(appointment_id, Step.COMPLETE, actor=actor, now=now, expected_version=expected_version)


def mark_no_show(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """The patient did not come."""
    return _take_step(
        appointment_id, Step.MARK_NO_SHOW, actor=actor, now=now, expected_version=expected_version
    )


def expire_due(now: datetime, *, limit: int = 200) -> int:
    """Free the time of holds that have run out; returns how many. Each in a transaction of its own.

    A hold that was confirmed, released or extended meanwhile is left alone.
    """
    swept = 0
    for appointment_id in queries.expired_holds(now, limit):
        with transaction():
            row = _locked(appointment_id)
            if row.state is State.HELD and row.expires_at is not None and row.expires_at <= now:
                advance(row, Step.EXPIRE, actor=Actor.system(), now=now)
                swept += 1
    return swept


def move(
    appointment_id: UUID,
    wanted: Wanted,
    *,
    actor: Actor,
    now: datetime,
    expected_version: Version = None,
    last_day: date | None = None,
) -> AppointmentRow:
    """Give a visit another time, place or clinician: the new time is taken before the old one is free.

    The reference, the private link and the calendar entry stay. Moving it to where it is changes nothing.

    Raises:
        TimeTaken, NotBookable: as for a new booking; the visit stays where it was.
        Changed: it is not at `expected_version` any more.
    """
    with_notice = actor.kind is ActorKind.PATIENT
    patient_id = queries.appointment_row(appointment_id).patient_id
    with (
        naming_nearest(wanted, patient_id, now, with_notice=with_notice, ignoring=appointment_id),
        transaction(),
    ):
        row = queries.appointment_row(appointment_id)
        resources = lock(
            row.patient_id,
            [row.clinician_id, wanted.clinician_id],
            [row.location_id, wanted.location_id],
        )
        row = _unchanged(row)
        if row.wanted == wanted and APPOINTMENT.may(row.state, Step.MOVE):
            return row
        _check(row, Step.MOVE, actor=actor, now=now, expected_version=expected_version)
        drop_holds(now, row.patient_id, wanted, actor)
        terms = queries.visit_terms(wanted.visit_type_id)
        slot = open_slot(
            wanted,
            terms,
            patient_id=row.patient_id,
            now=now,
            last_day=last_day,
            with_notice=with_notice,
            ignoring=row.id,
        )
        new = advance(
            row,
            Step.MOVE,
            actor=actor,
            now=now,
            clinician_id=wanted.clinician_id,
            location_id=wanted.location_id,
            room_id=slot.room_id,
            visit_type_id=terms.id,
            start_at=wanted.start,
            end_at=wanted.start + timedelta(minutes=terms.minutes),
            before_minutes=terms.before_minutes,
            after_minutes=terms.after_minutes,
        )
        swap_cells(row.id, cells_of(new, resources))
        return new


@transaction()
def _take_step(
    appointment_id: UUID,
    step: Step,
    *,
    actor: Actor,
    now: datetime,
    expected_version: Version = None,
    **given: Any,
) -> AppointmentRow:
    row = _locked(appointment_id)
    if already_done(row.state, step):
        return row
    _check(row, step, actor=actor, now=now, expected_version=expected_version)
    return advance(row, step, actor=actor, now=now, **given)


def _check(
    row: AppointmentRow, step: Step, *, actor: Actor, now: datetime, expected_version: Version
) -> None:
    """Raise whatever speaks against this step, in the order in which a person wants to hear it."""
    if step is Step.CONFIRM and row.state is State.EXPIRED:
        raise HoldExpired
    APPOINTMENT.next(row.state, step)
    if expected_version is not None and row.version != expected_version:
        raise Changed
    check_manners(
        step,
        state=row.state,
        start=row.start_at,
        expires_at=row.expires_at,
        created_at=row.created_at,
        actor=actor,
        now=now,
    )


def _locked(appointment_id: UUID) -> AppointmentRow:
    """The appointment with everything that it touches locked.

    Raises:
        NotFound: no such appointment.
        Changed: it moved between the two looks.
    """
    row = queries.appointment_row(appointment_id)
    lock(row.patient_id, [row.clinician_id], [row.location_id])
    return _unchanged(row)


def _unchanged(seen: AppointmentRow) -> AppointmentRow:
    """What stands now under the locks, which were chosen by what was `seen` before them."""
    row = queries.appointment_row(seen.id)
    if (row.clinician_id, row.location_id) != (seen.clinician_id, seen.location_id):
        raise Changed
    return row
