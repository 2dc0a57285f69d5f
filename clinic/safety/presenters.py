"""Words of safety for staff screens. Patients read the texts of the questionnaire and of the urgent page."""

from clinic.safety.rules import CallBackAction, CallBackKind, CallBackState, Outcome, Tier

KINDS = {
    CallBackKind.SAFETY: "Urgent review",
    CallBackKind.CHECK_IN: "Check-in call",
    CallBackKind.CHOOSE_TIME: "Asked us to call about a time",
    CallBackKind.NO_TIME_IN_WINDOW: "No time free before the see-by date",
    CallBackKind.MESSAGE_FAILED: "A message did not arrive",
    CallBackKind.VISIT_NO_LONGER_FITS: "The booked visit no longer fits",
    CallBackKind.POSSIBLE_DUPLICATE: "May be entered twice",
    CallBackKind.FINISH_INTAKE: "Intake by phone",
    CallBackKind.ASK_BY_PHONE: "The clinician has a question",
    CallBackKind.REDIRECTED: "Tell them where to turn",
}
STATES = {
    CallBackState.OPEN: "Open",
    CallBackState.ACKNOWLEDGED: "Taken on",
    CallBackState.ATTEMPTED: "Called, not reached",
    CallBackState.CONTACTED: "Reached",
    CallBackState.RESOLVED: "Resolved",
}
ACTIONS = {
    CallBackAction.ACKNOWLEDGE: "Take it on",
    CallBackAction.ATTEMPT: "Called, not reached",
    CallBackAction.CONTACT: "Called and reached",
    CallBackAction.RESOLVE: "Resolve",
    CallBackAction.RAISE_AGAIN: "Something new was told",
    CallBackAction.LAPSE: "No longer needed",
}
OUTCOMES = {
    Outcome.SAFE_TO_WAIT: "Reached: safe to wait for a visit",
    Outcome.SEEN_URGENTLY: "Reached: going to emergency or urgent care, or seen there",
    Outcome.BASELINE: "Reached: usual for this person, nothing new",
    Outcome.ENTERED_IN_ERROR: "Reached: answered by mistake",
    Outcome.HANDED_OVER: "Not reached: welfare check, letter or other clinician",
    Outcome.BOOKED: "A time is booked",
    Outcome.DONE: "Done",
    Outcome.NO_VISIT_WANTED: "Does not want a visit now",
    Outcome.NOT_REACHED: "Not reached",
    Outcome.NO_LONGER_NEEDED: "No longer needed",
}
TIERS = {
    Tier.T0: "Emergency now",
    Tier.T0_S: "Safety now",
    Tier.T1: "Seen today",
    Tier.T2: "We call",
}
# The history of a call-back, in the past tense; None is its opening.
DONE_WORDS = {
    None: "opened",
    CallBackAction.ACKNOWLEDGE: "taken on",
    CallBackAction.ATTEMPT: "called, not reached",
    CallBackAction.CONTACT: "called and reached",
    CallBackAction.RESOLVE: "resolved",
    CallBackAction.RAISE_AGAIN: "something new was told: open again",
    CallBackAction.LAPSE: "no longer needed",
}
