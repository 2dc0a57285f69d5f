"""What a block asks of the database, and how the database finds it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event

from clinic.platform.extensions import db


class Asked(NamedTuple):
    """One statement with what was put into it."""

    text: str
    given: Any


@contextmanager
def statements() -> Iterator[list[Asked]]:
    """The statements that run inside the block, and their parameters."""
    seen: list[Asked] = []

    def note(_: object, __: object, text: str, given: Any, *rest: object) -> None:
        if not text.startswith("BEGIN"):
            seen.append(Asked(text, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plans(seen: Sequence[Asked], *, few: bool = False) -> list[str]:
    """How the database would find what each asks for.

    `few`: the rows are too few for a choice; an index is taken wherever there is one.
    """
    with db.engine.connect() as link:
        explain = "EXPLAIN QUERY PLAN"
        if link.dialect.name == "postgresql":
            explain = "EXPLAIN"
            if few:
                link.exec_driver_sql("SET LOCAL enable_seqscan = off")
        elif not few:
            link.exec_driver_sql("ANALYZE")  # PostgreSQL looks how long its tables are; SQLite supposes
        found = [str(link.exec_driver_sql(f"{explain} {one.text}", one.given).all()) for one in seen]
        link.rollback()
    return found
