"""Many rows at once: COPY on PostgreSQL, one INSERT of many rows on SQLite."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, insert, inspect

from clinic.platform.extensions import db
from clinic.platform.orm import Base

Values = dict[str, Any]
Reader = Callable[[Values], Any]


def store(model: type[Base], rows: Sequence[Values]) -> None:
    """Add rows that all name the same attributes; what they leave out is as an INSERT would have it.

    Part of the caller's transaction.
    """
    link = db.session.connection()
    if link.dialect.name != "postgresql":
        db.session.execute(insert(model), list(rows))
        return
    readers = {
        part.columns[0].name: _reader(part.key, part.columns[0], rows[0], link.dialect)
        for part in inspect(model).column_attrs
        if part.key in rows[0] or part.columns[0].default is not None
    }
    driver: Any = link.connection.driver_connection
    wanted = f"COPY {model.__tablename__} ({', '.join(readers)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(wanted) as copy:
        for row in rows:
            copy.write_row([read(row) for read in readers.values()])


def _reader(name: str, column: Any, sample: Values, dialect: Dialect) -> Reader:
    """How a row's value of a column is given to the driver: its own, or the default if rows leave it out."""
    into = column.type.dialect_impl(dialect).bind_processor(dialect)
    if name not in sample:
        fixed = column.default.arg if into is None else into(column.default.arg)
        return lambda row: fixed
    if into is None:
        return lambda row: row[name]
    return lambda row: None if row[name] is None else into(row[name])
