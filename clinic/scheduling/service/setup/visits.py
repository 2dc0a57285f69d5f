"""What a change does to visits: some get another time, the others a call by the desk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.safety.queries import unresolved_subjects
from clinic.safety.rules import CallBackKind
from clinic.safety.service import open_call_back
from clinic.scheduling import queries
from clinic.scheduling.models import OccupiedCell
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.rules import APPOINTMENT, Step, Wanted
from clinic.scheduling.service.guards import cells_of, swap_cells
from clinic.scheduling.service.placing import open_slot
from clinic.scheduling.service.steps import advance

NO_LONGER_FITS = CallBackKind.VISIT_NO_LONGER_FITS
# What a move changes of a visit, and what an undo gives back.
PLACE = (
    "clinician_id",
    "location_id",
    "room_id",
    "visit_type_id",
    "start_at",
    "end_at",
    "before_minutes",
    "after_minutes",
    "overridden",
    "attendance_confirmed_at",
)


def move_visit(
    row: AppointmentRow, wanted: Wanted, resources: Mapping[UUID, UUID], *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Give a visit its new time before the old one is free; returns what an undo needs.

    Raises:
        TimeTaken, NotBookable: the time is not open under what is set up now.
        Conflict: a visit in this state is not moved.
    """
    APPOINTMENT.next(row.state, Step.MOVE)
    owned = _owned(row.id)
    terms = queries.visit_terms(wanted.visit_type_id)
    slot = open_slot(
        wanted,
        terms,
        patient_id=row.patient_id,
        now=now,
        last_day=None,
        with_notice=False,
        ignoring=row.id,
    )
    new = advance(
        row,
        Step.MOVE,
        actor=actor,
        now=now,
        clinician_id=wanted.clinician_id,
        location_id=wanted.location_id,
        room_id=slot.room_id,
        visit_type_id=terms.id,
        start_at=wanted.start,
        end_at=wanted.start + timedelta(minutes=terms.minutes),
        before_minutes=terms.before_minutes,
        after_minutes=terms.after_minutes,
        overridden=False,
        attendance_confirmed_at=None,
    )
    swap_cells(row.id, cells_of(new, dict(resources)))
    return {
        "appointment": str(row.id),
        "version": new.version,
        "from": {name: _kept(getattr(row, name)) for name in PLACE},
        "to": {name: _kept(getattr(new, name)) for name in PLACE},
        "cells": owned,
    }


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _owned(appointment_id: UUID) -> list[list[Any]]:
    """The cells that the visit owns, seats included."""
    cell = (OccupiedCell.resource_id, OccupiedCell.cell, OccupiedCell.seat)
    chosen = select(*cell).where(OccupiedCell.appointment_id == appointment_id).order_by(*cell)
    return [[str(resource), number, seat] for resource, number, seat in db.session.execute(chosen)]


def ask_desk(rows: Sequence[AppointmentRow], *, actor: Actor, now: datetime) -> list[str]:
    """The desk calls about each of these visits; returns the calls that were not waiting already."""
    waiting = unresolved_subjects(NO_LONGER_FITS, [row.id for row in rows])
    opened = []
    for row in _by_patient(rows):
        call = open_call_back(row.patient_id, NO_LONGER_FITS, subject_id=row.id, actor=actor, now=now)
        if row.id not in waiting:
            opened.append(str(call))
    return opened


def _by_patient(rows: Iterable[AppointmentRow]) -> list[AppointmentRow]:
    return sorted(rows, key=lambda row: (row.patient_id, row.start_at))
