"""Taking back the desk's newest step: the wrong button, the wrong row."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import (
    GAVE_THE_TIME_BACK,
    NotBookable,
    Refusal,
    Step,
    Window,
    cell_at,
    check_undo,
    collisions,
    is_live,
    refuse,
)
from clinic.scheduling.service.gate import check, unchanged
from clinic.scheduling.service.guards import cells_of, lock, take_cells
from clinic.scheduling.service.nearest import naming_nearest
from clinic.scheduling.service.placing import drop_holds
from clinic.scheduling.service.steps import advance


def undo(appointment_id: UUID, *, actor: Actor, now: datetime, expected_version: int) -> AppointmentRow:
    """Take back the newest step, if staff took it today; pressing twice takes one step back.

    A visit that comes back to life takes its time again, under the same locks as a new booking. Of a canceled
    one the person hears anew: its calendar entry gets a later sequence.

    Raises:
        TimeTaken: somebody has the time meanwhile; `nearest` are open times close to it.
        NotBookable: nothing can be undone, or the person has another visit by now.
        Changed: it is not at `expected_version` any more. NotFound: no such appointment.
    """
    seen = queries.appointment_row(appointment_id)
    with (
        naming_nearest(seen.wanted, seen.patient_id, now, notice=False),
        transaction(),
    ):
        resources = lock([seen.patient_id], [seen.clinician_id], [seen.location_id])
        row = unchanged(seen)
        last = queries.last_step(row.id)
        if last.step is Step.UNDO and row.version == expected_version + 1:
            return row  # the second press of a double click
        check(row, Step.UNDO, actor=actor, now=now, expected_version=expected_version)
        check_undo(last, now)
        comes_back = not is_live(row.state)
        if comes_back:
            _check_time(row, now, actor)
        new = advance(row, Step.UNDO, actor=actor, now=now)
        if comes_back:
            take_cells(new.id, cells_of(new, resources))
        return new


def _check_time(row: AppointmentRow, now: datetime, actor: Actor) -> None:
    """Under the locks: the person has no other visit, and nobody else the time, buffers included.

    Hours may have changed since and do not matter: the visit stood in them before.
    """
    if row.state in GAVE_THE_TIME_BACK and queries.next_appointment(row.patient_id, now) is not None:
        raise NotBookable("This person has another visit by now. Please move that one instead.")
    drop_holds(now, row.patient_id, row.wanted, actor)
    window = Window(row.start_at, row.end_at)
    terms, held = queries.supply(
        row.visit_type_id,
        window,
        now,
        locations=[row.location_id],
        clinicians=[row.clinician_id],
        patient_id=row.patient_id,
    )
    as_booked = replace(
        terms,
        minutes=int((row.end_at - row.start_at).total_seconds()) // 60,
        before_minutes=row.before_minutes,
        after_minutes=row.after_minutes,
    )
    asked = (cell_at(row.start_at), row.clinician_id, row.location_id)
    if collisions(held, as_booked.demand(window, now), *asked, room_id=row.room_id):
        refuse((Refusal.TAKEN,))
