"""What a visit on the day board is called, and what the desk may do with it next."""

from datetime import datetime, timedelta

from clinic.kernel.clock import central_date
from clinic.scheduling.rules import APPOINTMENT, State, Step

# A visit counts as late once this much of it has gone by without the person (a clinic decision).
LATE_AFTER = timedelta(minutes=10)
# A no-show is a verdict on a person: not offered before this much of the visit has gone by.
NO_SHOW_AFTER = timedelta(minutes=20)
# The one action of each row, in the order of a visit.
NEXT_STEP = {State.BOOKED: Step.ARRIVE, State.ARRIVED: Step.START, State.IN_CONSULTATION: Step.COMPLETE}
DESK_STEPS = (Step.ARRIVE, Step.START, Step.COMPLETE, Step.MARK_NO_SHOW)


def minutes_late(state: State, start: datetime, now: datetime) -> int:
    """Whole minutes that a booked person is overdue; 0 while they are not late."""
    over = now - start
    return int(over.total_seconds()) // 60 if state is State.BOOKED and over >= LATE_AFTER else 0


def minutes_waiting(state: State, arrived_at: datetime, now: datetime) -> int:
    """Whole minutes that a person who arrived has been waiting."""
    return max(0, int((now - arrived_at).total_seconds()) // 60) if state is State.ARRIVED else 0


def desk_steps(state: State, start: datetime, now: datetime) -> tuple[Step, ...]:
    """The steps that the board offers now; the first one is the row's own button."""
    steps = [step for step in DESK_STEPS if APPOINTMENT.may(state, step)]
    if central_date(start) != central_date(now):
        steps = [step for step in steps if step is not Step.ARRIVE]
    if now - start < NO_SHOW_AFTER:
        steps = [step for step in steps if step is not Step.MARK_NO_SHOW]
    return tuple(steps)
