"""By when somebody must act, given the clinic's opening hours (Central Time, Monday to Friday)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clinic.kernel.clock import CENTRAL, central
from clinic.safety.rules.call_backs import CallBackKind
from clinic.safety.rules.red_flags import Tier

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
_SATURDAY = 5
# Business days until the end of which a desk call-back should be placed.
_DESK_DAYS = {
    CallBackKind.CHECK_IN: 1,
    CallBackKind.CHOOSE_TIME: 1,
    CallBackKind.NO_TIME_IN_WINDOW: 1,
    CallBackKind.MESSAGE_FAILED: 1,
    CallBackKind.VISIT_NO_LONGER_FITS: 1,
    CallBackKind.POSSIBLE_DUPLICATE: 2,
    CallBackKind.FINISH_INTAKE: 2,
    CallBackKind.ASK_BY_PHONE: 1,
    CallBackKind.REDIRECTED: 1,
}


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When somebody is there, in hours of the clinic's day."""

    opens: int
    closes: int

    def opening(self, day: date) -> datetime:
        """When the clinic opens on a day."""
        return datetime.combine(day, time(self.opens), CENTRAL)

    def closing(self, day: date) -> datetime:
        """When the clinic closes on a day."""
        return datetime.combine(day, time(0), CENTRAL) + timedelta(hours=self.closes)

    def is_open(self, instant: datetime) -> bool:
        """Is somebody there now?"""
        local = central(instant)
        return is_business_day(local.date()) and self.opening(local.date()) <= local < self.closing(
            local.date()
        )

    def next_opening(self, instant: datetime) -> datetime:
        """The first opening after `instant`."""
        local = central(instant)
        day = local.date()
        if not is_business_day(day) or local >= self.opening(day):
            day = next_business_day(day)
        return self.opening(day)


@dataclass(frozen=True, slots=True)
class Targets:
    """By when somebody says "I have it", and by when the call is made."""

    acknowledge_by: datetime
    call_by: datetime


def is_business_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < _SATURDAY


def next_business_day(day: date) -> date:
    """The first business day after `day`."""
    later = day + timedelta(days=1)
    while not is_business_day(later):
        later += timedelta(days=1)
    return later


def targets_for(kind: CallBackKind, tier: Tier | None, now: datetime, hours: OpeningHours) -> Targets:
    """The targets of a call-back opened at `now`; `tier` is the gravest of a safety call-back's flags.

    In opening hours T0 and T0-S are acknowledged within 15 minutes and called within the hour; T1 is
    acknowledged within the hour and called the same day. Otherwise first thing on the next business day
    (clinical facts 5.4).
    """
    if kind is not CallBackKind.SAFETY:
        return _desk_targets(kind, now, hours)
    if not hours.is_open(now):
        opening = hours.next_opening(now)
        return Targets(opening + QUARTER, opening + HOUR)
    if tier is Tier.T1:
        return Targets(now + HOUR, max(hours.closing(central(now).date()), now + HOUR))
    return Targets(now + QUARTER, now + HOUR)


def _desk_targets(kind: CallBackKind, now: datetime, hours: OpeningHours) -> Targets:
    day = central(now).date()
    for _ in range(_DESK_DAYS[kind]):
        day = next_business_day(day)
    end = hours.closing(day)
    return Targets(end, end)
