"""What may happen to a referral: one table of states and steps."""

from enum import StrEnum

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
        (ReferralStatus.NEEDS_INFORMATION, ReferralStep.DECIDE): ReferralStatus.DECIDED,
        (ReferralStatus.NEEDS_INFORMATION, ReferralStep.WITHDRAW): ReferralStatus.WITHDRAWN,
        # A decision may be revised: each one is a row of its own, none is overwritten.
        (ReferralStatus.DECIDED, ReferralStep.DECIDE): ReferralStatus.DECIDED,
        (ReferralStatus.DECIDED, ReferralStep.CLOSE): ReferralStatus.CLOSED,
        (ReferralStatus.DECIDED, ReferralStep.WITHDRAW): ReferralStatus.WITHDRAWN,
    }
)

OPEN = (ReferralStatus.SUBMITTED, ReferralStatus.NEEDS_INFORMATION, ReferralStatus.DECIDED)
