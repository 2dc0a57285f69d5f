"""Reads of referrals: one referral by scope, the worklist, its runs and decisions."""

from clinic.referrals.queries.held import held_time, lapsed_hold
from clinic.referrals.queries.history import (
    DecisionRow,
    RunRow,
    decisions_of,
    newest_run,
    runs_of,
)
from clinic.referrals.queries.listing import Key, Spot, key_of
from clinic.referrals.queries.referral import (
    ReferralRow,
    newest_referral_of,
    open_referrals_of,
    others_of,
    referral_by_id,
    referral_for,
    referral_of_intake,
    referral_to_book,
)
from clinic.referrals.queries.rows import ComingVisit, WorklistRow
from clinic.referrals.queries.standing import Standing, Which, owner_of, standing
from clinic.referrals.queries.unbooked import UnbookedRow, unbooked
from clinic.referrals.queries.worklist import (
    PAGE,
    REVIEW_COUNT,
    WorklistPage,
    next_after,
    spot_of,
    worklist,
)

__all__ = [
    "PAGE",
    "REVIEW_COUNT",
    "ComingVisit",
    "DecisionRow",
    "Key",
    "ReferralRow",
    "RunRow",
    "Spot",
    "Standing",
    "UnbookedRow",
    "Which",
    "WorklistPage",
    "WorklistRow",
    "decisions_of",
    "held_time",
    "key_of",
    "lapsed_hold",
    "newest_referral_of",
    "newest_run",
    "next_after",
    "open_referrals_of",
    "others_of",
    "owner_of",
    "referral_by_id",
    "referral_for",
    "referral_of_intake",
    "referral_to_book",
    "runs_of",
    "spot_of",
    "standing",
    "unbooked",
    "worklist",
]
