"""The words around a list of referrals: its heading, its order, and the filters that lead to other lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clinic.kernel.wording import count_words
from clinic.referrals.rules.listing import PAST, Listing, Phases, Priority, Show, Sort, Whose

LISTS: Mapping[Show, str] = {
    Show.REVIEW: "To review",
    Show.CALL_FIRST: "Urgent",
    Show.WAITING: "Waiting for patient",
    Show.OPEN_DECISION: "Cannot decide yet",
    Show.DECIDED: "Decided",
    Show.CLOSED: "Closed",
}
PHASES: Mapping[Phases, str] = {
    Phases.ANY: "Any phase",
    Phases.NONE: "No phase",
    Phases.ONE: "One",
    Phases.ONE_TWO: "One or Two",
    Phases.ONE_THREE: "One or Three",
    Phases.TWO: "Two",
    Phases.TWO_THREE: "Two or Three",
    Phases.THREE: "Three",
}
PRIORITIES: Mapping[Priority, str] = {
    Priority.ANY: "Any priority",
    Priority.URGENT: "1 Urgent",
    Priority.SAFETY_CALL: "2 Safety call",
    Priority.SOON: "3 Soon",
    Priority.STANDARD: "4 Standard",
    Priority.ROUTINE: "5 Routine",
}
SORTS: Mapping[Sort, str] = {
    Sort.USUAL: "Usual order",
    Sort.LONGEST: "Longest wait first",
    Sort.SEE_BY: "See-by day first",
    Sort.NEWEST: "Newest first",
}
_USUAL_WORDS: Mapping[Show, str] = {
    Show.REVIEW: "Most urgent first, then longest wait",
    Show.CALL_FIRST: "Most urgent first, then longest wait",
    Show.OPEN_DECISION: "Most urgent first, then longest wait",
    Show.WAITING: "Asked the longest ago first",
    Show.DECIDED: "The latest first",
    Show.CLOSED: "The latest sent first",
}
# Singular and plural, with what is counted.
_HEADINGS: Mapping[Show, tuple[str, str]] = {
    Show.REVIEW: ("%s referral to review", "%s referrals to review"),
    Show.CALL_FIRST: ("%s to call first", "%s to call first"),
    Show.WAITING: ("%s waiting for the patient", "%s waiting for the patient"),
    Show.OPEN_DECISION: ("%s where the decision is open", "%s where the decision is open"),
    Show.DECIDED: ("%s decided", "%s decided"),
    Show.CLOSED: ("%s withdrawn or closed", "%s withdrawn or closed"),
}
_EMPTY: Mapping[Show, tuple[str, str]] = {
    Show.REVIEW: ("Nothing to review", "New referrals are listed here as they come in."),
    Show.CALL_FIRST: ("Nobody to call first", "Urgent answers and safety calls are listed here."),
    Show.WAITING: ("No patient is asked", "Questions that you put back to patients are listed here."),
    Show.OPEN_DECISION: ("No decision is open", "What cannot be decided yet is listed here."),
    Show.DECIDED: ("Nothing decided yet", "Decisions are listed here."),
    Show.CLOSED: ("Nothing withdrawn or closed", "Referrals that are over are listed here."),
}


@dataclass(frozen=True, slots=True)
class Pill:
    """One filter that is pressed: where it leads, how many are there ("" for lists that nobody counts)."""

    text: str
    listing: Listing
    count: str
    chosen: bool


def counted(listing: Listing, places: Mapping[str, str]) -> tuple[Listing, ...]:
    """Every list whose length the filters tell."""
    offered = (*_lists(listing), *(one for _, one, _ in _narrowings(listing, places)))
    return tuple(one for one in offered if one.show not in PAST)


def pills(listing: Listing, counts: Mapping[Listing, int]) -> tuple[Pill, ...]:
    """The lists, narrowed in the same way; no count of what is over, which only grows."""
    return tuple(
        Pill(LISTS[one.show], one, _count(one, counts), one.show is listing.show) for one in _lists(listing)
    )


def toggles(listing: Listing, counts: Mapping[Listing, int], places: Mapping[str, str]) -> tuple[Pill, ...]:
    """The narrowings of one press; pressed again, the list is wide again, and no count stands beside it."""
    return tuple(
        Pill(text, one, "" if chosen else _count(one, counts), chosen)
        for text, one, chosen in _narrowings(listing, places)
    )


def heading(listing: Listing, count: int, places: Mapping[str, str]) -> str:
    """How many of what: "3 referrals to review: yours, Birmingham"."""
    one, many = _HEADINGS[listing.show]
    narrowed = ", ".join(_narrowed(listing, places))
    return (one if count == 1 else many) % count_words(count) + (f": {narrowed}" if narrowed else "")


def order_words(listing: Listing) -> str:
    """The order in which the list stands."""
    return SORTS[listing.sort] if listing.sort is not Sort.USUAL else _USUAL_WORDS[listing.show]


def empty_words(listing: Listing) -> tuple[str, str]:
    """What an empty list says, and what comes next."""
    narrowed = listing != Listing(show=listing.show, sort=listing.sort)
    if narrowed:
        return _EMPTY[listing.show][0], "Nothing fits these filters. Take one away to see more."
    return _EMPTY[listing.show]


def _narrowed(listing: Listing, places: Mapping[str, str]) -> Iterator[str]:
    if listing.whose is not Whose.ANYBODY:
        yield "yours" if listing.whose is Whose.MINE else "assigned to nobody"
    if listing.place:
        yield places.get(listing.place, listing.place)
    if listing.phases is not Phases.ANY:
        yield PHASES[listing.phases]
    if listing.priority is not Priority.ANY:
        yield PRIORITIES[listing.priority]


def _lists(listing: Listing) -> Iterator[Listing]:
    return (listing.but(show=show) for show in LISTS)


def _narrowings(listing: Listing, places: Mapping[str, str]) -> Iterator[tuple[str, Listing, bool]]:
    """Words, the list to which a press leads, and whether this list is narrowed so already."""
    for text, whose in (("Mine", Whose.MINE), ("Unassigned", Whose.NOBODY)):
        chosen = listing.whose is whose
        yield text, listing.but(whose=Whose.ANYBODY if chosen else whose), chosen
    for slug, name in places.items():
        chosen = listing.place == slug
        yield name, listing.but(place="" if chosen else slug), chosen


def _count(listing: Listing, counts: Mapping[Listing, int]) -> str:
    return count_words(counts[listing]) if listing in counts else ""
