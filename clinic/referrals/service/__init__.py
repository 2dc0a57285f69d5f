"""Use cases of referrals: submit, triage, decide, view, and a patient's way to a visit."""

from clinic.referrals.service.asking import (
    Asked,
    ask,
    asked_of,
    call_the_silent,
    recall,
    save_asked,
    send_answers,
)
from clinic.referrals.service.assigning import Assigned, Held, assign, comment
from clinic.referrals.service.booking import (
    Way,
    ask_for_call,
    book_by_staff,
    cancel_visit,
    confirm_attendance,
    confirm_time,
    extend_hold,
    hold_time,
    move_visit,
    request_time,
    way_to_visit,
)
from clinic.referrals.service.charting import view_chart
from clinic.referrals.service.deciding import Decided, decide
from clinic.referrals.service.ending import Found, record_outcome, reopen, withdraw
from clinic.referrals.service.office import keep_office, view_letter, view_office
from clinic.referrals.service.own_day import view_schedule
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
    "Asked",
    "Assigned",
    "Decided",
    "Found",
    "Held",
    "ReferralScreen",
    "StatusPage",
    "Way",
    "ask",
    "ask_for_call",
    "asked_of",
    "assign",
    "book_by_staff",
    "call_the_silent",
    "cancel_visit",
    "comment",
    "confirm_attendance",
    "confirm_time",
    "create_for_caller",
    "decide",
    "extend_hold",
    "hold_time",
    "keep_office",
    "move_visit",
    "react_to_resolved_safety",
    "recall",
    "record_outcome",
    "reopen",
    "request_time",
    "run_again",
    "save_asked",
    "send_answers",
    "submit",
    "view_chart",
    "view_letter",
    "view_office",
    "view_referral",
    "view_safety_call",
    "view_safety_queue",
    "view_schedule",
    "view_status",
    "view_worklist",
    "way_to_visit",
    "withdraw",
]
