"""Use cases of safety: raise, retract and close red flags; open, place and resolve call-backs."""

from clinic.safety.service.call_backs import (
    acknowledge,
    escalate_overdue,
    lapse_call_backs,
    open_call_back,
    record_attempt,
    record_contact,
    resolve,
)
from clinic.safety.service.flags import close_flag, raise_flags, retract
from clinic.safety.service.steps import URGENT_MAIL

__all__ = [
    "URGENT_MAIL",
    "acknowledge",
    "close_flag",
    "escalate_overdue",
    "lapse_call_backs",
    "open_call_back",
    "raise_flags",
    "record_attempt",
    "record_contact",
    "resolve",
    "retract",
]
