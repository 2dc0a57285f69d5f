"""Running statements past the unit of work: what is asked in every request, and under locks."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable

from clinic.platform.extensions import db

Given = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def run(statement: Executable, given: Given | None = None) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that was put together once; columns only, never objects.

    `session.execute` takes twice as long for it. What the session still holds back is written first, and the
    statement belongs to the same transaction. Plain columns only: the session alone opens sealed ones.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, given)
