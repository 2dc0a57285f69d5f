"""The urgent page: what it says first, what to do, by how grave the answers are."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.safety.rules import RED_FLAGS, Card, cards_for, tiers_by_code

TEXT_VERSION = "1"
"""Raised with every change of the words below: the audit event names it."""

_SAYS = {
    Card.CALL_911: "That can be an emergency.",
    Card.CALL_988: "You do not have to be alone with this. Someone can talk with you now.",
    Card.SEEN_TODAY: "Someone should look at that today.",
}
_TITLES = {
    Card.CALL_911: "You may need help right now",
    Card.CALL_988: "You can get help right now",
    Card.SEEN_TODAY: "You need to be seen today",
}
_STEPS = {
    Card.CALL_911: (
        "Call 911, or ask someone with you to call.",
        "Tell them what is new.",
        "Do not drive yourself. Bring a list of what you take.",
    ),
    Card.CALL_988: (
        "Call or text 988. It is free, at any time.",
        "If you or someone else is in danger now, call 911.",
        "If you can, stay with someone you trust.",
    ),
    Card.SEEN_TODAY: (
        "Go to an urgent care clinic or an emergency room today.",
        "If a surgeon or another clinician treats you for this, call them now.",
        "If it gets worse, call 911.",
    ),
}


@dataclass(frozen=True, slots=True)
class UrgentPage:
    """What the page shows; `first` and `second` are the numbers in the order of their weight."""

    title: str
    quotes: tuple[str, ...]
    says: str
    first: str
    second: str
    steps: tuple[str, ...]


def urgent_page(codes: Sequence[str]) -> UrgentPage | None:
    """The page for these codes; None when none of them is urgent."""
    cards = cards_for(codes)
    if not cards:
        return None
    tiers = tiers_by_code(codes)
    quotes = tuple(RED_FLAGS[code].told for code in codes if RED_FLAGS[code].flag in tiers)
    first = "988" if cards[0] is Card.CALL_988 else "911"
    second = "911" if first == "988" else "988" if Card.CALL_988 in cards else ""
    return UrgentPage(_TITLES[cards[0]], quotes, _SAYS[cards[0]], first, second, _STEPS[cards[0]])
