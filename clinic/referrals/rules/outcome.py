"""When a visit may have an outcome."""

from datetime import datetime

from clinic.scheduling.rules import State

# "Booked" as well: a busy day at the desk does not keep a clinician from writing down what was found.
_TOOK_PLACE = (State.BOOKED, State.ARRIVED, State.IN_CONSULTATION, State.COMPLETED)


def may_have_outcome(state: State, start_at: datetime, now: datetime) -> bool:
    """Has the visit begun, and was it neither missed nor given up?"""
    return state in _TOOK_PLACE and start_at <= now
