"""Where Flask-Security keeps accounts: its commit is a use case of ours, with audit events riding along."""

from typing import Any
from uuid import UUID

from flask import g
from flask_security.datastore import SQLAlchemyUserDatastore
from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import joinedload

from clinic.accounts.models import Grant, Staff
from clinic.accounts.queries import actor_of
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.platform.extensions import db, now
from clinic.platform.sessions import end_session
from clinic.platform.transaction import transaction

Changes = dict[UUID, dict[str, Any]]
Note = tuple[Action, UUID]
# Built once: every page of staff asks.
_BY_SESSION = (
    select(Staff).where(Staff.fs_uniquifier == bindparam("fs_uniquifier")).options(joinedload(Staff.roles))
)


class Datastore(SQLAlchemyUserDatastore):
    """Accounts for Flask-Security.

    The library changes rows outside any transaction and calls `commit` at the end of the request. What it
    changed is held back until then and written under the write lock, together with what is to be recorded.
    """

    def __init__(self) -> None:
        super().__init__(db, Staff, Grant)

    def find_user(self, case_insensitive: bool = False, **given: Any) -> Staff | None:
        """The account; the one of a session, which names its `fs_uniquifier`, comes with its roles."""
        if given.keys() != {"fs_uniquifier"}:
            found: Any = super().find_user(case_insensitive, **given)
            return found  # type: ignore[no-any-return]
        return db.session.scalars(_BY_SESSION, given).unique().one_or_none()

    def put(self, model: Staff) -> Staff:
        """Hold the changes of this row until `commit`."""
        changed = {part.key: part.value for part in inspect(model).attrs if part.history.has_changes()}
        held: Changes = g.setdefault("staff_changes", {})
        held.setdefault(model.id, {}).update(changed)
        return model

    def note(self, action: Action, staff: Staff) -> None:
        """Have an audit event written by the next `commit`."""
        held: list[Note] = g.setdefault("staff_notes", [])
        held.append((action, staff.id))

    def commit(self) -> None:
        """Write what is held; when that fails, nobody stays signed in by a request that was not recorded."""
        changes, notes = g.pop("staff_changes", {}), g.pop("staff_notes", [])
        if not changes and not notes:
            return
        db.session.rollback()
        try:
            _write(changes, notes)
        except BaseException:
            end_session()
            raise


def _write(changes: Changes, notes: list[Note]) -> None:
    with transaction():
        for staff_id, values in changes.items():
            staff = db.session.get_one(Staff, staff_id)
            for name, value in values.items():
                setattr(staff, name, value)
        for action, staff_id in notes:
            staff = db.session.get_one(Staff, staff_id)
            record(action, actor=actor_of(staff), subject=("staff", staff_id), now=now())
