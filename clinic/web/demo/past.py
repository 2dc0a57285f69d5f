"""Ten weeks of visits of people who have come for longer, so that the numbers have something to count.

They have no referral of these days, and all that is told of them here lies in the past.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from clinic.kernel.clock import CENTRAL, central_date
from clinic.kernel.permissions import Actor
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.scheduling import service
from clinic.scheduling.queries import open_times, visit_type_for
from clinic.scheduling.rules import OpenTime, Wanted

REGULARS = """
    Opal Bygone, Reed Olden, Sage Yesterday, Thea Formerly, Vito Erstwhile, Wanda Longtime, Yale Steady,
    Zora Regular, Alma Evergreen, Bo Standfast, Cleo Everyweek, Dune Oftentimes
    """
COUNT, FIRST_DAYS_AGO, DAYS = 48, 5, 60
LEADS = (2, 6, 10, 18)  # days from booking to visit
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Past:
    """One visit: the n-th, by whom, when it was booked, and its time."""

    number: int
    patient_id: UUID
    booked_at: datetime
    wanted: Wanted
    end: datetime


def load_past(places: dict[str, UUID], desk: Actor, opened: datetime, now: datetime) -> None:
    """Book them as the desk did; most came, some did not, some canceled and somebody else took the time."""
    people = [_register(name.split(), at, desk, opened) for at, name in enumerate(REGULARS.split(","))]
    for one in _visits(people, list(places.values()), opened, now):
        visit = _book(one, f"past-{one.number}", desk)
        if one.number % 4 == 1:
            service.cancel(visit, actor=desk, now=one.booked_at + DAY)
            if one.number % 3:
                _retake(one, people, desk)
        elif one.number % 12 == 3 or one.number % 16 == 2:
            service.mark_no_show(visit, actor=desk, now=one.end)
        else:
            _come(visit, one, desk)


def _register(name: list[str], number: int, desk: Actor, now: datetime) -> UUID:
    first, last = name
    details = PatientDetails(
        first_name=first,
        last_name=last,
        birth_date=date(1950 + number * 3, number + 1, 11),
        phone=f"(205) 555-01{70 + number}",
        email=f"{first}.{last}@example.com".lower(),
        voicemail_ok=True,
    )
    return register(details, desk, now)


def _visits(people: list[UUID], places: list[UUID], opened: datetime, now: datetime) -> Iterator[_Past]:
    """Evenly over the past weeks, at each place in turn; on a day off, the working day before."""
    for number in range(COUNT):
        day = central_date(now) - timedelta(days=FIRST_DAYS_AGO + number * DAYS // COUNT)
        while not (times := _times(day, places[number // 4 % len(places)])):
            day -= DAY
        chosen = times[number * 7 % len(times)]
        booked_at = chosen.start - timedelta(days=LEADS[number % len(LEADS)])
        yield _Past(number, people[number % len(people)], max(booked_at, opened), chosen.wanted, chosen.end)


def _times(day: date, place: UUID) -> tuple[OpenTime, ...]:
    begins = datetime.combine(day, time(), tzinfo=CENTRAL)
    return open_times(
        visit_type_for(2).id,
        from_=begins,
        until=begins + DAY,
        now=begins,
        locations=[place],
        with_notice=False,
    )


def _book(one: _Past, key: str, desk: Actor) -> UUID:
    return service.book(one.wanted, patient_id=one.patient_id, key=key, actor=desk, now=one.booked_at).id


def _retake(one: _Past, people: list[UUID], desk: Actor) -> None:
    """The next one in turn takes the freed time the day after."""
    other = people[(one.number + 1) % len(people)]
    again = _Past(one.number, other, one.booked_at + 2 * DAY, one.wanted, one.end)
    _come(_book(again, f"past-again-{one.number}", desk), again, desk)


def _come(visit: UUID, one: _Past, desk: Actor) -> None:
    service.arrive(visit, actor=desk, now=one.wanted.start)
    service.start(visit, actor=desk, now=one.wanted.start + QUARTER)
    service.complete(visit, actor=desk, now=one.end)
