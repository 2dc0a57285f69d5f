"""Call-backs: their kinds, what may happen to one, who may do it, and how one may end.

Source: clinical facts 5.4: open -> acknowledged -> contacted / attempted n times -> resolved(outcome, note).
"""

from datetime import datetime
from enum import StrEnum

from clinic.kernel.lifecycle import Lifecycle
from clinic.kernel.permissions import Permission

# A safety call-back may end without a word with the person only after so many tries (a clinic decision).
FEWEST_ATTEMPTS = 3


class CallBackKind(StrEnum):
    """Why somebody must be called."""

    SAFETY = "safety"
    CHECK_IN = "check_in"  # cannot cope: a call by clinical staff
    CHOOSE_TIME = "choose_time"  # "none of these times: call me"
    NO_TIME_IN_WINDOW = "no_time_in_window"
    MESSAGE_FAILED = "message_failed"
    VISIT_NO_LONGER_FITS = "visit_no_longer_fits"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    FINISH_INTAKE = "finish_intake"
    ASK_BY_PHONE = "ask_by_phone"  # a clinician's question, and no address to send it to
    REDIRECTED = "redirected"  # another clinic fits better: somebody tells them so


CLINICAL_KINDS = frozenset({CallBackKind.SAFETY, CallBackKind.CHECK_IN})


class CallBackState(StrEnum):
    """Where a call-back stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ATTEMPTED = "attempted"
    CONTACTED = "contacted"
    RESOLVED = "resolved"


class CallBackAction(StrEnum):
    """What can happen to a call-back."""

    ACKNOWLEDGE = "acknowledge"
    ATTEMPT = "attempt"
    CONTACT = "contact"
    RESOLVE = "resolve"
    RAISE_AGAIN = "raise_again"  # a new answer came in: whatever was done, it is open again
    LAPSE = "lapse"  # the reason is gone (never for a clinical kind)


S, A = CallBackState, CallBackAction
CALL_BACK = Lifecycle[CallBackState, CallBackAction](
    {
        (S.OPEN, A.ACKNOWLEDGE): S.ACKNOWLEDGED,
        (S.OPEN, A.ATTEMPT): S.ATTEMPTED,
        (S.OPEN, A.CONTACT): S.CONTACTED,
        (S.OPEN, A.RAISE_AGAIN): S.OPEN,
        (S.OPEN, A.LAPSE): S.RESOLVED,
        (S.ACKNOWLEDGED, A.ATTEMPT): S.ATTEMPTED,
        (S.ACKNOWLEDGED, A.CONTACT): S.CONTACTED,
        (S.ACKNOWLEDGED, A.RESOLVE): S.RESOLVED,
        (S.ACKNOWLEDGED, A.RAISE_AGAIN): S.OPEN,
        (S.ACKNOWLEDGED, A.LAPSE): S.RESOLVED,
        (S.ATTEMPTED, A.ATTEMPT): S.ATTEMPTED,
        (S.ATTEMPTED, A.CONTACT): S.CONTACTED,
        (S.ATTEMPTED, A.RESOLVE): S.RESOLVED,
        (S.ATTEMPTED, A.RAISE_AGAIN): S.OPEN,
        (S.ATTEMPTED, A.LAPSE): S.RESOLVED,
        (S.CONTACTED, A.ATTEMPT): S.CONTACTED,
        (S.CONTACTED, A.CONTACT): S.CONTACTED,
        (S.CONTACTED, A.RESOLVE): S.RESOLVED,
        (S.CONTACTED, A.RAISE_AGAIN): S.OPEN,
        (S.CONTACTED, A.LAPSE): S.RESOLVED,
    }
)


class Occasion(StrEnum):
    """Why the safety contacts are written to."""

    NEW = "new"
    LATE = "late"  # nobody has taken it on in time
    OVERDUE = "overdue"  # taken on or not, nobody has reached the person in time


NOT_REACHED = (S.OPEN, S.ACKNOWLEDGED, S.ATTEMPTED)


def escalation(
    state: CallBackState,
    targets: tuple[datetime, datetime],
    escalated_at: datetime | None,
    now: datetime,
) -> Occasion | None:
    """Must the safety contacts hear of it again, and why? Each target that is missed is told once.

    `targets`: by when it is to be taken on, and by when the person is to be called.
    """
    acknowledge_by, due_at = targets
    if state in NOT_REACHED and due_at <= now:
        return Occasion.OVERDUE if escalated_at is None or escalated_at < due_at else None
    if state is S.OPEN and acknowledge_by <= now and escalated_at is None:
        return Occasion.LATE
    return None


class Outcome(StrEnum):
    """How a call-back ended."""

    SAFE_TO_WAIT = "safe_to_wait"
    SEEN_URGENTLY = "seen_urgently"
    BASELINE = "baseline"  # usual for this person's CRPS
    ENTERED_IN_ERROR = "entered_in_error"
    HANDED_OVER = "handed_over"  # not reached; a letter, a welfare check or another clinician took over
    BOOKED = "booked"
    NO_VISIT_WANTED = "no_visit_wanted"
    NOT_REACHED = "not_reached"
    DONE = "done"
    NO_LONGER_NEEDED = "no_longer_needed"  # by lapse only


_CLINICAL_OUTCOMES = (
    Outcome.SAFE_TO_WAIT,
    Outcome.SEEN_URGENTLY,
    Outcome.BASELINE,
    Outcome.ENTERED_IN_ERROR,
    Outcome.HANDED_OVER,
)
_DESK_OUTCOMES = (Outcome.BOOKED, Outcome.DONE, Outcome.NO_VISIT_WANTED, Outcome.NOT_REACHED)


def outcomes_for(kind: CallBackKind) -> tuple[Outcome, ...]:
    """The outcomes that a person may choose from."""
    return _CLINICAL_OUTCOMES if kind in CLINICAL_KINDS else _DESK_OUTCOMES


def outcome_problem(
    kind: CallBackKind, state: CallBackState, attempts: int, outcome: Outcome, note: str
) -> str | None:
    """Why a call-back may not end so, in words for the one who tried; None when it may."""
    if outcome not in outcomes_for(kind):
        return "Choose an outcome from the list."
    if kind not in CLINICAL_KINDS:
        return None
    if not note.strip():
        return "Write a sentence about what was agreed."
    if state is CallBackState.CONTACTED:
        return None
    if outcome is not Outcome.HANDED_OVER:
        return "Record that you reached the person first."
    return (
        None if attempts >= FEWEST_ATTEMPTS else f"Try at least {FEWEST_ATTEMPTS} times to reach them first."
    )


def needed_permission(kind: CallBackKind, action: CallBackAction) -> Permission:
    """Who may do it: clinical call-backs belong to clinical roles, and only clinicians end them."""
    if kind not in CLINICAL_KINDS:
        return Permission.CALL_BACK_PLACE
    return Permission.SAFETY_RESOLVE if action is CallBackAction.RESOLVE else Permission.SAFETY_VIEW
