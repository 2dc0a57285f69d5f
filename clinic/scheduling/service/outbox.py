"""Which messages a step of an appointment puts into the outbox."""

from datetime import datetime

from clinic.notifications.service import enqueue
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import State, Step, remind_at

CONFIRMED, MOVED = "appointment_confirmed", "appointment_moved"
CANCELLED, REMINDER = "appointment_cancelled", "appointment_reminder"

_BOOKS = (Step.BOOK, Step.CONFIRM, Step.CONFIRM_REQUEST)


def enqueue_for(row: AppointmentRow, step: Step, now: datetime) -> None:
    """Tell the patient of a new, moved or cancelled visit, and remind them once.

    A visit that is only held or asked for sends nothing. Each message names the sequence that it speaks of: a
    moved visit's old messages are no longer wanted.
    """
    if step in _BOOKS:
        _put(row, CONFIRMED, now, now)
    elif step is Step.MOVE and row.state is State.BOOKED:
        _put(row, MOVED, now, now)
    elif step is Step.CANCEL:
        _put(row, CANCELLED, now, now)
    due = remind_at(row.start_at, now)
    if due is not None and row.state is State.BOOKED and step in (*_BOOKS, Step.MOVE):
        _put(row, REMINDER, due, now)


def _put(row: AppointmentRow, kind: str, due: datetime, now: datetime) -> None:
    ids = {"appointment": str(row.id), "sequence": str(row.sequence)}
    enqueue(kind, f"appointment:{row.id}:{row.sequence}:{kind}", ids, row.patient_id, due, now=now)
