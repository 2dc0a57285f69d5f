"""The only place that commits: one use case, one transaction."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sqlalchemy import Connection

from clinic.platform.extensions import db


@dataclass
class _Unit:
    doomed: bool = False
    locked: set[Hashable] = field(default_factory=set)


_current: ContextVar[_Unit | None] = ContextVar("transaction", default=None)


@contextmanager
def transaction() -> Iterator[None]:
    """Run a use case: business row, audit event and outbox rows commit together or not at all.

    A use case called by another joins it. An exception in the inner one dooms the outer, even if the
    outer catches it. On SQLite the transaction begins IMMEDIATE, so that nothing read inside it is stale.

    Raises:
        RuntimeError: something was changed outside, or an inner failure was swallowed.
    """
    outer = _current.get()
    if outer is not None:
        try:
            yield
        except BaseException:
            outer.doomed = True
            raise
        return
    _begin()
    unit = _Unit()
    token = _current.set(unit)
    try:
        yield
        if unit.doomed:
            raise RuntimeError("an inner failure was swallowed: nothing is committed")
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _current.reset(token)


def in_transaction() -> bool:
    """Is a use case running?"""
    return _current.get() is not None


def locked_so_far() -> set[Hashable]:
    """What the running use case has locked already, to be added to: a lock is held to its end.

    Outside, and inside a savepoint that may be rolled back with its locks, nothing is remembered.
    """
    unit = _current.get()
    return set() if unit is None or db.session().in_nested_transaction() else unit.locked


@contextmanager
def short_write() -> Iterator[Connection]:
    """A write on a connection of its own, for session and rate-limit rows only.

    Never while a use case runs: on SQLite it would wait for a lock that its own request holds.
    """
    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as link, link.begin():
        yield link


def _begin() -> None:
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changed outside a transaction")
    session.rollback()  # what was read before may be stale: read again under the write lock
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
