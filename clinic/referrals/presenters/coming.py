"""Will the patient come? What the page asks, thanks for, or says instead."""

from datetime import datetime
from enum import StrEnum

from clinic.scheduling.queries import AppointmentCard
from clinic.scheduling.rules import State


class Coming(StrEnum):
    """Where the question stands."""

    ASK = "ask"
    SAID = "said"
    KEPT = "kept"  # only asked for: somebody calls first
    BEGUN = "begun"
    NOTHING = "nothing"


def coming(visit: AppointmentCard | None, now: datetime) -> Coming:
    """What to say to the patient about their next visit."""
    if visit is None:
        return Coming.NOTHING
    if visit.state is State.REQUESTED:
        return Coming.KEPT
    if visit.state is not State.BOOKED or now >= visit.start_at:
        return Coming.BEGUN
    return Coming.ASK if visit.attendance_confirmed_at is None else Coming.SAID
