"""What may happen to an appointment: one table of states and actions."""

from enum import StrEnum

from clinic.kernel.lifecycle import Lifecycle


class State(StrEnum):
    """Where an appointment stands. OPEN is the free time before there is one; it is never stored."""

    OPEN = "open"
    HELD = "held"
    REQUESTED = "requested"
    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_CONSULTATION = "in_consultation"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RELEASED = "released"


class Step(StrEnum):
    """What is done to an appointment, in the words that people use for it."""

    HOLD = "hold"
    REQUEST = "request"
    BOOK = "book"
    EXTEND = "extend"
    CONFIRM = "confirm"
    CONFIRM_REQUEST = "confirm_request"
    MOVE = "move"
    ARRIVE = "arrive"
    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"
    MARK_NO_SHOW = "mark_no_show"
    CONFIRM_ATTENDANCE = "confirm_attendance"
    UNDO = "undo"
    RELEASE = "release"
    EXPIRE = "expire"


class BookedBy(StrEnum):
    """Through whom the time was taken."""

    PATIENT = "patient"
    DESK = "desk"
    CLINICIAN = "clinician"
    IMPORT = "import"


APPOINTMENT = Lifecycle(
    {
        (State.OPEN, Step.HOLD): State.HELD,
        (State.OPEN, Step.REQUEST): State.REQUESTED,
        (State.OPEN, Step.BOOK): State.BOOKED,
        (State.HELD, Step.CONFIRM): State.BOOKED,
        (State.HELD, Step.EXTEND): State.HELD,
        (State.HELD, Step.REQUEST): State.REQUESTED,
        (State.HELD, Step.RELEASE): State.RELEASED,
        (State.HELD, Step.EXPIRE): State.EXPIRED,
        (State.REQUESTED, Step.CONFIRM_REQUEST): State.BOOKED,
        (State.REQUESTED, Step.MOVE): State.REQUESTED,
        (State.REQUESTED, Step.RELEASE): State.RELEASED,
        (State.BOOKED, Step.ARRIVE): State.ARRIVED,
        (State.BOOKED, Step.MOVE): State.BOOKED,
        (State.BOOKED, Step.CANCEL): State.CANCELLED,
        (State.BOOKED, Step.MARK_NO_SHOW): State.NO_SHOW,
        (State.BOOKED, Step.CONFIRM_ATTENDANCE): State.BOOKED,
        (State.ARRIVED, Step.START): State.IN_CONSULTATION,
        (State.ARRIVED, Step.CANCEL): State.CANCELLED,
        (State.IN_CONSULTATION, Step.COMPLETE): State.COMPLETED,
        (State.ARRIVED, Step.UNDO): State.BOOKED,
        (State.IN_CONSULTATION, Step.UNDO): State.ARRIVED,
        (State.COMPLETED, Step.UNDO): State.IN_CONSULTATION,
        (State.NO_SHOW, Step.UNDO): State.BOOKED,
        (State.CANCELLED, Step.UNDO): State.BOOKED,
    }
)

# A live appointment owns its cells: nobody else can have that time. A pending one blocks like a booked one.
LIVE = (State.HELD, State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_CONSULTATION)
# Given up before it began: its idempotency key is free again, so that the same form may book anew.
GIVEN_UP = (State.CANCELLED, State.EXPIRED, State.RELEASED)


def is_live(state: State) -> bool:
    """Does an appointment in this state own its time?"""
    return state in LIVE


def already_done(state: State, step: Step) -> bool:
    """Is this step a replay: not permitted now, and the appointment stands exactly where the step would lead?

    A double click on "Confirm" must answer "booked", not an error.
    """
    leads_to = {target for (_, known), target in APPOINTMENT.table.items() if known is step}
    return not APPOINTMENT.may(state, step) and state in leads_to
