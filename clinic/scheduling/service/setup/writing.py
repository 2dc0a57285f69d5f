"""The one way in which rows of the set-up are written: from images, pointed-to things first."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from clinic.kernel.errors import Invalid
from clinic.platform.extensions import db
from clinic.scheduling.models import (
    Appointment,
    Resource,
    SessionBreak,
    SessionVisitType,
    VisitTypeClinician,
)
from clinic.scheduling.queries.setup import TABLES, columns_of
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp
from clinic.scheduling.service.guards import CLINICIAN, ROOM, ensure_resource

# Others point to these: they come first and go last.
_PARENTS = (Kind.LOCATION, Kind.ROOM, Kind.VISIT_TYPE)
# What no two rows may share. While a change is written each holds its own id instead, so that two may swap.
_UNIQUE = {Kind.LOCATION: "slug", Kind.ROOM: "name", Kind.VISIT_TYPE: "slug"}


def write(edits: Iterable[Edit], before: SetUp) -> None:
    """Make the rows what the images say. The edits have been checked against `before`, which stands.

    Whatever others point to is not taken away yet: `finish` does it once nobody does any more.
    """
    by_kind = _by_kind(edits, before)
    for kind in reversed(Kind):
        if kind not in _PARENTS:
            _delete(kind, by_kind[kind])
    for kind in _UNIQUE:
        _park(kind, by_kind[kind], before)
    for kind in Kind:
        for edit in by_kind[kind]:
            if edit.image is not None:
                _put(edit, edit.image, before.of(kind).get(edit.id))


def finish(edits: Iterable[Edit], before: SetUp) -> None:
    """Take away the locations, rooms and visit types of which `write` has taken leave.

    Raises:
        Invalid: there are visits of them.
    """
    by_kind = _by_kind(edits, before)
    for kind in reversed(_PARENTS):
        check_no_visits(by_kind[kind])
        _delete(kind, by_kind[kind])


def _by_kind(edits: Iterable[Edit], before: SetUp) -> dict[Kind, list[Edit]]:
    changed = [edit for edit in edits if edit.image != before.of(edit.kind).get(edit.id)]
    return {kind: [edit for edit in changed if edit.kind is kind] for kind in Kind}


_VISITS: dict[Kind, tuple[Any, str]] = {
    Kind.LOCATION: (Appointment.location_id, "There were visits at this location, so it stays."),
    Kind.ROOM: (
        Appointment.room_id,
        "There were visits in this room, so it stays. Take it out of the hours instead.",
    ),
    Kind.VISIT_TYPE: (
        Appointment.visit_type_id,
        "There were visits of this type, so it stays. Say instead that it is not offered any more.",
    ),
}


def check_no_visits(edits: Iterable[Edit]) -> None:
    """Refuse to take away what a visit points to, past or coming, canceled or not.

    Raises:
        Invalid: one does.
    """
    for edit in edits:
        if edit.image is None and edit.kind in _VISITS:
            column, words = _VISITS[edit.kind]
            if db.session.scalar(select(Appointment.id).where(column == edit.id).limit(1)) is not None:
                raise Invalid(words)


def _delete(kind: Kind, edits: Sequence[Edit]) -> None:
    gone = [edit.id for edit in edits if edit.image is None]
    if not gone:
        return
    if kind is Kind.ROOM:
        db.session.execute(delete(Resource).where(Resource.kind == ROOM, Resource.owner_id.in_(gone)))
    for table in _ASIDE.get(kind, ()):
        db.session.execute(delete(table).where(_owner(table).in_(gone)))
    db.session.execute(delete(TABLES[kind]).where(TABLES[kind].id.in_(gone)))


def _park(kind: Kind, edits: Sequence[Edit], before: SetUp) -> None:
    name, table = _UNIQUE[kind], TABLES[kind]
    for edit in edits:
        old = before.of(kind).get(edit.id)
        if old is not None and (edit.image is None or edit.image[name] != old[name]):
            db.session.execute(update(table).where(table.id == edit.id).values({name: edit.id.hex}))


def _put(edit: Edit, image: Image, old: Image | None) -> None:
    table = TABLES[edit.kind]
    values = {name: _stored(image[name]) for name in columns_of(edit.kind)}
    if old is None:
        db.session.execute(insert(table).values({"id": edit.id, **values}))
    else:
        db.session.execute(update(table).where(table.id == edit.id).values(values))
    if edit.kind is Kind.ROOM:
        ensure_resource(ROOM, edit.id)
    if "clinician_id" in image and image["clinician_id"] is not None:
        ensure_resource(CLINICIAN, image["clinician_id"])
    _put_aside(edit.kind, edit.id, image, old)


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


_ASIDE: dict[Kind, tuple[Any, ...]] = {
    Kind.SESSION: (SessionBreak, SessionVisitType),
    Kind.VISIT_TYPE: (VisitTypeClinician,),
}


def _owner(table: Any) -> Any:
    return table.visit_type_id if table is VisitTypeClinician else table.session_id


def _put_aside(kind: Kind, owner: UUID, image: Image, old: Image | None) -> None:
    """The rows of other tables that belong to the image, anew where they differ."""
    for table in _ASIDE.get(kind, ()):
        rows = _rows_aside(table, owner, image)
        if rows == (_rows_aside(table, owner, old) if old is not None else []):
            continue
        db.session.execute(delete(table).where(_owner(table) == owner))
        if rows:
            db.session.execute(insert(table), rows)


def _rows_aside(table: Any, owner: UUID, image: Image) -> list[dict[str, Any]]:
    if table is SessionBreak:
        return [{"session_id": owner, **pause} for pause in image["breaks"]]
    if table is SessionVisitType:
        return [{"session_id": owner, "visit_type_id": one} for one in image["visit_types"]]
    return [{"visit_type_id": owner, "clinician_id": one} for one in image["clinicians"]]
