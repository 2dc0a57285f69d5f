"""Use cases of referrals: submit, triage, decide, view, and a patient's way to a visit."""

from clinic.referrals.service.booking import (
    Way,
    ask_for_call,
    book_by_staff,
    cancel_visit,
    confirm_time,
    extend_hold,
    hold_time,
    move_visit,
    request_time,
    way_to_visit,
)
from clinic.referrals.service.deciding import Decided, decide
from clinic.referrals.service.submitting import create_for_caller, submit
from clinic.referrals.service.triaging import react_to_resolved_safety, run_again
from clinic.referrals.service.viewing import (
    ReferralScreen,
    StatusPage,
    view_referral,
    view_safety_call,
    view_safety_queue,
    view_status,
    view_worklist,
)

__all__ = [
    "Decided",
    "ReferralScreen",
    "StatusPage",
    "Way",
    "ask_for_call",
    "book_by_staff",
    "cancel_visit",
    "confirm_time",
    "create_for_caller",
    "decide",
    "extend_hold",
    "hold_time",
    "move_visit",
    "react_to_resolved_safety",
    "request_time",
    "run_again",
    "submit",
    "view_referral",
    "view_safety_call",
    "view_safety_queue",
    "view_status",
    "view_worklist",
    "way_to_visit",
]
