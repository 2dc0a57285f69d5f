"""How a clinician's own day reads: visits by place, days as a strip."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from clinic.kernel.wording import us_date_short
from clinic.referrals.presenters.words import phase_set
from clinic.referrals.queries.schedule import Schedule, ScheduleRow, Standing
from clinic.scheduling.queries import LocationCard

PHASE_KEYS = {1: "one", 2: "two", 3: "three"}


@dataclass(frozen=True, slots=True)
class PlaceVisits:
    """One place and the visits there, in order of time."""

    place: LocationCard
    rows: tuple[ScheduleRow, ...]


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the strip."""

    day: str
    text: str
    count: int
    chosen: bool


def by_place(shown: Schedule) -> tuple[PlaceVisits, ...]:
    """The places in the order in which the day reaches them."""
    found: dict[str, list[ScheduleRow]] = {}
    for row in shown.rows:
        found.setdefault(row.visit.location.slug, []).append(row)
    return tuple(PlaceVisits(rows[0].visit.location, tuple(rows)) for rows in found.values())


def strip_days(shown: Schedule) -> Iterator[StripDay]:
    """The days with visits, and the shown one among them."""
    for day in sorted({*shown.strip, shown.day}):
        count = shown.strip.get(day, len(shown.rows) if day == shown.day else 0)
        yield StripDay(day.isoformat(), us_date_short(day), count, day == shown.day)


def phase_words(standing: Standing | None) -> str:
    """What is known of the phase, and on whose word."""
    if standing is None:
        return "No referral"
    if standing.is_decided:
        return (
            f"Phase {phase_set([standing.decided_phase])}, decided" if standing.decided_phase else "Decided"
        )
    return f"{phase_set(standing.phases)}, suggested" if standing.phases else "No phase suggested"


def heading(shown: Schedule, today: date) -> str:
    """The day, and how much there is to do."""
    count = len(shown.rows)
    name = "Today" if shown.day == today else us_date_short(shown.day)
    return f"{name}: {count} visit{'' if count == 1 else 's'}"
