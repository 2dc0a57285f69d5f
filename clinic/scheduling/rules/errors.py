"""Refusals of a booking, in words for the person who asked."""

from clinic.kernel.errors import Conflict
from clinic.scheduling.rules.availability import Refusal
from clinic.scheduling.rules.wanted import OpenTime

WORDS = {
    Refusal.TOO_SOON: "This time is too soon. Please choose a later time.",
    Refusal.TOO_LATE: "This time is too far away. Please choose an earlier time.",
    Refusal.OUTSIDE_HOURS: "There are no visits at this time. Please choose another time.",
    Refusal.PATIENT_BUSY: "The same person already has a visit at this time. Please choose another time.",
    Refusal.TAKEN: "This time was just taken. Please choose another time.",
}


class NotBookable(Conflict):
    """The time cannot be booked, whoever asks; `reasons` are the codes behind the sentence."""

    def __init__(self, message: str, reasons: tuple[Refusal, ...] = ()) -> None:
        super().__init__(message)
        self.reasons = reasons


class TimeTaken(NotBookable):
    """Somebody else has the time; `nearest` are open times close to it."""

    def __init__(self, nearest: tuple[OpenTime, ...] = ()) -> None:
        super().__init__(WORDS[Refusal.TAKEN], (Refusal.TAKEN,))
        self.nearest = nearest


class HoldExpired(NotBookable):
    """The hold ran out before it was confirmed."""

    def __init__(self) -> None:
        super().__init__("We held this time for you, but the hold has run out. Please choose a time again.")


class Changed(Conflict):
    """The appointment is not any more what the page showed."""

    def __init__(self) -> None:
        super().__init__("This visit was changed meanwhile. Please look at it again.")


def refuse(reasons: tuple[Refusal, ...]) -> None:
    """Raise the refusal for these reasons; the first that a person can do something about is told."""
    if not reasons:
        return
    if reasons == (Refusal.TAKEN,):
        raise TimeTaken
    raise NotBookable(WORDS[reasons[0]], reasons)
