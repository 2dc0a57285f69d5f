"""Open times for pickers, the earliest per location, and the nearest to a time that was lost."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from heapq import nsmallest
from operator import itemgetter
from uuid import UUID

from clinic.kernel.clock import CENTRAL
from clinic.scheduling.queries.horizon import supply
from clinic.scheduling.queries.visit_types import VisitTerms
from clinic.scheduling.rules import (
    Opening,
    OpenTime,
    Wanted,
    Window,
    booking_window,
    cell_at,
    cells_in,
    instant_of,
    open_starts,
)

# An open start and the opening that it lies in.
Found = tuple[int, Opening]

# How far around a lost time we look for others: first at the same place in the half day before and after it,
# since that comes before all else. Mostly it is enough, and a look at four weeks everywhere takes far longer.
_HALF_A_DAY = timedelta(hours=12)
_LOOKS = (
    (_HALF_A_DAY, _HALF_A_DAY + timedelta(minutes=5), True),
    (timedelta(days=7), timedelta(days=21), False),
)
# Where only the first few times of each place are wanted, they mostly lie in so many days.
_FIRST_DAYS = timedelta(days=3)


def open_times(
    visit_type_id: UUID,
    *,
    from_: datetime,
    until: datetime,
    now: datetime,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
    any_clinician: bool = False,
    per_location: int | None = None,
    with_notice: bool = True,
) -> tuple[OpenTime, ...]:
    """Every open start from `from_` until before `until`, soonest first; two statements, whatever the range.

    With `per_location` the first days are looked at by themselves, which is mostly enough; if it is not, two
    statements more.

    Args:
        patient_id: leave out what collides with this patient's own visits.
        ignoring: the appointment that is being moved; its time counts as free.
        any_clinician: one time per start and location; the clinician with the fewest visits is offered.
        per_location: at most so many times for each location.
        with_notice: patients book with the visit type's notice; staff without.

    Raises:
        NotFound: no such visit type.
    """
    soon = from_ + _FIRST_DAYS
    for end in (soon, until) if per_location is not None and soon < until else (until,):
        ordered, terms, places = _ordered(
            visit_type_id,
            Window(from_, end),
            now,
            with_notice=with_notice,
            any_clinician=any_clinician,
            locations=locations,
            clinicians=clinicians,
            patient_id=patient_id,
            ignoring=ignoring,
        )
        if per_location is None:
            break
        ordered = list(_limited(ordered, per_location))
        if len(ordered) == per_location * len(places):
            break  # whatever comes later is left out
    return tuple(_open_times(ordered, terms))


def _ordered(
    visit_type_id: UUID,
    wanted: Window,
    now: datetime,
    *,
    with_notice: bool,
    any_clinician: bool,
    patient_id: UUID | None,
    ignoring: UUID | None,
    locations: Collection[UUID] | None = None,
    clinicians: Collection[UUID] | None = None,
) -> tuple[Iterable[Found], VisitTerms, frozenset[UUID]]:
    """Every open start in order, with the opening that it lies in; the visit type's terms; the places."""
    terms, held = supply(
        visit_type_id,
        wanted,
        now,
        locations=locations,
        clinicians=clinicians,
        patient_id=patient_id,
        ignoring=ignoring,
    )
    notice = timedelta(minutes=terms.notice_minutes if with_notice else 0)
    window = Window(max(wanted.first, now + notice), wanted.end)
    demand = terms.demand(window, now)
    found = list(open_starts(held, demand)) if demand.earliest < demand.latest else []
    load = {who: len(busy) for who, busy in held.clinicians.items()} if any_clinician else {}
    ordered = _in_order(found, load)
    places = frozenset(held.table.zones).intersection(held.table.zones if locations is None else locations)
    return (_one_for_each_place(ordered) if any_clinician else ordered), terms, places


def _in_order(found: Sequence[tuple[Opening, list[int]]], load: Mapping[UUID, int]) -> Iterator[Found]:
    """Soonest first; at one start by location, the clinician with fewer visits first.

    Ten thousand starts are put in order as plain numbers: start and place in the line in one.
    """

    def place(pair: tuple[Opening, list[int]]) -> tuple[int, int, int]:
        who = pair[0].clinician_id
        return pair[0].location_id.int, load.get(who, 0), who.int

    line = sorted(found, key=place)
    width = max(1, len(line))
    numbers = [start * width + at for at, (_, starts) in enumerate(line) for start in starts]
    numbers.sort()
    for number in numbers:
        start, at = divmod(number, width)
        yield start, line[at][0]


def _one_for_each_place(ordered: Iterable[Found]) -> Iterator[Found]:
    """Of the times in order, the first of each start and location."""
    last: tuple[int, UUID] | None = None
    for start, opening in ordered:
        here = (start, opening.location_id)
        if here != last:
            yield start, opening
        last = here


def _limited(ordered: Iterable[Found], per_location: int) -> Iterator[Found]:
    seen: Counter[UUID] = Counter()
    for start, opening in ordered:
        seen[opening.location_id] += 1
        if seen[opening.location_id] <= per_location:
            yield start, opening


def _open_times(found: Iterable[Found], terms: VisitTerms) -> Iterator[OpenTime]:
    """As pages and forms take them; starts are in order, so that those at one time share their instants."""
    length, last = timedelta(minutes=terms.minutes), -1
    for start, opening in found:
        if start != last:
            last, begins = start, instant_of(start)
            ends = begins + length
        _, _, clinician, location, room = opening
        yield OpenTime(begins, ends, clinician, location, terms.id, room)


def nearest_times(
    wanted: Wanted,
    *,
    now: datetime,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
    with_notice: bool = True,
    last_day: date | None = None,
    limit: int = 4,
) -> tuple[OpenTime, ...]:
    """The open times closest to one that cannot be had, at any place; the same place and day come first.

    Nothing after `last_day` is named. A time that is past or too far away counts as the nearest possible one.

    Raises:
        NotFound: no such visit type.
    """
    allowed = booking_window(now, notice_minutes=0, last_day=last_day, zone=CENTRAL)
    about = max(min(wanted.start, allowed.end), now)
    start, half_a_day = cell_at(about), cells_in(12 * 60)

    def distance(found: Found) -> tuple[bool, int]:
        apart = abs(found[0] - start)
        return found[1].location_id != wanted.location_id or apart > half_a_day, apart

    for back, ahead, there in _LOOKS:
        ordered, terms, _ = _ordered(
            wanted.visit_type_id,
            Window(about - back, min(about + ahead, allowed.end)),
            now,
            with_notice=with_notice,
            any_clinician=True,
            locations=[wanted.location_id] if there else None,
            patient_id=patient_id,
            ignoring=ignoring,
        )
        nearest = nsmallest(limit, ordered, distance)
        if len(nearest) == limit and not distance(nearest[-1])[0]:
            break  # at the same place within half a day: nothing further away could be nearer
    return tuple(_open_times(sorted(nearest, key=itemgetter(0)), terms))
