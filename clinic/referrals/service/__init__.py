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
    ask_for_call,
    cancel_visit,
    confirm_attendance,
    confirm_time,
    extend_hold,
    hold_time,
    move_visit,
    request_time,
)
from clinic.referrals.service.charting import view_chart
from clinic.referrals.service.deciding import Decided, decide
from clinic.referrals.service.empty_windows import call_about_empty_windows, tell_of_empty_window
from clinic.referrals.service.ending import Found, record_outcome, reopen, withdraw
from clinic.referrals.service.office import keep_office, view_letter, view_office
from clinic.referrals.service.own_day import view_schedule
from clinic.referrals.service.staff_booking import (
    NO_KIND_OF_VISIT,
    book_by_staff,
    book_slot_by_staff,
    confirm_request,
    end_safety_call,
)
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
from clinic.referrals.service.way import Way, terms_for, way_to_visit

__all__ = [
    "NO_KIND_OF_VISIT",
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
    "book_slot_by_staff",
    "call_about_empty_windows",
    "call_the_silent",
    "cancel_visit",
    "comment",
    "confirm_attendance",
    "confirm_request",
    "confirm_time",
    "create_for_caller",
    "decide",
    "end_safety_call",
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
    "tell_of_empty_window",
    "terms_for",
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
