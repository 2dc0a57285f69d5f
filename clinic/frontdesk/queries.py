"""What the desk's pages list; the caller records who was seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.frontdesk.rules import desk_steps, minutes_late, minutes_waiting
from clinic.kernel.clock import CENTRAL
from clinic.patients.queries import PatientCard, patient_cards
from clinic.scheduling.queries import (
    AppointmentCard,
    LocationCard,
    coming_appointments,
    day_appointments,
    last_steps,
    locations,
    open_times,
)
from clinic.scheduling.rules import LastStep, OpenTime, State, Step, may_undo

COMING_DAYS = 14
PICKER_DAYS = 14


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as a row of the desk shows it. `undo` is the newest step, if it can be taken back."""

    card: AppointmentCard
    patient: PatientCard
    late: int
    waiting: int
    steps: tuple[Step, ...]
    undo: Step | None = None

    @property
    def will_come(self) -> bool:
        """Has the patient said so, and is not here yet?"""
        return self.card.state is State.BOOKED and self.card.attendance_confirmed_at is not None

    @property
    def status(self) -> str:
        """The word and shape of its mark."""
        return "late" if self.late else self.card.state.value


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """One location's visits of one day, in order of time."""

    place: LocationCard
    visits: tuple[Visit, ...]


def day_board(day: date, now: datetime) -> tuple[PlaceDay, ...]:
    """Every location with its visits of that local day."""
    places = locations()
    cards = {place.id: day_appointments(place.id, day, ZoneInfo(place.zone)) for place in places}
    people = patient_cards({card.patient_id for held in cards.values() for card in held})
    last = last_steps({card.id for held in cards.values() for card in held})
    return tuple(PlaceDay(place, _visits(cards[place.id], people, now, last)) for place in places)


def coming(first_day: date, now: datetime) -> tuple[PlaceDay, ...]:
    """Every location with its visits from that day on, for two weeks."""
    last_day = first_day + timedelta(days=COMING_DAYS - 1)
    places = locations()
    cards = {
        place.id: coming_appointments(place.id, first_day, last_day, ZoneInfo(place.zone)) for place in places
    }
    people = patient_cards({card.patient_id for held in cards.values() for card in held})
    return tuple(PlaceDay(place, _visits(cards[place.id], people, now)) for place in places)


def visit(card: AppointmentCard, patient: PatientCard, now: datetime, last: LastStep | None = None) -> Visit:
    """One visit with what may be done to it."""
    return Visit(
        card=card,
        patient=patient,
        late=minutes_late(card.state, card.start_at, now),
        waiting=minutes_waiting(card.state, card.changed_at, now),
        steps=desk_steps(card.state, card.start_at, now),
        undo=last.step if last is not None and may_undo(last, now) else None,
    )


def _visits(
    cards: Iterable[AppointmentCard],
    people: Mapping[UUID, PatientCard],
    now: datetime,
    last: Mapping[UUID, LastStep] = MappingProxyType({}),
) -> tuple[Visit, ...]:
    return tuple(visit(card, people[card.patient_id], now, last.get(card.id)) for card in cards)


def times_to_choose(
    visit_type_id: UUID,
    first_day: date,
    now: datetime,
    *,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
    per_place: int = 12,
) -> tuple[OpenTime, ...]:
    """The open times of two weeks from `first_day`, soonest first, so many per location."""
    from_ = max(now, datetime(first_day.year, first_day.month, first_day.day, tzinfo=CENTRAL))
    return open_times(
        visit_type_id,
        from_=from_,
        until=from_ + timedelta(days=PICKER_DAYS),
        now=now,
        patient_id=patient_id,
        ignoring=ignoring,
        any_clinician=True,
        per_location=per_place,
        with_notice=False,
    )
