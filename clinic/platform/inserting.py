"""An INSERT for which a conflict is an answer, not an error, on either database."""

from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from clinic.platform.extensions import db
from clinic.platform.orm import Base


def insert_ignoring(model: type[Base], returning: str = "") -> Any:
    """Insert rows of this table; what is already there by any unique key stays, and nothing is added.

    `returning` names a column that is given back of every row that was added.
    """
    return _insert_ignoring(model, returning, db.session.get_bind().dialect.name)


@cache
def _insert_ignoring(model: type[Base], returning: str, dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    put = insert(model.__table__).on_conflict_do_nothing()
    return put.returning(model.__table__.c[returning]) if returning else put
