"""The history of the set-up: who changed what, what it was before, and what became of visits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from clinic.accounts.models import Staff
from clinic.kernel.errors import NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.scheduling.models import Appointment, SetupChange
from clinic.scheduling.rules.setup import Image, Kind, unpacked

_PAGE = 20
Step = tuple[Kind, UUID, Image | None, Image | None]
"""One thing in a change: its kind, its id, and its images before and after."""


@dataclass(frozen=True, slots=True)
class Place:
    """When, where and with whom a visit was."""

    start: datetime
    location_id: UUID
    clinician_id: UUID


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit that a change moved; the patient is not named."""

    reference: str
    was: Place
    became: Place


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the set-up: what, when, by whom, what it did, and whether it stands."""

    id: UUID
    at: datetime
    title: str
    by: str
    steps: tuple[Step, ...]
    moves: tuple[Moved, ...]
    calls: int
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Some changes, the latest first; `after` fetches the ones before."""

    lines: tuple[ChangeLine, ...]
    after: UUID | None


_UNDOER = aliased(Staff)
_COLUMNS = (
    SetupChange.id,
    SetupChange.at,
    SetupChange.title,
    Staff.name.label("by"),
    SetupChange.edits,
    SetupChange.moves,
    SetupChange.calls,
    SetupChange.undone_at,
    _UNDOER.name.label("undone_by"),
)


def changes(actor: Actor, after: UUID | None = None, *, length: int = _PAGE) -> ChangesPage:
    """The history of the set-up, the latest first.

    Raises:
        NotAllowed: the actor may not change the set-up.
    """
    actor.require(Permission.SETUP_CHANGE)
    chosen = _lines().order_by(SetupChange.at.desc(), SetupChange.id.desc()).limit(length + 1)
    if after is not None:
        known = select(SetupChange.at, SetupChange.id).where(SetupChange.id == after)
        last = db.session.execute(known).one_or_none()
        if last is not None:
            earlier = and_(SetupChange.at == last.at, SetupChange.id < last.id)
            chosen = chosen.where(or_(SetupChange.at < last.at, earlier))
    rows = db.session.execute(chosen).all()
    lines = _read(rows[:length])
    return ChangesPage(lines, lines[-1].id if len(rows) > length else None)


def change_of(actor: Actor, change_id: UUID) -> ChangeLine:
    """One change.

    Raises:
        NotAllowed: the actor may not change the set-up. NotFound: no such change.
    """
    actor.require(Permission.SETUP_CHANGE)
    found = _read(db.session.execute(_lines().where(SetupChange.id == change_id)).all())
    if not found:
        raise NotFound
    return found[0]


def is_made(change_id: UUID) -> bool:
    """Is there a change of this id?"""
    known = select(SetupChange.id).where(SetupChange.id == change_id)
    return db.session.scalar(known) is not None


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Staff, Staff.id == SetupChange.staff_id)
        .outerjoin(_UNDOER, _UNDOER.id == SetupChange.undone_by)
    )


def _read(rows: Collection[Any]) -> tuple[ChangeLine, ...]:
    references = _references(UUID(move["appointment"]) for row in rows for move in row.moves)
    return tuple(
        ChangeLine(
            row.id,
            row.at,
            row.title,
            row.by,
            tuple(
                (Kind(one["kind"]), UUID(one["id"]), unpacked(one["before"]), unpacked(one["after"]))
                for one in row.edits
            ),
            tuple(
                Moved(references[UUID(one["appointment"])], _place(one["from"]), _place(one["to"]))
                for one in row.moves
            ),
            len(row.calls),
            row.undone_at,
            row.undone_by,
        )
        for row in rows
    )


def _references(visits: Iterable[UUID]) -> dict[UUID, str]:
    wanted = set(visits)
    if not wanted:
        return {}
    chosen = select(Appointment.id, Appointment.reference).where(Appointment.id.in_(wanted))
    return {row.id: row.reference for row in db.session.execute(chosen)}


def _place(kept: Mapping[str, Any]) -> Place:
    start = datetime.fromisoformat(kept["start_at"])
    return Place(start, UUID(kept["location_id"]), UUID(kept["clinician_id"]))
