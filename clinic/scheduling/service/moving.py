"""Giving a visit another time, place or clinician."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clinic.kernel.permissions import Actor, ActorKind
from clinic.platform.transaction import transaction
from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import APPOINTMENT, Step, Wanted
from clinic.scheduling.service.gate import Version, check, unchanged
from clinic.scheduling.service.guards import cells_of, lock, swap_cells
from clinic.scheduling.service.nearest import naming_nearest
from clinic.scheduling.service.placing import drop_holds, open_slot
from clinic.scheduling.service.steps import advance


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
    notice = actor.kind is ActorKind.PATIENT
    seen = queries.appointment_row(appointment_id)
    with (
        naming_nearest(wanted, seen.patient_id, now, notice=notice, last_day=last_day, ignoring=seen.id),
        transaction(),
    ):
        seen = queries.appointment_row(appointment_id)
        resources = lock(
            [seen.patient_id],
            [seen.clinician_id, wanted.clinician_id],
            [seen.location_id, wanted.location_id],
        )
        row = unchanged(seen)
        if row.wanted == wanted and APPOINTMENT.may(row.state, Step.MOVE):
            return row
        check(row, Step.MOVE, actor=actor, now=now, expected_version=expected_version)
        drop_holds(now, row.patient_id, wanted, actor)
        new = _take_place(row, wanted, actor=actor, now=now, last_day=last_day, with_notice=notice)
        swap_cells(row.id, cells_of(new, resources))
        return new


def _take_place(
    row: AppointmentRow,
    wanted: Wanted,
    *,
    actor: Actor,
    now: datetime,
    last_day: date | None,
    with_notice: bool,
) -> AppointmentRow:
    terms, slot = open_slot(
        wanted,
        patient_id=row.patient_id,
        now=now,
        last_day=last_day,
        with_notice=with_notice,
        ignoring=row.id,
    )
    return advance(
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
