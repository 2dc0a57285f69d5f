"""Counting what a block asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from clinic.platform.extensions import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that run inside the block."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
