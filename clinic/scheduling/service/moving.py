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
from clinic.scheduling.service.judging import Place, place_at
from clinic.scheduling.service.nearest import naming_nearest
from clinic.scheduling.service.overriding import checked_reason, keep_override
from clinic.scheduling.service.placing import drop_holds
from clinic.scheduling.service.steps import advance


def move(
    appointment_id: UUID,
    wanted: Wanted,
    *,
    actor: Actor,
    now: datetime,
    expected_version: Version = None,
    last_day: date | None = None,
    override: str | None = None,
) -> AppointmentRow:
    """Give a visit another time, place or clinician: the new time is taken before the old one is free.

    The reference, the private link and the calendar entry stay. Moving it to where it is changes nothing.

    `override` is as for a booking. An ordinary move of an overridden visit makes it an ordinary visit again;
    what was set aside before stays in its history.

    Raises:
        TimeTaken, NotBookable: as for a new booking; the visit stays where it was.
        Changed: it is not at `expected_version` any more.
    """
    notice, reason = actor.kind is ActorKind.PATIENT, checked_reason(override, actor)
    seen = queries.appointment_row(appointment_id)
    with (
        naming_nearest(wanted, seen.patient_id, now, notice=notice, last_day=last_day, ignoring=seen.id),
        transaction(),
    ):
        row, resources = _locked_for(appointment_id, wanted)
        if row.wanted == wanted and APPOINTMENT.may(row.state, Step.MOVE):
            return row
        check(row, Step.MOVE, actor=actor, now=now, expected_version=expected_version)
        drop_holds(now, row.patient_id, wanted, actor)
        place = place_at(
            wanted,
            patient_id=row.patient_id,
            now=now,
            last_day=last_day,
            with_notice=notice,
            ignoring=row.id,
            override=reason is not None,
        )
        new = advance_to(row, wanted, place, actor=actor, now=now)
        swap_cells(row.id, cells_of(new, resources), over=new.overridden)
        if reason is not None:
            keep_override(new, place.set_aside, reason, actor=actor, now=now)
        return new


def _locked_for(appointment_id: UUID, wanted: Wanted) -> tuple[AppointmentRow, dict[UUID, UUID]]:
    """The visit with everything locked that its old time and the new one touch."""
    seen = queries.appointment_row(appointment_id)
    resources = lock(
        [seen.patient_id],
        [seen.clinician_id, wanted.clinician_id],
        [seen.location_id, wanted.location_id],
    )
    return unchanged(seen), resources


def advance_to(
    row: AppointmentRow, wanted: Wanted, place: Place, *, actor: Actor, now: datetime
) -> AppointmentRow:
    """The step itself, under the locks; the cells are the caller's."""
    terms = place.terms
    return advance(
        row,
        Step.MOVE,
        actor=actor,
        now=now,
        clinician_id=wanted.clinician_id,
        location_id=wanted.location_id,
        room_id=place.room_id,
        visit_type_id=terms.id,
        start_at=wanted.start,
        end_at=wanted.start + timedelta(minutes=terms.minutes),
        before_minutes=terms.before_minutes,
        after_minutes=terms.after_minutes,
        overridden=bool(place.set_aside),
    )
