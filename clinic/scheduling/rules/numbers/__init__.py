"""What the clinic can learn from its calendar: how long people wait, what becomes of freed times, who comes.

Pure sums over rows that somebody has read; no patient is named in what comes out.
"""

from clinic.scheduling.rules.numbers.coming import LEADS, Lead, Visit, by_lead, local_days, unclosed
from clinic.scheduling.rules.numbers.freed import (
    GIVES_UP,
    HAS_TIME,
    LONGEST_VISIT,
    NOTICE_OF_FREED,
    Freed,
    Stay,
    books,
    freed_times,
)
from clinic.scheduling.rules.numbers.shares import ENOUGH, share
from clinic.scheduling.rules.numbers.waiting import LOOK_AHEAD, THIRD, third_next

PERIODS = (30, 90, 365)  # days that are looked back on

__all__ = [
    "ENOUGH",
    "GIVES_UP",
    "HAS_TIME",
    "LEADS",
    "LONGEST_VISIT",
    "LOOK_AHEAD",
    "NOTICE_OF_FREED",
    "PERIODS",
    "THIRD",
    "Freed",
    "Lead",
    "Stay",
    "Visit",
    "books",
    "by_lead",
    "freed_times",
    "local_days",
    "share",
    "third_next",
    "unclosed",
]
