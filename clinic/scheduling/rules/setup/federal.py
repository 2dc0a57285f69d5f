"""US federal holidays on the days on which they are observed; each is a closure only if the clinic wants it.

Source: 5 U.S.C. 6103. One on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from clinic.scheduling.rules.setup.kinds import Edit, Image, Kind
from clinic.scheduling.rules.setup.whole import SetUp

# The closure of a day always gets the same id, so that preview and change speak of the same.
_NAMESPACE = UUID("7d0d5a5e-5a0f-5c3b-9f2e-6f1f5d1c2a90")
_WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A weekday on which a federal holiday is observed, and the closure that was chosen for it."""

    day: date
    name: str
    closure_id: UUID | None = None

    @property
    def chosen(self) -> bool:
        """Is the clinic closed on it?"""
        return self.closure_id is not None


def federal_holidays(first: date, last: date, setup: SetUp | None = None) -> tuple[Holiday, ...]:
    """The holidays observed from one day to another, both included; those chosen in `setup` say so."""
    from holidays import country_holidays  # slow to load, and one page only needs it

    # New Year's Day of the year after may be observed on the last day of the year.
    years = range(first.year, last.year + 2)
    found = country_holidays("US", years=years, language="en_US")
    chosen = {} if setup is None else _chosen(setup)
    return tuple(
        Holiday(day, name, chosen.get(day))
        for day, name in sorted(found.items())
        if first <= day <= last and day.weekday() not in _WEEKEND
    )


def _chosen(setup: SetUp) -> dict[date, UUID]:
    return {
        image["first_day"]: one
        for one, image in setup.of(Kind.CLOSURE).items()
        if image["holiday"] and image["location_id"] is None and image["clinician_id"] is None
    }


def holiday_edits(known: Collection[Holiday], wanted: Collection[date]) -> tuple[Edit, ...]:
    """What makes the clinic closed on exactly the `wanted` ones of these holidays."""
    edits = []
    for holiday in known:
        if holiday.closure_id is not None and holiday.day not in wanted:
            edits.append(Edit(Kind.CLOSURE, holiday.closure_id, None))
        elif holiday.closure_id is None and holiday.day in wanted:
            edits.append(Edit(Kind.CLOSURE, uuid5(_NAMESPACE, holiday.day.isoformat()), _closed(holiday)))
    return tuple(edits)


def _closed(holiday: Holiday) -> Image:
    return {
        "location_id": None,
        "clinician_id": None,
        "first_day": holiday.day,
        "last_day": holiday.day,
        "name": holiday.name,
        "holiday": True,
    }
