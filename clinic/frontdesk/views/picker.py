"""Open times side by side for every place, two weeks at a time."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from clinic.frontdesk import queries
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.wording import us_date_short, us_time
from clinic.platform.extensions import now
from clinic.platform.forms import HouseForm
from clinic.scheduling.presenters import LocationTimes, by_location
from clinic.scheduling.queries import locations
from clinic.scheduling.rules import NotBookable, OpenTime

# What a radio button sends, and what stands beside it.
NamedTimes = tuple[tuple[str, str], ...]
NONE_NEAR: NamedTimes = ()


def picker(
    visit_type_id: UUID, first_day: date, *, patient_id: UUID | None = None, ignoring: UUID | None = None
) -> tuple[LocationTimes, ...]:
    """Open times side by side for every place."""
    times = queries.times_to_choose(visit_type_id, first_day, now(), patient_id=patient_id, ignoring=ignoring)
    return by_location(times, locations())


def named(times: Iterable[OpenTime]) -> NamedTimes:
    """Times of any place, each with all that there is to say of it."""
    names = {place.id: place.name for place in locations()}
    return tuple(
        (time.value, f"{us_date_short(time.start)}, {us_time(time.start)}, {names[time.location_id]}")
        for time in times
    )


def refused(form: HouseForm, lost: Conflict | Invalid) -> NamedTimes:
    """Put the refusal beside its field; returns the nearest times, if the refused time has any."""
    field = lost.field if isinstance(lost, Invalid) else None
    form.add_error(field or "slot", lost.message)
    return named(lost.nearest) if isinstance(lost, NotBookable) else NONE_NEAR


def dates(first_day: date) -> dict[str, str]:
    """Where the picker's links lead: two weeks on, two weeks back."""
    step = timedelta(days=queries.PICKER_DAYS)
    earlier = first_day - step if first_day > central_date(now()) else None
    return {"later": (first_day + step).isoformat(), "earlier": earlier.isoformat() if earlier else ""}
