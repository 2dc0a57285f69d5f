"""Visits that a change hits: which, why, what else they could have, and who is told. Never whose they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from clinic.kernel.clock import central_date
from clinic.kernel.wording import us_date_short, us_date_time, us_time
from clinic.scheduling.presenters.setup.lines import Names
from clinic.scheduling.queries import AppointmentCard
from clinic.scheduling.rules import OpenTime, Refusal, State
from clinic.scheduling.rules.setup import Kind
from clinic.scheduling.service.setup import Hit

REASONS: Mapping[Refusal, str] = {
    Refusal.PAST: "the time has passed",
    Refusal.TOO_SOON: "the notice is longer",
    Refusal.TOO_LATE: "too far ahead",
    Refusal.CLOSED: "closed on that day",
    Refusal.AWAY: "the clinician is away",
    Refusal.OUTSIDE_HOURS: "outside the hours",
    Refusal.BREAK: "in a break",
    Refusal.VISIT_TYPE: "no visits of this type then",
    Refusal.OFF_RASTER: "between two starting times",
    Refusal.PATIENT_BUSY: "two visits of one patient at once",
    Refusal.TAKEN: "two visits at once",
    Refusal.HELD: "two visits at once",
    Refusal.ROOM_TAKEN: "the room is taken",
    Refusal.BUFFER: "too close to another visit",
    Refusal.TRAVEL: "too little time for the way",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A new time that a visit could have."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class HitVisit:
    """A coming visit that would not fit any more."""

    field: str
    reference: str
    when: str
    where: str
    why: str
    options: tuple[Option, ...]
    mailed: bool
    told: str


def visits(
    hits: Iterable[Hit], chosen: Mapping[UUID, str], names: Names, *, first: bool
) -> tuple[HitVisit, ...]:
    """Each hit with its options; `first` chooses the first option of each."""
    return tuple(_visit(hit, chosen.get(hit.card.id, ""), names, first=first) for hit in hits)


def _visit(hit: Hit, wanted: str, names: Names, *, first: bool) -> HitVisit:
    values = [one.value for one in hit.proposed]
    kept = values[0] if first and values else wanted
    return HitVisit(
        field=f"move-{hit.card.id.hex}",
        reference=hit.card.reference,
        when=us_date_time(hit.card.start_at),
        where=f"{hit.card.location.name}, {hit.card.clinician_name}, {hit.card.visit_name}",
        why="; ".join(dict.fromkeys(REASONS[one] for one in hit.reasons)),
        options=tuple(
            Option(one.value, _new_time(one, hit.card, names), one.value == kept) for one in hit.proposed
        ),
        mailed=hit.told and bool(hit.proposed),
        told=_told(hit),
    )


def _told(hit: Hit) -> str:
    """How the patient hears of a new time."""
    if not hit.proposed:
        return "There is no other time to offer."
    if hit.told:
        return "When it is moved, the patient gets an email with the new time."
    if hit.card.state is State.BOOKED:
        return "There is no email address: when it is moved, the desk is asked to call the patient."
    return "No email goes out: the clinic calls this patient before the time is booked."


def _new_time(time: OpenTime, card: AppointmentCard, names: Names) -> str:
    """The new time, and of place and clinician what would be another."""
    said = [us_date_short(time.start), us_time(time.start)]
    if central_date(time.start) == central_date(card.start_at):
        said = [us_time(time.start), "the same day"]
    if time.location_id != card.location_id:
        said.append(names.of(Kind.LOCATION, time.location_id))
    if time.clinician_id != card.clinician_id:
        said.append(f"with {names.person(time.clinician_id)}")
    return ", ".join(said)
