"""Which step may be taken back: the newest one, by staff, on the day on which it was taken."""

from datetime import datetime
from typing import NamedTuple

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import ActorKind
from clinic.scheduling.rules.errors import NotBookable
from clinic.scheduling.rules.lifecycle import State, Step

# What the desk records of a visit, and may have recorded of the wrong one. A move is taken back by a move.
UNDOABLE = (Step.ARRIVE, Step.START, Step.COMPLETE, Step.MARK_NO_SHOW, Step.CANCEL)
# Its person has been free to take another visit since.
GAVE_THE_TIME_BACK = (State.CANCELLED, State.NO_SHOW)


class LastStep(NamedTuple):
    """The newest line of an appointment's history."""

    version: int
    step: Step
    from_state: State
    at: datetime
    actor_kind: ActorKind


def may_undo(last: LastStep, now: datetime) -> bool:
    """Can this be taken back still?"""
    return (
        last.step in UNDOABLE
        and last.actor_kind is ActorKind.STAFF
        and central_date(last.at) == central_date(now)
    )


def check_undo(last: LastStep, now: datetime) -> None:
    """Raise the refusal, in words.

    Raises:
        NotBookable: the newest step is none that can be taken back, was not taken by staff, or not today.
    """
    if last.step not in UNDOABLE:
        raise NotBookable("There is nothing to undo here.")
    if last.actor_kind is not ActorKind.STAFF:
        raise NotBookable("Only what staff did can be undone. Please book a new time instead.")
    if not may_undo(last, now):
        raise NotBookable("This was not done today, so it cannot be undone any more.")
