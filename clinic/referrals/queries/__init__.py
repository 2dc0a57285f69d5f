"""Reads of referrals: one referral by scope, the worklist, its runs and decisions."""

from clinic.referrals.queries.held import held_time
from clinic.referrals.queries.history import (
    DecisionRow,
    RunRow,
    decisions_of,
    newest_run,
    runs_of,
)
from clinic.referrals.queries.referral import (
    ReferralRow,
    newest_referral_of,
    open_referrals_of,
    referral_by_id,
    referral_for,
    referral_of_intake,
    referral_to_book,
)
from clinic.referrals.queries.unbooked import UnbookedRow, unbooked
from clinic.referrals.queries.worklist import (
    PAGE,
    Show,
    WorklistCounts,
    WorklistPage,
    WorklistRow,
    next_to_review,
    place_in_worklist,
    review_count,
    worklist,
)

__all__ = [
    "PAGE",
    "DecisionRow",
    "ReferralRow",
    "RunRow",
    "Show",
    "UnbookedRow",
    "WorklistCounts",
    "WorklistPage",
    "WorklistRow",
    "decisions_of",
    "held_time",
    "newest_referral_of",
    "newest_run",
    "next_to_review",
    "open_referrals_of",
    "place_in_worklist",
    "referral_by_id",
    "referral_for",
    "referral_of_intake",
    "referral_to_book",
    "review_count",
    "runs_of",
    "unbooked",
    "worklist",
]
