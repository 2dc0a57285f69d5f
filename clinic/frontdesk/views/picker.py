"""Open times side by side for every place, two weeks at a time."""

from datetime import date, timedelta
from uuid import UUID

from clinic.frontdesk import queries
from clinic.kernel.clock import central_date
from clinic.platform.extensions import now
from clinic.scheduling.presenters import LocationTimes, by_location
from clinic.scheduling.queries import locations


def picker(
    visit_type_id: UUID, first_day: date, *, patient_id: UUID | None = None, ignoring: UUID | None = None
) -> tuple[LocationTimes, ...]:
    """Open times side by side for every place."""
    times = queries.times_to_choose(visit_type_id, first_day, now(), patient_id=patient_id, ignoring=ignoring)
    return by_location(times, locations())


def dates(first_day: date) -> dict[str, str]:
    """Where the picker's links lead: two weeks on, two weeks back."""
    step = timedelta(days=queries.PICKER_DAYS)
    earlier = first_day - step if first_day > central_date(now()) else None
    return {"later": (first_day + step).isoformat(), "earlier": earlier.isoformat() if earlier else ""}
