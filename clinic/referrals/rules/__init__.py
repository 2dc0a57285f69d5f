"""The decisions of referrals: what may happen, what a decision counts as, who may book what by when."""

from clinic.referrals.rules.booking import (
    SHORTEST_WINDOW,
    BookingMode,
    Settle,
    booking_mode,
    booking_until,
    see_by,
    shortest_end,
    window_end,
)
from clinic.referrals.rules.decision import (
    PHASE_OF,
    Choice,
    DecisionKind,
    DecisionReason,
    StaleDecision,
    check_decision,
    kind_of,
    needs_reason,
    one_key_choice,
)
from clinic.referrals.rules.headline import headline
from clinic.referrals.rules.lifecycle import (
    OPEN,
    REFERRAL,
    CallerReason,
    DiagnosisFound,
    EventKind,
    ReferralSource,
    ReferralStatus,
    ReferralStep,
    RequestState,
    Turn,
    WithdrawReason,
)
from clinic.referrals.rules.onset import OnsetSpan, months_since, onset_span
from clinic.referrals.rules.outcome import may_have_outcome
from clinic.referrals.rules.priority import CALL_FIRST, STANDARD, priority_from_flags

__all__ = [
    "CALL_FIRST",
    "OPEN",
    "PHASE_OF",
    "REFERRAL",
    "SHORTEST_WINDOW",
    "STANDARD",
    "BookingMode",
    "CallerReason",
    "Choice",
    "DecisionKind",
    "DecisionReason",
    "DiagnosisFound",
    "EventKind",
    "OnsetSpan",
    "ReferralSource",
    "ReferralStatus",
    "ReferralStep",
    "RequestState",
    "Settle",
    "StaleDecision",
    "Turn",
    "WithdrawReason",
    "booking_mode",
    "booking_until",
    "check_decision",
    "headline",
    "kind_of",
    "may_have_outcome",
    "months_since",
    "needs_reason",
    "one_key_choice",
    "onset_span",
    "priority_from_flags",
    "see_by",
    "shortest_end",
    "window_end",
]
