"""An INSERT for which a conflict is an answer, not an error, on either database."""

from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from clinic.platform.extensions import db
from clinic.platform.orm import Base


def insert_ignoring(model: type[Base]) -> Any:
    """Insert rows of this table; what is already there by any unique key stays, and nothing is added."""
    return _insert_ignoring(model, db.session.get_bind().dialect.name)


@cache
def _insert_ignoring(model: type[Base], dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(model.__table__).on_conflict_do_nothing()
