"""Who may book for a referral, by which way, and until when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from clinic.kernel.clock import CENTRAL
from clinic.referrals.rules.decision import Choice
from clinic.referrals.rules.lifecycle import ReferralStatus

# Days from the submission by which the person should be seen. 1 and 2: the same day, by a call.
SEE_BY_DAYS = {1: 0, 2: 0, 3: 14, 4: 30, 5: 60}
# A person who comes back late still gets a real choice.
SHORTEST_WINDOW = timedelta(days=14)


class BookingMode(StrEnum):
    """What a patient's page offers, and what every booking route enforces."""

    BOOK = "book"
    ASK_FOR_TIME = "ask_for_time"
    WAIT_FOR_DECISION = "wait_for_decision"
    CALL_US = "call_us"


class Settle(StrEnum):
    """What becomes of a time that was asked for, once the call is done."""

    BOOK = "book"
    GIVE_UP = "give_up"


def booking_mode(
    status: ReferralStatus,
    choice: Choice | None,
    *,
    urgent_open: bool,
    before_decision: bool,
    self_service: bool = True,
) -> BookingMode:
    """An open urgent flag leaves only the asked-for time, whatever else holds.

    `before_decision` is the clinic's setting that people may book before a clinician has decided;
    without `self_service` nobody takes a time alone, since nobody answers for the rules yet.
    """
    if not self_service or status in (ReferralStatus.CLOSED, ReferralStatus.WITHDRAWN):
        return BookingMode.CALL_US
    if urgent_open:
        return BookingMode.ASK_FOR_TIME
    if choice is Choice.NOT_FOR_THIS_CLINIC:
        return BookingMode.CALL_US
    if status is not ReferralStatus.DECIDED and not before_decision:
        return BookingMode.WAIT_FOR_DECISION
    return BookingMode.BOOK


def see_by(priority: int, submitted: date) -> date:
    """The day by which the person should be seen."""
    return submitted + timedelta(days=SEE_BY_DAYS[priority])


def booking_until(due: date, today: date, priority: int, window_days: Mapping[str, int]) -> date:
    """The last day that the person may choose.

    The see-by day, and never less than two weeks ahead; but no further than the visit type lets people of
    this priority book (`window_days`: days by priority, "1" to "5"; without an entry it sets no limit).
    """
    late = max(due, today + SHORTEST_WINDOW)
    days = window_days.get(str(priority))
    return late if days is None else min(late, today + timedelta(days=days))


def window_end(last_day: date) -> datetime:
    """The first moment after the last day that may be chosen."""
    return datetime.combine(last_day + timedelta(days=1), time(0), CENTRAL)


def shortest_end(today: date, windows: Iterable[Mapping[str, int]]) -> datetime:
    """The earliest end that any person's window can have, by these visit types' `window_days`."""
    days = [SHORTEST_WINDOW.days, *(one for window in windows for one in window.values())]
    return window_end(today + timedelta(days=min(days)))
