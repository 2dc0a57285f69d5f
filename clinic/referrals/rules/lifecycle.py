"""What may happen to a referral: one table of states and steps."""

from enum import IntEnum, StrEnum

from clinic.kernel.lifecycle import Lifecycle


class ReferralStatus(StrEnum):
    """Where a referral stands. The draft before it belongs to the intake."""

    SUBMITTED = "submitted"
    NEEDS_INFORMATION = "needs_information"
    DECIDED = "decided"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ReferralStep(StrEnum):
    """What is done to a referral, in the words that people use for it."""

    ASK = "ask"
    ANSWER = "answer"
    DECIDE = "decide"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    RECALL = "recall"
    REOPEN = "reopen"


class Turn(IntEnum):
    """Where a referral stands among those of its priority: answers that were asked for come first."""

    ANSWERED = 0
    ORDINARY = 1


class EventKind(StrEnum):
    """What the history of a referral tells besides its runs and decisions."""

    ASKED = "asked"
    RECALLED = "recalled"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    REPLIED = "replied"


class RequestState(StrEnum):
    """Where questions to the patient stand."""

    OPEN = "open"
    ANSWERED = "answered"
    RECALLED = "recalled"


class WithdrawReason(StrEnum):
    """Why a referral is not pursued."""

    PATIENT_ASKED = "patient_asked"
    SEEN_ELSEWHERE = "seen_elsewhere"
    ENTERED_TWICE = "entered_twice"
    NOT_REACHED = "not_reached"
    DIED = "died"
    OTHER = "other"


class DiagnosisFound(StrEnum):
    """What the visit showed of the diagnosis."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    OTHER_DIAGNOSIS = "other_diagnosis"


class ReferralSource(StrEnum):
    """How the referral came."""

    WEB = "web"
    PHONE = "phone"


class CallerReason(StrEnum):
    """Why a caller wants a visit, as the desk hears it; nothing clinical is asked by the desk."""

    FIRST_VISIT = "first_visit"
    SECOND_OPINION = "second_opinion"
    DOCTOR_SENT = "doctor_sent"
    OTHER = "other"


REFERRAL = Lifecycle(
    {
        (ReferralStatus.SUBMITTED, ReferralStep.ASK): ReferralStatus.NEEDS_INFORMATION,
        (ReferralStatus.SUBMITTED, ReferralStep.DECIDE): ReferralStatus.DECIDED,
        (ReferralStatus.SUBMITTED, ReferralStep.WITHDRAW): ReferralStatus.WITHDRAWN,
        (ReferralStatus.NEEDS_INFORMATION, ReferralStep.ANSWER): ReferralStatus.SUBMITTED,
        (ReferralStatus.NEEDS_INFORMATION, ReferralStep.RECALL): ReferralStatus.SUBMITTED,
        (ReferralStatus.NEEDS_INFORMATION, ReferralStep.DECIDE): ReferralStatus.DECIDED,
        (ReferralStatus.NEEDS_INFORMATION, ReferralStep.WITHDRAW): ReferralStatus.WITHDRAWN,
        # A decision may be revised: each one is a row of its own, none is overwritten.
        (ReferralStatus.DECIDED, ReferralStep.DECIDE): ReferralStatus.DECIDED,
        (ReferralStatus.DECIDED, ReferralStep.ASK): ReferralStatus.NEEDS_INFORMATION,
        (ReferralStatus.DECIDED, ReferralStep.CLOSE): ReferralStatus.CLOSED,
        (ReferralStatus.DECIDED, ReferralStep.WITHDRAW): ReferralStatus.WITHDRAWN,
        (ReferralStatus.CLOSED, ReferralStep.REOPEN): ReferralStatus.SUBMITTED,
        (ReferralStatus.WITHDRAWN, ReferralStep.REOPEN): ReferralStatus.SUBMITTED,
    }
)

OPEN = (ReferralStatus.SUBMITTED, ReferralStatus.NEEDS_INFORMATION, ReferralStatus.DECIDED)
