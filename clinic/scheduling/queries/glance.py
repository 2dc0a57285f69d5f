"""A look without any lock: does somebody else have this time already?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from clinic.platform.reading import run
from clinic.scheduling.models import Appointment
from clinic.scheduling.queries.appointments import LONGEST_VISIT
from clinic.scheduling.queries.horizon import IS_LIVE
from clinic.scheduling.rules import State, Wanted

_SENT_BEFORE = aliased(Appointment)
# Built once; a range on (clinician, start).
_TAKEN: Select[Any] = select(literal_column("1")).where(
    Appointment.clinician_id == bindparam("clinician_id"),
    IS_LIVE,
    Appointment.start_at > bindparam("longest_ago"),
    Appointment.start_at <= bindparam("start"),
    Appointment.end_at > bindparam("start"),
    Appointment.patient_id != bindparam("patient_id", type_=Uuid()),
    or_(Appointment.state != State.HELD, Appointment.expires_at > bindparam("now")),
    ~exists().where(_SENT_BEFORE.idempotency_key == bindparam("key")),
)


def is_taken_by_others(wanted: Wanted, *, patient_id: UUID, key: str, now: datetime) -> bool:
    """Has the clinician another patient's visit at this start, and has the form `key` made nothing before?"""
    given = {
        "clinician_id": wanted.clinician_id,
        "longest_ago": wanted.start - LONGEST_VISIT,
        "start": wanted.start,
        "patient_id": patient_id,
        "now": now,
        "key": key,
    }
    return run(_TAKEN, given).first() is not None
