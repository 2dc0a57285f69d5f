"""Use cases of the day: look at it, take a visit through it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.frontdesk import queries
from clinic.frontdesk.message_words import Told
from clinic.frontdesk.queries import PlaceDay, Visit
from clinic.frontdesk.service.messages import Names, told_about
from clinic.kernel.permissions import Actor
from clinic.patients.queries import (
    patient_card,
)
from clinic.platform.transaction import transaction
from clinic.safety.queries import blocks_self_booking, unresolved_call
from clinic.safety.rules import CallBackKind
from clinic.scheduling import service as scheduling
from clinic.scheduling.queries import (
    HistoryLine,
    Override,
    appointment_card,
    history,
    last_step,
    overrides,
)
from clinic.scheduling.rules import State, Step, read_wanted

_STEPS = {
    Step.ARRIVE: scheduling.arrive,
    Step.START: scheduling.start,
    Step.COMPLETE: scheduling.complete,
    Step.MARK_NO_SHOW: scheduling.mark_no_show,
}


@transaction()
def view_day(day: date, actor: Actor, now: datetime) -> tuple[PlaceDay, ...]:
    """The day board; who was on it is recorded."""
    places = queries.day_board(day, now)
    _record_list(Action.DAY_VIEWED, places, actor, now)
    return places


@transaction()
def view_coming(first_day: date, actor: Actor, now: datetime) -> tuple[PlaceDay, ...]:
    """The visits of two weeks; who was on the list is recorded."""
    places = queries.coming(first_day, now)
    _record_list(Action.DAY_VIEWED, places, actor, now)
    return places


def _record_list(action: Action, places: tuple[PlaceDay, ...], actor: Actor, now: datetime) -> None:
    for held in places:
        seen = [str(visit.patient.id) for visit in held.visits]
        record(action, actor=actor, subject=("location", held.place.id), now=now, facts={"patients": seen})


@dataclass(frozen=True, slots=True)
class VisitFile:
    """One visit with its person, its history and what was told about it.

    `call_first`: an urgent answer is open; a clinician calls before a time that was asked for is booked.
    """

    visit: Visit
    history: tuple[HistoryLine, ...]
    messages: tuple[Told, ...]
    callers: Names
    call_first: bool
    safety_call: UUID | None
    overrides: tuple[Override, ...]


@transaction()
def view_visit(appointment_id: UUID, actor: Actor, now: datetime) -> VisitFile:
    """One visit; the view is recorded.

    Raises:
        NotFound: no such visit.
    """
    card = appointment_card(appointment_id)
    record(
        Action.VISIT_VIEWED,
        actor=actor,
        subject=("appointment", card.id),
        patient_id=card.patient_id,
        now=now,
    )
    shown = queries.visit(card, patient_card(card.patient_id), now, last_step(card.id))
    messages, callers = told_about(card.id, now)
    return VisitFile(
        visit=shown,
        history=history(card.id),
        messages=messages,
        callers=callers,
        call_first=blocks_self_booking(card.patient_id),
        safety_call=unresolved_call(card.patient_id, CallBackKind.SAFETY),
        overrides=overrides(card.id),
    )


def take_step(appointment_id: UUID, step: Step, version: int, actor: Actor, now: datetime) -> None:
    """Take a visit one step further: arrived, in consultation, completed, no-show.

    Raises:
        Conflict: somebody else did something meanwhile, or the step does not fit.
    """
    _STEPS[step](appointment_id, actor=actor, now=now, expected_version=version)


def move_visit(appointment_id: UUID, slot: str, version: int, actor: Actor, now: datetime) -> None:
    """Give a visit the time that was chosen on the page.

    Raises:
        NotFound; Invalid: the page never offered this. Conflict: it was changed meanwhile.
        TimeTaken, NotBookable: the time cannot be had; the visit stays where it was.
    """
    wanted = read_wanted(slot, appointment_card(appointment_id).visit_type_id)
    scheduling.move(appointment_id, wanted, actor=actor, now=now, expected_version=version)


@transaction()
def give_up(appointment_id: UUID, version: int, actor: Actor, now: datetime) -> None:
    """Cancel a booked visit, or let go of a time that was only asked for.

    Raises:
        NotFound: no such visit. Conflict: it was changed meanwhile, or has begun.
    """
    requested = appointment_card(appointment_id).state is State.REQUESTED
    end = scheduling.release if requested else scheduling.cancel
    end(appointment_id, actor=actor, now=now, expected_version=version)
