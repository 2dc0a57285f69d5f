"""What the calendar shows of some days: a fixed number of statements, whatever the number of visits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from clinic.accounts.queries import Colleague, colleagues
from clinic.frontdesk.calendar.grid import Cell, Column, cells_of, rows_between
from clinic.frontdesk.queries import Visit, visit
from clinic.kernel.clock import CENTRAL, central
from clinic.patients.queries import patient_cards
from clinic.scheduling.queries import (
    ON_THE_DAY,
    AppointmentCard,
    LocationCard,
    VisitTerms,
    coming_appointments,
    locations,
    supply,
)
from clinic.scheduling.rules import (
    OpenTime,
    State,
    Stretch,
    Supply,
    Window,
    cell_at,
    first_cell_from,
    first_instant,
    instant_of,
    open_starts,
    stretches,
)

SHOWN = (State.HELD, *ON_THE_DAY)
# What the table shows when nobody works.
USUAL = time(8), time(17)


@dataclass(frozen=True, slots=True)
class Shown:
    """One column with its cells by row."""

    column: Column
    clinician: str
    place: LocationCard
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The rows by wall-clock time, and the columns."""

    rows: tuple[time, ...]
    columns: tuple[Shown, ...]
    visits: Mapping[UUID, Visit]
    terms: VisitTerms
    people: Mapping[UUID, Colleague]

    def open_time(self, shown: Shown, cell: Cell) -> OpenTime:
        """A free cell as a form carries it."""
        start = instant_of(cell.start)
        end = start + timedelta(minutes=self.terms.minutes)
        column = shown.column
        return OpenTime(start, end, column.clinician_id, column.location_id, self.terms.id)


def calendar(
    days: Sequence[date],
    visit_type_id: UUID,
    now: datetime,
    *,
    place_id: UUID | None = None,
    clinician_id: UUID | None = None,
) -> Calendar:
    """Some days in a row, at one place or at all, of one clinician or of all.

    Raises:
        NotFound: no such visit type.
    """
    whole = Window(
        first_instant(days[0], time(0), CENTRAL),
        first_instant(days[-1] + timedelta(days=1), time(0), CENTRAL),
    )
    who = None if clinician_id is None else [clinician_id]
    terms, held = supply(visit_type_id, whole, now, clinicians=who)
    places = {place.id: place for place in locations()}
    people = colleagues()
    cards = _cards(days, now, place_id, clinician_id)
    patients = patient_cards({card.patient_id for card in cards})
    columns = [
        column
        for column in _columns(days, held, cards, _starts(held, terms, whole, now))
        if place_id in (None, column.location_id)
    ]
    rows = _rows(columns)
    return Calendar(
        rows=rows,
        columns=tuple(
            Shown(
                column,
                people[column.clinician_id].short_name,
                places[column.location_id],
                cells_of(column, rows, held, cell_at(now)),
            )
            for column in sorted(columns, key=lambda one: _order(one, places, people))
        ),
        visits={card.id: visit(card, patients[card.patient_id], now) for card in cards},
        terms=terms,
        people=people,
    )


def _cards(
    days: Sequence[date], now: datetime, place_id: UUID | None, clinician_id: UUID | None
) -> list[AppointmentCard]:
    found = coming_appointments(
        place_id, days[0], days[-1], CENTRAL, clinician_id=clinician_id, states=SHOWN, limit=2000
    )
    return [card for card in found if card.expires_at is None or card.expires_at > now]


# Day, location, clinician.
Key = tuple[date, UUID, UUID]


def _starts(held: Supply, terms: VisitTerms, whole: Window, now: datetime) -> Mapping[Key, set[int]]:
    """Where a visit may begin, by column; staff need no notice."""
    found: dict[Key, set[int]] = defaultdict(set)
    demand = terms.demand(Window(max(whole.first, now), whole.end), now)
    for opening, starts in open_starts(held, demand) if demand.earliest < demand.latest else ():
        for start in starts:
            day = central(instant_of(start)).date()
            found[day, opening.location_id, opening.clinician_id].add(start)
    return found


def _columns(
    days: Sequence[date],
    held: Supply,
    cards: Iterable[AppointmentCard],
    starts: Mapping[Key, set[int]],
) -> list[Column]:
    first = cell_at(first_instant(days[0], time(0), CENTRAL))
    end = first_cell_from(first_instant(days[-1] + timedelta(days=1), time(0), CENTRAL))
    of_day: dict[tuple[date, UUID], list[Stretch]] = defaultdict(list)
    keys: set[Key] = set()
    for one in stretches(held.table, first, end):
        if one.day in days:
            of_day[one.day, one.clinician_id].append(one)
            keys.add((one.day, one.location_id, one.clinician_id))
    visits: dict[Key, dict[UUID, tuple[int, int]]] = defaultdict(dict)
    for card in cards:
        key = (central(card.start_at).date(), card.location_id, card.clinician_id)
        visits[key][card.id] = (cell_at(card.start_at), first_cell_from(card.end_at))
    return [
        Column(
            clinician_id=who,
            location_id=where,
            day=day,
            stretches=of_day[day, who],
            open_starts=frozenset(starts.get((day, where, who), ())),
            visits=visits[day, where, who],
        )
        for day, where, who in keys | set(visits)
    ]


def _rows(columns: Sequence[Column]) -> tuple[time, ...]:
    walls = [
        central(instant_of(cell)).time().replace(tzinfo=None)
        for column in columns
        for span in (*((one.first, one.end) for one in column.stretches), *column.visits.values())
        for cell in span
    ]
    return rows_between(min(walls, default=USUAL[0]), max(walls, default=USUAL[1]))


def _order(
    column: Column, places: Mapping[UUID, LocationCard], people: Mapping[UUID, Colleague]
) -> tuple[date, int, str]:
    return column.day, list(places).index(column.location_id), people[column.clinician_id].full_name
