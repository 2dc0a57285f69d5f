"""Everything that speaks against one time, with what there is to say about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from clinic.kernel.clock import CENTRAL
from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries.horizon import IS_LIVE, supply
from clinic.scheduling.queries.visit_types import VisitTerms
from clinic.scheduling.rules import (
    Found,
    Hindrance,
    Opening,
    Wanted,
    Window,
    booking_window,
    cell_at,
    hindrances,
    instant_of,
    openings,
)

_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What speaks against a time for staff, who need no notice; nothing when it is open.

    `that_day`: when this clinician sees people there on that day. `visits` are the visits in the way.
    """

    terms: VisitTerms
    found: Found
    that_day: tuple[Opening, ...]
    visits: dict[Hindrance, UUID]
    done_by_clinician: bool


def why_not(
    wanted: Wanted, *, now: datetime, patient_id: UUID | None = None, ignoring: UUID | None = None
) -> WhyNot:
    """Ask the rule about one time; three statements.

    Raises:
        NotFound: no such visit type.
    """
    terms, held = supply(
        wanted.visit_type_id,
        Window(wanted.start, wanted.start + timedelta(minutes=5)),
        now,
        locations=[wanted.location_id],
        clinicians=[wanted.clinician_id],
        patient_id=patient_id,
        ignoring=ignoring,
    )
    demand = terms.demand(booking_window(now, notice_minutes=0, last_day=None, zone=CENTRAL), now)
    found = hindrances(held, demand, cell_at(wanted.start), wanted.clinician_id, wanted.location_id)
    first, end = cell_at(wanted.start - _A_DAY), cell_at(wanted.start + _A_DAY)
    day = wanted.start.astimezone(CENTRAL).date()
    performers = held.table.performers
    return WhyNot(
        terms=terms,
        found=found,
        that_day=tuple(
            one
            for one in openings(held.table, first, end)
            if instant_of(one.first).astimezone(CENTRAL).date() == day
        ),
        visits=_visits_in_the_way(wanted, found, patient_id),
        done_by_clinician=performers is None or wanted.clinician_id in performers,
    )


def _visits_in_the_way(wanted: Wanted, found: Found, patient_id: UUID | None) -> dict[Hindrance, UUID]:
    """The visits behind the hindrances: of the clinician, of the room, of the patient."""
    starts = {instant_of(one.first) for one in found.hindrances if one.first is not None}
    if not starts:
        return {}
    theirs = [Appointment.clinician_id == wanted.clinician_id]
    if found.room_id is not None:
        theirs.append(Appointment.room_id == found.room_id)
    if patient_id is not None:
        theirs.append(Appointment.patient_id == patient_id)
    chosen = select(Appointment.id, Appointment.start_at, Appointment.location_id).where(
        IS_LIVE, Appointment.start_at.in_(starts), or_(*theirs)
    )
    known = {(cell_at(start), place): one for one, start, place in db.session.execute(chosen)}
    return {
        one: known[one.first, one.location_id]
        for one in found.hindrances
        if one.first is not None and one.location_id is not None and (one.first, one.location_id) in known
    }
