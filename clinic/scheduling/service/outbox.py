"""Which messages a step of an appointment puts into the outbox, and which it takes back."""

from datetime import datetime

from clinic.kernel.permissions import Actor, ActorKind
from clinic.notifications.rules import Channel, NewMessage
from clinic.notifications.service import enqueue_all, take_back
from clinic.scheduling.queries import AppointmentRow, reminder_terms
from clinic.scheduling.rules import State, Step, reminders

CONFIRMED, MOVED = "appointment_confirmed", "appointment_moved"
CANCELLED, REMINDER = "appointment_cancelled", "appointment_reminder"

_BOOKS = (Step.BOOK, Step.CONFIRM, Step.CONFIRM_REQUEST)
# What was said before speaks of another time, or of a visit that is not.
_OVERTAKES = (Step.MOVE, Step.CANCEL)


def enqueue_for(row: AppointmentRow, step: Step, *, actor: Actor, now: datetime) -> None:
    """Tell the patient of a new, moved or cancelled visit, and remind them of one that is booked.

    A visit that is only held or asked for sends nothing. Each message names the sequence that it speaks of:
    what was waiting of an earlier one is taken back. The reminders are those that the clinic wants now; a
    later change of its terms holds for visits that are booked or moved from then on.
    """
    if step in _OVERTAKES:
        take_back(row.id)
    kind = _news(row, step)
    if kind is None:
        return
    told = step in _BOOKS or actor.kind is ActorKind.PATIENT
    messages = [_message(row, kind, now, **({"told": "1"} if told else {}))]
    if row.state is State.BOOKED:
        for one in reminders(row.start_at, now, reminder_terms()):
            next_one = {} if one.gives_way is None else {"gives_way": str(one.gives_way)}
            messages.append(_message(row, REMINDER, one.due, hours=str(one.hours), **next_one))
    enqueue_all(messages, now=now)


def _news(row: AppointmentRow, step: Step) -> str | None:
    """What there is to tell at once; None: nothing."""
    if step in _BOOKS:
        return CONFIRMED
    if step is Step.MOVE and row.state is State.BOOKED:
        return MOVED
    return CANCELLED if step is Step.CANCEL else None


def _message(row: AppointmentRow, kind: str, due: datetime, *, hours: str = "0", **more: str) -> NewMessage:
    """One message for each sequence, kind, offset and channel: a second one has the same key."""
    channel = Channel.EMAIL
    return NewMessage(
        kind,
        f"appointment:{row.id}:{row.sequence}:{kind}:{hours}:{channel}",
        {"appointment": str(row.id), "sequence": str(row.sequence), "hours": hours, **more},
        row.patient_id,
        due,
        about=row.id,
        channel=channel,
    )
