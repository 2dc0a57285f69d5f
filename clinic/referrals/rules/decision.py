"""What a clinician may decide, what the decision counts as, and which ones must be explained."""

from collections.abc import Collection
from enum import StrEnum

from clinic.kernel.errors import Conflict, Invalid

SENTENCE_AT_MOST = 1000
WORDS_AT_MOST = 2000


class Choice(StrEnum):
    """A decision is always exactly one of these."""

    PHASE_ONE = "phase_one"
    PHASE_TWO = "phase_two"
    PHASE_THREE = "phase_three"
    NOT_FOR_THIS_CLINIC = "not_for_this_clinic"
    CANNOT_DECIDE_YET = "cannot_decide_yet"


PHASE_OF = {Choice.PHASE_ONE: 1, Choice.PHASE_TWO: 2, Choice.PHASE_THREE: 3}


class DecisionKind(StrEnum):
    """How the decision stands to what the rules suggested."""

    AGREES = "agrees"
    RESOLVED = "resolved"
    OVERRIDE = "override"
    ASSIGNED = "assigned"


class DecisionReason(StrEnum):
    """Why a clinician decided otherwise than suggested, or without a suggestion."""

    RECORDS = "records"
    START_DIFFERS = "start_differs"
    TRIAL_TOO_SHORT = "trial_too_short"
    TRIAL_WAS_ENOUGH = "trial_was_enough"
    RESPONSE_DIFFERS = "response_differs"
    OTHER_DIAGNOSIS = "other_diagnosis"
    OTHER_CONDITION = "other_condition"
    PATIENT_WISH = "patient_wish"
    MORE_NEEDED = "more_needed"
    SPOKE_WITH_PATIENT = "spoke_with_patient"
    OTHER = "other"


class StaleDecision(Conflict):
    """The referral changed after the screen was shown; both versions are carried, nothing is overwritten."""

    def __init__(self, shown: int, current: int) -> None:
        super().__init__(
            "This referral was changed while you had it open. Your text is kept below. "
            "Look at what changed, then decide again."
        )
        self.shown = shown
        self.current = current


def kind_of(choice: Choice, suggested: Collection[int]) -> DecisionKind:
    """Agrees and resolved stay inside the suggested set, override leaves it, assigned had none."""
    if not suggested:
        return DecisionKind.ASSIGNED
    if PHASE_OF.get(choice) not in suggested:
        return DecisionKind.OVERRIDE
    return DecisionKind.AGREES if len(suggested) == 1 else DecisionKind.RESOLVED


def needs_reason(kind: DecisionKind) -> bool:
    """Must the clinician give a coded reason and a sentence?"""
    return kind in (DecisionKind.OVERRIDE, DecisionKind.ASSIGNED)


def one_key_choice(suggested: Collection[int], confidence: str) -> Choice | None:
    """The choice that one key confirms: only a one-phase set with confidence high or medium has one."""
    if len(suggested) != 1 or confidence not in ("high", "medium"):
        return None
    (phase,) = suggested
    return next(choice for choice, number in PHASE_OF.items() if number == phase)


def check_decision(
    choice: Choice, suggested: Collection[int], reason: DecisionReason | None, sentence: str, words: str
) -> DecisionKind:
    """The kind of a decision that may be stored.

    Raises:
        Invalid: an override or an assignment without its coded reason or its sentence, or somebody sent
            elsewhere without advice; `field` names it.
    """
    if choice is Choice.NOT_FOR_THIS_CLINIC and not words.strip():
        raise Invalid("Write to the patient what they can do instead.", "words")
    kind = kind_of(choice, suggested)
    if not needs_reason(kind):
        return kind
    if reason is None:
        raise Invalid("Choose the reason for deciding otherwise than suggested.", "reason")
    if not sentence.strip():
        raise Invalid("Write one sentence that says why.", "sentence")
    return kind
