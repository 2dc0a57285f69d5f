"""Where a visit goes: the judge of every booking and move, the picker's own rule."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from clinic.kernel.clock import CENTRAL
from clinic.scheduling import queries
from clinic.scheduling.queries import VisitTerms
from clinic.scheduling.rules import (
    NEVER_SET_ASIDE,
    Refusal,
    Wanted,
    Window,
    booking_window,
    cell_at,
    check_terms,
    hindrances,
    refuse,
    slot_at,
)
from clinic.scheduling.service.guards import is_clinician

_MARGIN = timedelta(minutes=5)


class Place(NamedTuple):
    """Where a visit goes: its terms, its room, and what was set aside on purpose to put it there."""

    terms: VisitTerms
    room_id: UUID | None
    set_aside: tuple[Refusal, ...] = ()


def place_at(
    wanted: Wanted,
    *,
    patient_id: UUID,
    now: datetime,
    last_day: date | None,
    with_notice: bool,
    ignoring: UUID | None = None,
    override: bool = False,
) -> Place:
    """Under the locks: the slot that the picker would offer now at this start, or the place that was forced.

    Raises:
        TimeTaken, NotBookable: it would not offer it, or what stands against it is never set aside.
    """
    terms, held = queries.supply(
        wanted.visit_type_id,
        Window(wanted.start, wanted.start + _MARGIN),
        now,
        locations=[wanted.location_id],
        clinicians=[wanted.clinician_id],
        patient_id=patient_id,
        ignoring=ignoring,
    )
    check_terms(wanted, terms.minutes)
    allowed = booking_window(
        now,
        notice_minutes=terms.notice_minutes if with_notice else 0,
        last_day=last_day,
        zone=held.table.zones.get(wanted.location_id, CENTRAL),
    )
    asked = (cell_at(wanted.start), wanted.clinician_id, wanted.location_id)
    demand = terms.demand(allowed, now)
    slot = slot_at(held, demand, *asked)
    if slot is not None:
        return Place(terms, slot.room_id)
    found = hindrances(held, demand, *asked)
    if not override:
        refuse(found.reasons)
        raise AssertionError("a slot that is not open has a reason")
    refuse(tuple(one for one in found.reasons if one in NEVER_SET_ASIDE))
    if wanted.location_id not in held.table.zones or not is_clinician(wanted.clinician_id):
        refuse((Refusal.OUTSIDE_HOURS,))
    return Place(terms, found.room_id, found.reasons)
