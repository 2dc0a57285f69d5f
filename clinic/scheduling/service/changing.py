"""What happens to an appointment after its time was taken: one verb each, all through one narrow gate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from clinic.kernel.permissions import Actor, ActorKind
from clinic.platform.transaction import transaction
from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import State, Step, already_done, hold_until
from clinic.scheduling.service.gate import Version, check, locked
from clinic.scheduling.service.nearest import naming_nearest
from clinic.scheduling.service.steps import advance


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


@transaction()
def confirm_attendance(
    appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: Version = None
) -> AppointmentRow:
    """The patient says that they will come; said again, nothing changes. A move takes it back.

    Raises:
        Changed: it is not at `expected_version` any more: it may be at another time.
        NotBookable: it has begun. Conflict: it is not booked.
    """
    row = locked(appointment_id)
    if row.state is State.BOOKED and row.attendance_confirmed_at is not None:
        return row
    step = Step.CONFIRM_ATTENDANCE
    check(row, step, actor=actor, now=now, expected_version=expected_version)
    return advance(row, step, actor=actor, now=now, attendance_confirmed_at=now)


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
            row = locked(appointment_id)
            if row.state is State.HELD and row.expires_at is not None and row.expires_at <= now:
                advance(row, Step.EXPIRE, actor=Actor.system(), now=now)
                swept += 1
    return swept


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
    row = locked(appointment_id)
    if already_done(row.state, step):
        return row
    notice = actor.kind is ActorKind.PATIENT
    with naming_nearest(row.wanted, row.patient_id, now, notice=notice, ignoring=row.id):
        check(row, step, actor=actor, now=now, expected_version=expected_version)
    return advance(row, step, actor=actor, now=now, **given)
