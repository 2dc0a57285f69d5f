"""The slot picker: both places side by side, or one list of both, soonest first; times as radio buttons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from clinic.kernel.clock import central_date
from clinic.kernel.wording import us_date, us_time
from clinic.scheduling.queries import LocationCard
from clinic.scheduling.rules import OpenTime

CALL_ME = "call"
# What the address says instead of one place's name: whichever is sooner.
EITHER = "either"
DAYS_SHOWN, TIMES_A_DAY = 2, 4


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """One radio button. `place` is named where the list is not of one place."""

    value: str
    label: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class DayChoices:
    """One fieldset. `more` counts the times of the day that are not shown."""

    day: date
    label: str
    times: tuple[TimeChoice, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ListOfDays:
    """Some open days in a row. The days to go back to and to go on from; None when there are none."""

    days: tuple[DayChoices, ...]
    earlier_from: date | None
    later_from: date | None


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """One place: its earliest time (None: no time is open), and the days of its column."""

    place: LocationCard
    earliest: OpenTime | None
    shown: ListOfDays


@dataclass(frozen=True, slots=True)
class Picker:
    """What there is to choose from. `mixed` is the one list of both places, when it is wanted."""

    places: tuple[PlaceChoices, ...]
    mixed: ListOfDays | None

    @property
    def soonest(self) -> PlaceChoices | None:
        """The place with the earliest time of all; None when no time is open at any."""
        starts = {one.earliest.start: one for one in reversed(self.places) if one.earliest}
        return starts[min(starts)] if starts else None


def picker(
    places: Sequence[LocationCard],
    times: Iterable[OpenTime],
    *,
    place: str = "",
    from_day: date | None = None,
    whole_day: bool = False,
) -> Picker:
    """Every place with its first open days; `place` alone begins at `from_day` or shows that day whole.

    With `EITHER` as place the two are one list, soonest first.
    """
    held = list(times)
    by_place: dict[UUID, list[OpenTime]] = {one.id: [] for one in places}
    for time in held:
        by_place[time.location_id].append(time)
    names = {one.id: one.name for one in places}
    mixed = _listed(held, from_day, whole_day=whole_day, names=names) if place == EITHER else None
    return Picker(
        tuple(
            _place(one, by_place[one.id], from_day if one.slug == place else None, whole_day=whole_day)
            for one in places
        ),
        mixed,
    )


def _place(
    place: LocationCard, times: Sequence[OpenTime], from_day: date | None, *, whole_day: bool
) -> PlaceChoices:
    return PlaceChoices(
        place=place,
        earliest=times[0] if times else None,
        shown=_listed(times, from_day, whole_day=whole_day),
    )


def _listed(
    times: Sequence[OpenTime],
    from_day: date | None,
    *,
    whole_day: bool,
    names: Mapping[UUID, str] | None = None,
) -> ListOfDays:
    days = {day: list(group) for day, group in groupby(times, key=lambda time: central_date(time.start))}
    every = list(days)
    begin = next((at for at, day in enumerate(every) if from_day is None or day >= from_day), len(every))
    whole = whole_day and from_day is not None
    end = begin + (1 if whole else DAYS_SHOWN)
    return ListOfDays(
        days=tuple(_day(day, days[day], names, whole=whole) for day in every[begin:end]),
        earlier_from=every[max(0, begin - DAYS_SHOWN)] if begin else None,
        later_from=every[end] if end < len(every) else None,
    )


def _day(
    day: date, times: Sequence[OpenTime], names: Mapping[UUID, str] | None, *, whole: bool
) -> DayChoices:
    """Of one place: times spread over the day. Of both: the soonest ones."""
    few = times[:TIMES_A_DAY] if names else spread(times, TIMES_A_DAY)
    kept = times if whole else few
    choices = tuple(
        TimeChoice(time.value, us_time(time.start), names[time.location_id] if names else "") for time in kept
    )
    return DayChoices(day, us_date(day), choices, len(times) - len(kept))


def spread(times: Sequence[OpenTime], most: int) -> Sequence[OpenTime]:
    """So many times, spread over the day, the first and the last among them."""
    if len(times) <= most:
        return times
    return [times[round(i * (len(times) - 1) / (most - 1))] for i in range(most)]
