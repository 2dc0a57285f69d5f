"""Whom a change of the set-up keeps still: other changes, the patients it speaks to, and everybody's time."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, true

from clinic.kernel.permissions import Actor
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.scheduling import queries
from clinic.scheduling.models import Location, Resource
from clinic.scheduling.rules import Step
from clinic.scheduling.service.guards import CLINICIAN, ROOM
from clinic.scheduling.service.steps import advance


def lock_set_up() -> None:
    """One change at a time. Bookings, which only point to locations, are not kept waiting."""
    db.session.execute(select(Location.id).order_by(Location.id).with_for_update(key_share=True)).all()


def lock_patients(patient_ids: Iterable[UUID]) -> None:
    """As every use case about a patient does, before the resources; several in order of id."""
    for patient_id in sorted(set(patient_ids)):
        lock_patient(patient_id)


def lock_time(clinicians: Collection[UUID] | None, patients: Collection[UUID]) -> None:
    """Let nobody book these clinicians (None: any), patients and any room until this transaction ends.

    In one statement in order of id, like every booking: nobody waits for anybody in a circle.
    """
    whose: Any = true() if clinicians is None else Resource.owner_id.in_(clinicians)
    chosen = select(Resource.id).where(
        or_(and_(Resource.kind == CLINICIAN, whose), Resource.kind == ROOM, Resource.owner_id.in_(patients))
    )
    db.session.execute(chosen.order_by(Resource.id).with_for_update()).all()


def resources_of(patients: Collection[UUID]) -> dict[UUID, UUID]:
    """The resource of each clinician, of each room and of these patients, the ones just made included."""
    chosen = select(Resource.owner_id, Resource.id).where(
        or_(Resource.kind.in_((CLINICIAN, ROOM)), Resource.owner_id.in_(patients))
    )
    return dict(db.session.execute(chosen).all())


def drop_run_out_holds(clinicians: Collection[UUID] | None, now: datetime) -> None:
    """Under the locks: free the time of these clinicians' holds that have run out, in order of id."""
    for row in queries.run_out_holds(clinicians, now):
        advance(row, Step.EXPIRE, actor=Actor.system(), now=now)
