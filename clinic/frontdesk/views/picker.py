"""Open times side by side for every place, two weeks at a time."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from clinic.accounts.queries import colleagues
from clinic.frontdesk import queries
from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.wording import us_date_short, us_time
from clinic.platform.extensions import now
from clinic.platform.forms import HouseForm
from clinic.scheduling.presenters import LocationTimes, by_location
from clinic.scheduling.queries import locations, visit_terms
from clinic.scheduling.rules import NotBookable, OpenTime, read_wanted

# What a radio button sends, and what stands beside it.
NamedTimes = tuple[tuple[str, str], ...]
Nearest = tuple[OpenTime, ...]
NONE_NEAR: Nearest = ()


def picker(
    visit_type_id: UUID, first_day: date, *, patient_id: UUID | None = None, ignoring: UUID | None = None
) -> tuple[LocationTimes, ...]:
    """Open times side by side for every place."""
    times = queries.times_to_choose(visit_type_id, first_day, now(), patient_id=patient_id, ignoring=ignoring)
    return by_location(times, locations())


def named(times: Iterable[OpenTime], places: Iterable[LocationTimes]) -> NamedTimes:
    """Times of any of the picker's places, each with all that there is to say of it."""
    names = {held.location.id: held.location.name for held in places}
    return tuple(
        (time.value, f"{us_date_short(time.start)}, {us_time(time.start)}, {names[time.location_id]}")
        for time in times
    )


def named_time(value: str) -> str | None:
    """A form's value in words, with the clinician; None when no page of ours has made it."""
    try:
        wanted = read_wanted(value, UUID(int=0))
    except Invalid:
        return None
    place = next((one.name for one in locations() if one.id == wanted.location_id), None)
    who = colleagues().get(wanted.clinician_id)
    if place is None or who is None:
        return None
    return f"{us_date_short(wanted.start)}, {us_time(wanted.start)}, {place}, {who.short_name}"


def picked(form: HouseForm, visit_type_id: UUID, places: Iterable[LocationTimes]) -> tuple[str, str] | None:
    """The time that was chosen before, for the kind of visit that this page books: it stays chosen.

    Returns its row when it stands among none of `places`; None also for a time that was refused.
    """
    value = form["slot"].data or ""
    words = None if form["slot"].errors else named_time(value)
    if words is None:
        return None
    wanted, terms = read_wanted(value, visit_type_id), visit_terms(visit_type_id)
    end = wanted.start + timedelta(minutes=terms.minutes)
    own = OpenTime(wanted.start, end, wanted.clinician_id, wanted.location_id, visit_type_id).value
    form["slot"].data = own
    shown = {time.value for held in places for day in held.days for time in day.times}
    return None if own in shown else (own, words)


def refused(form: HouseForm, lost: Conflict | Invalid) -> Nearest:
    """Put the refusal beside its field; returns the nearest times, if the refused time has any."""
    field = lost.field if isinstance(lost, Invalid) else None
    form.add_error(field or "slot", lost.message)
    return lost.nearest if isinstance(lost, NotBookable) else NONE_NEAR


def dates(first_day: date) -> dict[str, str]:
    """Where the picker's links lead: two weeks on, two weeks back."""
    step = timedelta(days=queries.PICKER_DAYS)
    earlier = first_day - step if first_day > central_date(now()) else None
    return {"later": (first_day + step).isoformat(), "earlier": earlier.isoformat() if earlier else ""}
