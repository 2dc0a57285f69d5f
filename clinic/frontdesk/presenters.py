"""Labels of the desk's pages."""

from collections.abc import Sequence

from clinic.platform.forms import Choice
from clinic.safety.rules import CallBackAction, CallBackKind, Outcome, outcomes_for
from clinic.scheduling.queries import HistoryLine
from clinic.scheduling.rules import State, Step

STEP_WORDS = {
    Step.ARRIVE: "Arrived",
    Step.START: "Start visit",
    Step.COMPLETE: "Done",
    Step.MARK_NO_SHOW: "No-show",
}
HISTORY_WORDS = {
    Step.HOLD: "Held",
    Step.REQUEST: "Asked for",
    Step.BOOK: "Booked",
    Step.EXTEND: "Hold extended",
    Step.CONFIRM: "Confirmed",
    Step.CONFIRM_REQUEST: "Confirmed after a call",
    Step.MOVE: "Moved",
    Step.ARRIVE: "Arrived",
    Step.START: "Visit began",
    Step.COMPLETE: "Done",
    Step.CANCEL: "Canceled",
    Step.MARK_NO_SHOW: "Did not come",
    Step.CONFIRM_ATTENDANCE: "Patient said they will come",
    Step.UNDO: "Undone",
    Step.RELEASE: "Given up",
    Step.EXPIRE: "Hold ran out",
}
MOVABLE = (State.BOOKED, State.REQUESTED)
CALL_WORDS = {
    CallBackKind.CHOOSE_TIME: "None of the times fit. Find one together.",
    CallBackKind.NO_TIME_IN_WINDOW: "No time is open before the see-by date.",
    CallBackKind.MESSAGE_FAILED: "A message could not be sent. Tell them by phone.",
    CallBackKind.VISIT_NO_LONGER_FITS: "The booked visit does not fit any more. Ask and move it.",
    CallBackKind.POSSIBLE_DUPLICATE: "May be here twice. Compare the two records.",
    CallBackKind.FINISH_INTAKE: "Booked by phone. Ask if the online questions can be done.",
    CallBackKind.ASK_BY_PHONE: "A clinician has a question. Ask for an e-mail address, or pass the call on.",
    CallBackKind.REDIRECTED: "Another clinic fits better. Pass on what the clinician wrote to them.",
}
ACTION_WORDS = {
    CallBackAction.ACKNOWLEDGE: "I will call",
    CallBackAction.ATTEMPT: "Not reached",
    CallBackAction.CONTACT: "Reached",
    CallBackAction.RESOLVE: "Finish",
}
OUTCOME_WORDS = {
    Outcome.BOOKED: "A time was booked",
    Outcome.DONE: "Done",
    Outcome.NO_VISIT_WANTED: "Wants no visit",
    Outcome.NOT_REACHED: "Could not be reached",
}


def history_words(history: Sequence[HistoryLine]) -> tuple[tuple[HistoryLine, str], ...]:
    """Each line with what it says; an undoing names what it took back."""
    said, taken_back = [], ""
    for line in history:
        words = HISTORY_WORDS[line.step]
        said.append((line, f"{words}: {taken_back}" if line.step is Step.UNDO else words))
        taken_back = words
    return tuple(said)


def outcome_choices(kind: CallBackKind) -> tuple[Choice, ...]:
    """How a call-back of this kind may end, with an empty first choice."""
    return (Choice("", "Choose one"), *(Choice(one.value, OUTCOME_WORDS[one]) for one in outcomes_for(kind)))
