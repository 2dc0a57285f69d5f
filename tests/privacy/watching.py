"""Watches which patients' sealed values were opened, and of which patients the audit log speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, event, select

from clinic.audit.models import AuditEvent
from clinic.platform.extensions import db, key_ring
from clinic.platform.orm import Base
from clinic.platform.sealed import Sealed

# How a row leads to its patient, for tables that do not name one.
PARENTS = ("intake_id", "referral_id", "call_back_id")
NOBODYS = {"web_session"}  # a browser's own session


@dataclass
class Watch:
    """What happened since the last look."""

    opened: set[tuple[str, UUID]] = field(default_factory=set)
    recorded: set[UUID] = field(default_factory=set)

    def unrecorded(self) -> set[UUID]:
        """The patients of whom something was opened since the last look, and nothing was recorded."""
        patients = {owner for where in self.opened if (owner := owner_of(*where)) is not None}
        silent = patients - self.recorded
        self.opened.clear()
        self.recorded.clear()
        db.session.rollback()
        return silent

    def written(self, _: object, statement: Any, many: Any, one: Any, *rest: object) -> None:
        """Something went to the database: is it an audit event?"""
        if not isinstance(statement, Insert) or statement.table is not AuditEvent.__table__:
            return
        for event_row in (*many, one) if one else many:
            self.recorded.update(UUID(who) for who in event_row["facts"].get("patients", ()))
            if event_row["patient_id"] is not None:
                self.recorded.add(event_row["patient_id"])


def owner_of(table: str, row: UUID) -> UUID | None:
    """The patient whom a row is about; None while an intake has no name yet."""
    if table == "patient":
        return row
    columns = Base.metadata.tables[table].columns
    name = next(name for name in ("patient_id", *PARENTS) if name in columns)
    value = db.session.scalar(select(columns[name]).where(columns["id"] == row))
    if name == "patient_id" or value is None:
        return value
    return owner_of(name.removesuffix("_id"), value)


@contextmanager
def watching() -> Iterator[Watch]:
    """Listen at the one function that opens sealed values."""
    watch, ring = Watch(), key_ring()
    real = ring.open

    def listening(blob: Sealed, table: str, column: str, row: UUID) -> str:
        if table not in NOBODYS:
            watch.opened.add((table, row))
        return real(blob, table, column, row)

    stand_in: Any = listening
    ring.open = stand_in  # type: ignore[method-assign]  # the instance's own, taken away below
    engine = db.engine
    event.listen(engine, "after_execute", watch.written)
    try:
        yield watch
    finally:
        event.remove(engine, "after_execute", watch.written)
        del ring.open
