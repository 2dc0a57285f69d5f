"""The rows that one booking writes, read back from the database: what a floor must write as well."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.types.json import Json
from sqlalchemy import Table, func, select

from clinic.audit.models import AuditEvent
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.scheduling.models import Appointment, AppointmentEvent, OccupiedCell, Resource

Values = dict[str, Any]
# Copies stand years later than anything that the application books, each after the one before it.
FAR, APART = 1_000_000, 20
MODELS: tuple[type[Base], ...] = (
    Resource,
    Appointment,
    OccupiedCell,
    AppointmentEvent,
    AuditEvent,
    OutboxMessage,
)


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of one booking, in the order in which they can be written."""

    appointment_id: UUID
    patient_id: UUID
    rows: tuple[tuple[type[Base], Values], ...]


def written_by(appointment_id: UUID) -> Written:
    """What the booking of this appointment wrote."""
    patient_id = db.session.scalars(
        select(Appointment.patient_id).where(Appointment.id == appointment_id)
    ).one()
    chosen = {
        Resource: Resource.owner_id == patient_id,
        Appointment: Appointment.id == appointment_id,
        OccupiedCell: OccupiedCell.appointment_id == appointment_id,
        AppointmentEvent: AppointmentEvent.appointment_id == appointment_id,
        AuditEvent: AuditEvent.subject_id == appointment_id,
        OutboxMessage: OutboxMessage.key.startswith(f"appointment:{appointment_id}:"),
    }
    rows = tuple(
        (model, dict(row))
        for model in MODELS
        for row in db.session.execute(select(model.__table__).where(chosen[model])).mappings()
    )
    db.session.rollback()
    return Written(appointment_id, patient_id, rows)


def row_counts() -> dict[str, int]:
    """How many rows every table has."""
    tables: list[Table] = Base.metadata.sorted_tables
    found = {one.name: db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}
    db.session.rollback()
    return found


def copies(written: Written, number: int) -> Iterator[tuple[type[Base], Values]]:
    """The same rows again as those of another booking, for Python."""
    fresh: dict[UUID, UUID] = {}
    shift = FAR + APART * number
    for model, row in written.rows:
        new = dict(row)
        if "id" in row:
            fresh[row["id"]] = new["id"] = uuid4()
        for name, value in row.items():
            new[name] = fresh.get(value, value) if isinstance(value, UUID) else value
        yield model, new | _new_values(model, new, number, shift)


def _new_values(model: type[Base], row: Values, number: int, shift: int) -> Values:
    if model is Resource:
        return {"owner_id": uuid4()}
    if model is OccupiedCell:
        return {"cell": row["cell"] + shift}
    if model is Appointment:
        moved = {name: _later(row[name], shift) for name in ("start_at", "end_at")}
        return moved | {"reference": f"#{number:08}", "idempotency_key": f"copy {number}"}
    if model is OutboxMessage:
        return {"key": f"{row['kind']} {number}", "message_id": f"<{row['kind']}.{number}@example.com>"}
    return {}


def _later(instant: datetime, cells: int) -> datetime:
    return datetime.fromtimestamp(instant.timestamp() + cells * 300, instant.tzinfo)


def pgbench_script(written: Written) -> str:
    """The same as one transaction of pgbench; `base` and `i` number the bookings of one client."""
    lines = [
        "\\set i :i + 1",
        "\\set n :base + :client_id * 10000 + :i",
        f"\\set shift {FAR} + {APART} * :n",
        "BEGIN;",
    ]
    fresh: dict[UUID, str] = {}
    for model in MODELS:
        rows = [row for kind, row in written.rows if kind is model]
        if not rows:
            continue
        for row in rows:
            if "id" in row:
                fresh[row["id"]] = f"md5('{len(fresh)} ' || :n)::uuid"
        values = ", ".join("(" + ", ".join(_literals(model, row, fresh)) + ")" for row in rows)
        lines.append(f"INSERT INTO {model.__tablename__} ({', '.join(rows[0])}) VALUES {values};")  # noqa: S608
    return "\n".join([*lines, "COMMIT;", ""])


def _literals(model: type[Base], row: Values, fresh: dict[UUID, str]) -> Iterator[str]:
    for name, value in row.items():
        if model is Resource and name == "owner_id":
            yield "md5('owner ' || :n)::uuid"
        elif isinstance(value, UUID) and value in fresh:
            yield fresh[value]
        elif model is OccupiedCell and name == "cell":
            yield f"{value} + :shift"
        elif model is Appointment and name in ("start_at", "end_at"):
            yield f"{_literal(value)} + :shift * interval '5 minutes'"
        elif model is Appointment and name == "reference":
            yield "'#' || lpad(:n::text, 8, '0')"
        elif name in ("key", "message_id", "idempotency_key"):
            yield f"'{row.get('kind', 'copy')} of a booking of the floor ' || :n"
        else:
            yield _literal(value)


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        value = Json(value, json.dumps)
    return str(sql.Literal(getattr(value, "value", value)).as_string(None))
