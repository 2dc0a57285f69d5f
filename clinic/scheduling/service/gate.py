"""What every step passes: all that the appointment touches is locked, and every refusal is heard first."""

from datetime import datetime
from uuid import UUID

from clinic.kernel.permissions import Actor
from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import APPOINTMENT, Changed, HoldExpired, State, Step, check_manners
from clinic.scheduling.service.guards import lock

Version = int | None


def check(row: AppointmentRow, step: Step, *, actor: Actor, now: datetime, expected_version: Version) -> None:
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


def locked(appointment_id: UUID) -> AppointmentRow:
    """The appointment with everything that it touches locked.

    Raises:
        NotFound: no such appointment.
        Changed: it moved between the two looks.
    """
    row = queries.appointment_row(appointment_id)
    lock([row.patient_id], [row.clinician_id], [row.location_id])
    return unchanged(row)


def unchanged(seen: AppointmentRow) -> AppointmentRow:
    """What stands now under the locks, which were chosen by what was `seen` before them."""
    row = queries.appointment_row(seen.id)
    if (row.clinician_id, row.location_id) != (seen.clinician_id, seen.location_id):
        raise Changed
    return row
