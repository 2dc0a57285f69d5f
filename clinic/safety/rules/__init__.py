"""The decisions of safety: what a red flag is, what a call-back may become, by when somebody must act."""

from clinic.safety.rules.call_backs import (
    CALL_BACK,
    CLINICAL_KINDS,
    CallBackAction,
    CallBackKind,
    CallBackState,
    Outcome,
    needed_permission,
    outcome_problem,
    outcomes_for,
)
from clinic.safety.rules.red_flags import (
    BLOCKING_TIERS,
    RED_FLAGS,
    Card,
    FlagSource,
    FlagState,
    RedFlag,
    Tier,
    cards_for,
    graver,
    opens_check_in,
    tiers_by_code,
)
from clinic.safety.rules.targets import OpeningHours, Targets, targets_for

__all__ = [
    "BLOCKING_TIERS",
    "CALL_BACK",
    "CLINICAL_KINDS",
    "RED_FLAGS",
    "CallBackAction",
    "CallBackKind",
    "CallBackState",
    "Card",
    "FlagSource",
    "FlagState",
    "OpeningHours",
    "Outcome",
    "RedFlag",
    "Targets",
    "Tier",
    "cards_for",
    "graver",
    "needed_permission",
    "opens_check_in",
    "outcome_problem",
    "outcomes_for",
    "targets_for",
    "tiers_by_code",
]
