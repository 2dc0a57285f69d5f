"""One step of one appointment: compare-and-set, history, audit event, messages, reactions; all or nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, update

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.reading import run
from clinic.scheduling.models import Appointment, AppointmentEvent
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.registry import Change, registry
from clinic.scheduling.rules import APPOINTMENT, GIVEN_UP, Changed, State, Step, is_live
from clinic.scheduling.service.guards import free_cells
from clinic.scheduling.service.outbox import enqueue_for

RECORDED = {
    Step.HOLD: Action.APPOINTMENT_HELD,
    Step.REQUEST: Action.APPOINTMENT_REQUESTED,
    Step.BOOK: Action.APPOINTMENT_BOOKED,
    Step.EXTEND: Action.APPOINTMENT_HOLD_EXTENDED,
    Step.CONFIRM: Action.APPOINTMENT_CONFIRMED,
    Step.CONFIRM_REQUEST: Action.APPOINTMENT_REQUEST_CONFIRMED,
    Step.MOVE: Action.APPOINTMENT_MOVED,
    Step.ARRIVE: Action.APPOINTMENT_ARRIVED,
    Step.START: Action.APPOINTMENT_STARTED,
    Step.COMPLETE: Action.APPOINTMENT_COMPLETED,
    Step.CANCEL: Action.APPOINTMENT_CANCELLED,
    Step.MARK_NO_SHOW: Action.APPOINTMENT_MISSED,
    Step.CONFIRM_ATTENDANCE: Action.APPOINTMENT_ATTENDANCE_CONFIRMED,
    Step.RELEASE: Action.APPOINTMENT_RELEASED,
    Step.EXPIRE: Action.APPOINTMENT_EXPIRED,
    Step.UNDO: Action.APPOINTMENT_UNDONE,
}
# A calendar file of a later sequence replaces the earlier one; messages name the sequence that they speak of.
_NEW_SEQUENCE = (Step.MOVE, Step.CANCEL)
# Built once, on the table itself: this runs under the locks.
_EVENT = insert(AppointmentEvent.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table


def advance(row: AppointmentRow, step: Step, *, actor: Actor, now: datetime, **given: Any) -> AppointmentRow:
    """Take one step from exactly the state and version that `row` shows; `given` are further columns.

    Raises:
        Conflict: the lifecycle does not permit it, or somebody else was faster (Changed).
    """
    state = APPOINTMENT.next(row.state, step)
    if step in _NEW_SEQUENCE:  # "I will come" was said of another time
        given = {"attendance_confirmed_at": None} | given
    new = replace(
        row,
        **({"expires_at": None} | given),
        state=state,
        version=row.version + 1,
        sequence=row.sequence + (step in _NEW_SEQUENCE or _comes_back(step, row.state)),
    )
    values = {name: getattr(new, name) for name in ("state", "version", "sequence", "expires_at", *given)} | {
        "changed_at": now
    }
    if state in GIVEN_UP:
        values["idempotency_key"] = None
    chosen = update(Appointment).where(Appointment.id == row.id, Appointment.version == row.version)
    done = db.session.execute(
        chosen.values(values).returning(Appointment.id), execution_options={"synchronize_session": False}
    )
    if done.first() is None:
        raise Changed
    if is_live(row.state) and not is_live(state):
        free_cells(row.id)
    tell(new, step, row.state, actor=actor, now=now)
    return new


def _comes_back(step: Step, from_state: State) -> bool:
    """Is a canceled visit booked again? Its people were told that it is off."""
    return step is Step.UNDO and from_state is State.CANCELLED


def tell(row: AppointmentRow, step: Step, from_state: State, *, actor: Actor, now: datetime) -> None:
    """Write what has been done: history, audit event, messages, reactions."""
    event = {
        "id": uuid4(),
        "appointment_id": row.id,
        "version": row.version,
        "step": step,
        "from_state": from_state,
        "to_state": row.state,
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "clinician_id": row.clinician_id,
        "location_id": row.location_id,
        "start_at": row.start_at,
        "end_at": row.end_at,
    }
    run(_EVENT, event)
    record(
        RECORDED[step],
        actor=actor,
        subject=("appointment", row.id),
        patient_id=row.patient_id,
        now=now,
        facts={"version": row.version, "from": from_state.value, "to": row.state.value},
    )
    enqueue_for(row, Step.BOOK if _comes_back(step, from_state) else step, actor=actor, now=now)
    change = Change(row.id, row.patient_id, step, from_state, row.state, row.version, now, actor)
    for reaction in registry().reactions:
        reaction(change)
