"""Which part of the worklist one looks at, and in which order: a closed set of words for an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# A patient who was asked and has not answered for longer than this is late; somebody should call.
ANSWER_WITHIN = timedelta(days=7)


class Show(StrEnum):
    """Which list."""

    REVIEW = "review"
    CALL_FIRST = "call-first"
    WAITING = "waiting"
    OPEN_DECISION = "open-decision"
    DECIDED = "decided"
    CLOSED = "closed"


class Whose(StrEnum):
    """Assigned to whom."""

    ANYBODY = ""
    MINE = "mine"
    NOBODY = "unassigned"


class Phases(StrEnum):
    """Which suggested set."""

    ANY = ""
    NONE = "none"
    ONE = "1"
    ONE_TWO = "1-2"
    ONE_THREE = "1-3"
    TWO = "2"
    TWO_THREE = "2-3"
    THREE = "3"

    @property
    def numbers(self) -> list[int]:
        """The set itself; empty for "no phase"."""
        return [int(part) for part in self.value.split("-") if part.isdecimal()]


class Priority(StrEnum):
    """Which priority."""

    ANY = ""
    URGENT = "1"
    SAFETY_CALL = "2"
    SOON = "3"
    STANDARD = "4"
    ROUTINE = "5"


class Sort(StrEnum):
    """In which order; "usual" is the list's own."""

    USUAL = ""
    LONGEST = "longest"
    SEE_BY = "see-by"
    NEWEST = "newest"


NO_SUCH_LIST = "We have no such list. Please choose one on the worklist."
# What is over stands by its day, the latest first; another order of it answers no question.
PAST = (Show.DECIDED, Show.CLOSED)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as somebody narrowed it. `place` is a location's slug, checked by whoever knows the places."""

    show: Show = Show.REVIEW
    whose: Whose = Whose.ANYBODY
    place: str = ""
    phases: Phases = Phases.ANY
    priority: Priority = Priority.ANY
    sort: Sort = Sort.USUAL

    @property
    def is_past(self) -> bool:
        """Is it a list of what is over, which has one order only?"""
        return self.show in PAST

    @property
    def query(self) -> dict[str, Any]:
        """The address's part that brings this list back; what is as usual is left out."""
        words = {
            "show": "" if self.show is Show.REVIEW else self.show.value,
            "whose": self.whose.value,
            "place": self.place,
            "phases": self.phases.value,
            "priority": self.priority.value,
            "sort": self.sort.value,
        }
        return {name: word for name, word in words.items() if word}

    @property
    def code(self) -> str:
        """The same in figures, for the address of one referral: no word there tells of the person's state."""
        places = [list(kind).index(getattr(self, name)) for name, kind in _WORDS.items()]
        return ".".join(map(str, [*places, self.place]))

    @property
    def way(self) -> dict[str, Any]:
        """What the address of a referral carries, so that the next one comes from this list."""
        return {"list": self.code} if self.query else {}

    def but(self, **changed: Any) -> "Listing":
        """The same list, narrowed in another way; an order that the other list does not have is dropped."""
        other = replace(self, **changed)
        return replace(other, sort=Sort.USUAL) if other.is_past else other


_WORDS: Mapping[str, type[StrEnum]] = {
    "show": Show,
    "whose": Whose,
    "phases": Phases,
    "priority": Priority,
    "sort": Sort,
}


def listing_of(given: Mapping[str, str]) -> Listing:
    """The list that an address names; parts of the address that are not about lists are passed over.

    Raises:
        ValueError: a word that no list has, or an order that this list does not have.
    """
    words: dict[str, Any] = {name: kind(given[name]) for name, kind in _WORDS.items() if given.get(name)}
    return _checked(Listing(place=given.get("place", ""), **words))


def listing_from(code: str) -> Listing:
    """The list that `Listing.code` stands for.

    Raises:
        ValueError: no list has this code.
    """
    *figures, place = code.split(".", len(_WORDS))
    if len(figures) != len(_WORDS) or not all(one in "01234567" and len(one) == 1 for one in figures):
        raise ValueError("no list has this code")
    words: dict[str, Any] = {}
    for (name, kind), figure in zip(_WORDS.items(), figures, strict=True):
        members = list(kind)
        if int(figure) >= len(members):
            raise ValueError("no list has this code")
        words[name] = members[int(figure)]
    return _checked(Listing(place=place, **words))


def _checked(found: Listing) -> Listing:
    if found.is_past and found.sort is not Sort.USUAL:
        raise ValueError("what is over stands by its day")
    return found


def answer_is_late(asked_at: datetime, now: datetime) -> bool:
    """Has the patient been asked for longer than one waits?"""
    return now - asked_at > ANSWER_WITHIN
