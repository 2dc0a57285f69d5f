"""Use cases of the front desk: look at a day, take a visit through it, book a caller, place a call."""

from clinic.frontdesk.service.booking import (
    Caller,
    CallerBooked,
    ToBook,
    book_caller,
    urgent_cards,
    view_to_book,
    view_unbooked,
)
from clinic.frontdesk.service.calendar import view_calendar
from clinic.frontdesk.service.calls import record_call, reference_to_book, view_call, view_calls
from clinic.frontdesk.service.day import (
    VisitFile,
    give_up,
    move_visit,
    take_step,
    view_coming,
    view_day,
    view_visit,
)
from clinic.frontdesk.service.messages import Entry, MessagesPage, call_instead, view_messages
from clinic.frontdesk.service.why_not import Answer, Subject, ask, book_anyway, view_subject

__all__ = [
    "Answer",
    "Caller",
    "CallerBooked",
    "Entry",
    "MessagesPage",
    "Subject",
    "ToBook",
    "VisitFile",
    "ask",
    "book_anyway",
    "book_caller",
    "call_instead",
    "give_up",
    "move_visit",
    "record_call",
    "reference_to_book",
    "take_step",
    "urgent_cards",
    "view_calendar",
    "view_call",
    "view_calls",
    "view_coming",
    "view_day",
    "view_messages",
    "view_subject",
    "view_to_book",
    "view_unbooked",
    "view_visit",
]
