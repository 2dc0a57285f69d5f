"""What the list of staff shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.accounts.queries import StaffCard
from clinic.accounts.rules import ROLE_WORDS


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One line of the list."""

    name: str
    email: str
    roles: str
    access: str


def staff_rows(cards: Iterable[StaffCard]) -> list[StaffRow]:
    """The lines of the list, in the order given."""
    return [
        StaffRow(
            card.full_name,
            card.email,
            ", ".join(ROLE_WORDS[role] for role in card.roles),
            "Can sign in" if card.active else "Access ended",
        )
        for card in cards
    ]
