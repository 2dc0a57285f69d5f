"""Looks at the numbers of a period; who looked is recorded, and no patient is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.transaction import transaction
from clinic.referrals.queries.waiting import waits
from clinic.referrals.rules.waiting import Spread, spreads
from clinic.scheduling.queries import LocationCard, locations
from clinic.scheduling.queries.numbers import NextTimes, closed_days, stays, third_next_times, visits
from clinic.scheduling.rules.numbers import Freed, Lead, by_lead, freed_times, unclosed


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the page shows: counts and days, nobody's name."""

    places: tuple[LocationCard, ...]
    next_times: tuple[NextTimes, ...]
    freed: Mapping[UUID, Freed]
    leads: tuple[Lead, ...]
    unclosed: int
    waits: Mapping[UUID | None, Spread]


@transaction()
def view_numbers(days: int, *, actor: Actor, now: datetime) -> Numbers:
    """The numbers of the last days, and how soon a patient could be seen from now on.

    Raises:
        NotAllowed: the numbers are for admins and clinicians.
    """
    actor.require(Permission.NUMBERS_VIEW)
    first, places = now - timedelta(days=days), locations()
    zones = {place.id: ZoneInfo(place.zone) for place in places}
    seen = visits(places, first, now)
    record(Action.NUMBERS_VIEWED, actor=actor, subject=("numbers", None), now=now, facts={"days": days})
    return Numbers(
        places=places,
        next_times=third_next_times(places, now),
        freed=freed_times(stays(first, now), first, now, closed_days(first, now), zones),
        leads=by_lead(seen),
        unclosed=unclosed(seen),
        waits=spreads(waits(places, first, now)),
    )
