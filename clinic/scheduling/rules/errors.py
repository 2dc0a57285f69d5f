"""Refusals of a booking, in words for the person who asked."""

from collections.abc import Callable
from functools import cached_property

from clinic.kernel.errors import Conflict
from clinic.scheduling.rules.refusals import LOST_TO_OTHERS, Refusal
from clinic.scheduling.rules.wanted import OpenTime, Wanted, terms_shown

_NO_VISITS = "There are no visits at this time. Please choose another time."
_LOST = "This time was just taken. Please choose another time."
# For patients: what to do next. Which of several causes it was is the desk's business.
WORDS = {
    Refusal.PAST: "This time has passed. Please choose a later time.",
    Refusal.TOO_SOON: "This time is too soon. Please choose a later time.",
    Refusal.TOO_LATE: "This time is too far away. Please choose an earlier time.",
    Refusal.CLOSED: "We are closed on this day. Please choose another day.",
    Refusal.AWAY: _NO_VISITS,
    Refusal.OUTSIDE_HOURS: _NO_VISITS,
    Refusal.BREAK: _NO_VISITS,
    Refusal.VISIT_TYPE: "This kind of visit cannot be at this time. Please choose another time.",
    Refusal.OFF_RASTER: _NO_VISITS,
    Refusal.PATIENT_BUSY: "The same person already has a visit at this time. Please choose another time.",
    Refusal.TAKEN: _LOST,
    Refusal.HELD: _LOST,
    Refusal.ROOM_TAKEN: _LOST,
    Refusal.BUFFER: _LOST,
    Refusal.TRAVEL: _LOST,
}


def _nobody_looked() -> tuple[OpenTime, ...]:
    return ()


class NotBookable(Conflict):
    """The time cannot be booked; `reasons` are the codes behind the sentence."""

    def __init__(self, message: str, reasons: tuple[Refusal, ...] = ()) -> None:
        super().__init__(message)
        self.reasons = reasons
        self.look: Callable[[], tuple[OpenTime, ...]] = _nobody_looked

    @cached_property
    def nearest(self) -> tuple[OpenTime, ...]:
        """Open times close to it. They are looked up when a page asks, when no lock is held any more."""
        return self.look()


class TimeTaken(NotBookable):
    """Somebody else has the time, or it is too close to what somebody else has."""

    def __init__(self, reasons: tuple[Refusal, ...] = (Refusal.TAKEN,)) -> None:
        super().__init__(_LOST, reasons)


class HoldExpired(NotBookable):
    """The hold ran out before it was confirmed."""

    def __init__(self) -> None:
        super().__init__("We held this time for you, but the hold has run out. Please choose a time again.")


class TermsChanged(NotBookable):
    """The kind of visit, or how long it takes, is not what the page showed."""

    def __init__(self) -> None:
        super().__init__("The kind of visit or its length has changed. Please look at the times again.")


class Changed(Conflict):
    """The appointment is not any more what the page showed."""

    def __init__(self) -> None:
        super().__init__("This visit was changed meanwhile. Please look at it again.")


def check_terms(wanted: Wanted, minutes: int) -> None:
    """Let nobody get a longer or shorter visit than the one that they chose.

    Raises:
        TermsChanged: the page showed another kind or length.
    """
    if wanted.shown and wanted.shown != terms_shown(wanted.visit_type_id, minutes):
        raise TermsChanged


def refuse(reasons: tuple[Refusal, ...]) -> None:
    """Raise the refusal for these reasons; the first that a person can do something about is told."""
    if not reasons:
        return
    if LOST_TO_OTHERS.issuperset(reasons):
        raise TimeTaken(reasons)
    raise NotBookable(WORDS[reasons[0]], reasons)
