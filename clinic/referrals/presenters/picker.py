"""The slot picker: both places side by side, days below each other, times as radio buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.kernel.clock import central_date
from clinic.kernel.wording import us_date, us_date_short, us_time
from clinic.scheduling.queries import LocationCard
from clinic.scheduling.rules import OpenTime

CALL_ME = "call"
DAYS_SHOWN, TIMES_A_DAY = 2, 4


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """One radio button."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class DayChoices:
    """One fieldset. `more` counts the times of the day that are not shown."""

    day: date
    label: str
    times: tuple[TimeChoice, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """One column. `later_from` is the day to go on from; None when nothing is open at all."""

    place: LocationCard
    earliest_day: str
    earliest_time: str
    days: tuple[DayChoices, ...]
    later_from: date | None


def columns(
    places: Sequence[LocationCard],
    times: Iterable[OpenTime],
    *,
    place: str = "",
    from_day: date | None = None,
    whole_day: bool = False,
) -> tuple[PlaceChoices, ...]:
    """Every place with its first open days; `place` alone begins at `from_day` or shows that day whole."""
    by_place: dict[UUID, list[OpenTime]] = {one.id: [] for one in places}
    for time in times:
        by_place.setdefault(time.location_id, []).append(time)
    return tuple(
        _column(one, by_place[one.id], from_day if one.slug == place else None, whole_day=whole_day)
        for one in places
    )


def _column(
    place: LocationCard, times: Sequence[OpenTime], from_day: date | None, *, whole_day: bool
) -> PlaceChoices:
    days: dict[date, list[OpenTime]] = {}
    for time in times:
        days.setdefault(central_date(time.start), []).append(time)
    begun = [day for day in days if from_day is None or day >= from_day]
    shown = begun[:1] if whole_day and from_day else begun[:DAYS_SHOWN]
    first = times[0].start if times else None
    return PlaceChoices(
        place=place,
        earliest_day=us_date_short(first) if first else "",
        earliest_time=us_time(first) if first else "",
        days=tuple(_day(day, days[day], whole=bool(whole_day and from_day)) for day in shown),
        later_from=_after(shown) if times else None,
    )


def _after(shown: Sequence[date]) -> date:
    return date.fromordinal(shown[-1].toordinal() + 1) if shown else date.max


def _day(day: date, times: Sequence[OpenTime], *, whole: bool) -> DayChoices:
    kept = times if whole else spread(times, TIMES_A_DAY)
    choices = tuple(time_choice(time) for time in kept)
    return DayChoices(day, us_date(day), choices, len(times) - len(kept))


def spread(times: Sequence[OpenTime], most: int) -> Sequence[OpenTime]:
    """So many times, spread over the day, the first and the last among them."""
    if len(times) <= most:
        return times
    return [times[round(i * (len(times) - 1) / (most - 1))] for i in range(most)]


def time_choice(time: OpenTime) -> TimeChoice:
    """The radio button of a time."""
    return TimeChoice(time.value, us_time(time.start))
