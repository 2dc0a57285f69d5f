"""The words of coded values, for staff."""

from collections.abc import Mapping

from clinic.referrals.rules import (
    CallerReason,
    Choice,
    DecisionKind,
    DecisionReason,
    DiagnosisFound,
    EventKind,
    WithdrawReason,
)
from clinic.safety.rules import Outcome

PHASE_NAMES: Mapping[int, str] = {1: "One", 2: "Two", 3: "Three"}
CHOICE_WORDS: Mapping[Choice, str] = {
    Choice.PHASE_ONE: "One",
    Choice.PHASE_TWO: "Two",
    Choice.PHASE_THREE: "Three",
    Choice.NOT_FOR_THIS_CLINIC: "Not here",
    Choice.CANNOT_DECIDE_YET: "Cannot yet",
}
CHOICE_LONG: Mapping[Choice, str] = {
    Choice.PHASE_ONE: "Phase One",
    Choice.PHASE_TWO: "Phase Two",
    Choice.PHASE_THREE: "Phase Three",
    Choice.NOT_FOR_THIS_CLINIC: "Not for this clinic",
    Choice.CANNOT_DECIDE_YET: "Cannot decide yet",
}
KIND_WORDS: Mapping[DecisionKind, str] = {
    DecisionKind.AGREES: "agrees",
    DecisionKind.RESOLVED: "resolved",
    DecisionKind.OVERRIDE: "override",
    DecisionKind.ASSIGNED: "assigned",
}
REASON_WORDS: Mapping[DecisionReason, str] = {
    DecisionReason.RECORDS: "Records or a letter say more",
    DecisionReason.START_DIFFERS: "Symptoms began at another time",
    DecisionReason.TRIAL_TOO_SHORT: "A treatment was not tried long enough",
    DecisionReason.TRIAL_WAS_ENOUGH: "A treatment was tried long enough",
    DecisionReason.RESPONSE_DIFFERS: "The response was different",
    DecisionReason.OTHER_DIAGNOSIS: "Another diagnosis is likely",
    DecisionReason.OTHER_CONDITION: "Another condition comes first",
    DecisionReason.PATIENT_WISH: "The patient wants otherwise",
    DecisionReason.MORE_NEEDED: "More information is needed",
    DecisionReason.SPOKE_WITH_PATIENT: "Spoke with the patient",
    DecisionReason.OTHER: "Other",
}
OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.SAFE_TO_WAIT: "Spoke with them: safe to wait for the visit",
    Outcome.SEEN_URGENTLY: "Sent to urgent or emergency care",
    Outcome.BASELINE: "Usual for this person",
    Outcome.ENTERED_IN_ERROR: "Entered in error",
    Outcome.HANDED_OVER: "Not reached, handed over",
}
CALLER_WORDS: Mapping[CallerReason, str] = {
    CallerReason.FIRST_VISIT: "Wants a first visit",
    CallerReason.SECOND_OPINION: "Wants a second opinion",
    CallerReason.DOCTOR_SENT: "Sent by a doctor",
    CallerReason.OTHER: "Another reason",
}
CONFIDENCE_WORDS: Mapping[str, str] = {
    "high": "Confidence high",
    "medium": "Confidence medium",
    "low": "Your judgement needed",
    "none": "No phase is stated",
}
NO_PHASE_WORDS: Mapping[str, str] = {
    "not_crps": "another diagnosis was given",
    "not_established": "the diagnosis is not established",
    "check_dates": "the dates do not fit together",
    "remission": "no symptoms now",
    "dead_tissue_first": "dead skin or tissue comes first",
    "needs_information": "answers are missing",
}
FLAG_WORDS: Mapping[str, str] = {
    "urgent_safety": "Urgent answer",
    "needs_clinician_judgement": "Judgement needed",
    "incomplete_data": "Answers missing",
    "contradictory_data": "Answers disagree",
    "not_crps": "CRPS not established",
    "ketamine_precaution": "Ketamine, points to discuss",
    "advanced_therapy_precaution": "Procedure, points to settle",
    "minor": "Under 19: consent and guardian",
}
# On a crowded row; that an answer is urgent the priority says.
SHORT_FLAG_WORDS: Mapping[str, str] = {
    "needs_clinician_judgement": "judgement",
    "incomplete_data": "answers missing",
    "contradictory_data": "answers disagree",
    "not_crps": "not established",
    "ketamine_precaution": "ketamine",
    "advanced_therapy_precaution": "procedure",
    "minor": "under 19",
}
DETAIL_WORDS: Mapping[str, str] = {
    "ACCESS_BARRIER": "Access: cost, travel or not offered",
    "NOT_TOLERATED": "Side effects",
    "REHAB_FLARE": "Therapy set off flares",
    "LOW_ADHERENCE": "Not taken or done regularly",
    "RECURRENCE": "Came back after a gap",
    "SPREAD": "Has spread",
    "WORSENING": "Getting worse",
    "WORSENING_UNTREATED": "Getting worse, untreated",
    "P3_PRIOR": "Had an advanced treatment",
    "P3_UNSURE": "Advanced treatment not sure",
    "DX_UNCONFIRMED": "Diagnosis not confirmed",
    "ADVANCED_OPTIONS_INFO": "Inform about advanced options",
    "BOUNDARY": "Close to the next band",
}
WITHDRAW_WORDS: Mapping[WithdrawReason, str] = {
    WithdrawReason.PATIENT_ASKED: "The patient does not want it any more",
    WithdrawReason.SEEN_ELSEWHERE: "Is seen somewhere else",
    WithdrawReason.ENTERED_TWICE: "Entered twice",
    WithdrawReason.NOT_REACHED: "Could not be reached",
    WithdrawReason.DIED: "Has died",
    WithdrawReason.OTHER: "Another reason",
}
DIAGNOSIS_WORDS: Mapping[DiagnosisFound, str] = {
    DiagnosisFound.CONFIRMED: "Confirmed",
    DiagnosisFound.NOT_CONFIRMED: "Not confirmed",
    DiagnosisFound.OTHER_DIAGNOSIS: "Another diagnosis",
}
EVENT_WORDS: Mapping[EventKind, str] = {
    EventKind.ASKED: "asked the patient",
    EventKind.RECALLED: "took the question back",
    EventKind.ANSWERED: "answers came back",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.REOPENED: "taken up again",
    EventKind.CLOSED: "closed after the visit",
    EventKind.ASSIGNED: "assigned",
    EventKind.COMMENTED: "comment",
    EventKind.REPLIED: "the referring office was told",
}
PHASES_FOUND = (("1", "One"), ("2", "Two"), ("3", "Three"), ("none", "No phase fits"))
URGENCIES = (("3", "3 Soon"), ("4", "4 Standard"), ("5", "5 Routine"))
WITHDRAW_REASONS = tuple((reason.value, text) for reason, text in WITHDRAW_WORDS.items())
DIAGNOSES = tuple((found.value, text) for found, text in DIAGNOSIS_WORDS.items())
CHOICE_BY_VALUE = {choice.value: text for choice, text in CHOICE_LONG.items()}
CHOICES = tuple((choice.value, text) for choice, text in CHOICE_WORDS.items())
REASONS = tuple((reason.value, text) for reason, text in REASON_WORDS.items())
OUTCOMES = tuple((outcome.value, text) for outcome, text in OUTCOME_WORDS.items())


def phase_set(phases: tuple[int, ...] | list[int]) -> str:
    """ "Two or Three", "One", or "No phase"."""
    return " or ".join(PHASE_NAMES[phase] for phase in phases) or "No phase"
