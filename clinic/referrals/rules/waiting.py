"""How long it takes from a referral to the first visit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from clinic.scheduling.rules.numbers import ENOUGH


class Wait(NamedTuple):
    """The first visit after a referral: where, and how many days after the answers came in."""

    location_id: UUID
    days: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How many waited, and within how many days half and nine in ten of them were seen."""

    count: int
    half: int | None
    most: int | None


def spread(days: Sequence[int]) -> Spread:
    """Nearest ranks of the waits; no ranks where there are too few to say."""
    count, ordered = len(days), sorted(days)
    if count < ENOUGH:
        return Spread(count, None, None)
    return Spread(count, ordered[-(-count // 2) - 1], ordered[-(-count * 9 // 10) - 1])


def spreads(waits: Iterable[Wait]) -> Mapping[UUID | None, Spread]:
    """By location, and of all together under None."""
    groups: dict[UUID | None, list[int]] = defaultdict(list)
    for wait in waits:
        groups[wait.location_id].append(wait.days)
        groups[None].append(wait.days)
    return {where: spread(days) for where, days in groups.items()}
