"""PostgreSQL keeps what was prepared, whatever ends a transaction."""

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from clinic.platform import extensions
from clinic.platform.extensions import db
from clinic.platform.limits import RateLimit
from clinic.platform.reading import run

ONE = select(RateLimit.hits).where(RateLimit.key == bindparam("key"))
KNOWN = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%rate_limit%'")
TIMES = 8  # the driver prepares what it has seen five times


# PostgreSQL alone: SQLite has no server that could keep anything.
pytestmark = pytest.mark.parametrize(
    "app", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture(autouse=True)
def one_connection(app: Flask) -> None:
    """A pool with one connection: with several, each would see only some of the questions."""
    db.session.remove()
    db.engine.dispose()


def ask() -> None:
    for _ in range(TIMES):
        assert run(ONE, {"key": b"k"}).first() is None
        db.session.rollback()


def known() -> int:
    found: int = db.session.execute(KNOWN).scalar_one()
    return found


def test_a_rollback_forgets_nothing(app: Flask) -> None:
    ask()
    assert known() == 1


def test_a_rollback_takes_back_what_was_written(app: Flask) -> None:
    ask()
    db.session.execute(text("INSERT INTO rate_limit VALUES ('k', 1, now())"))
    assert run(ONE, {"key": b"k"}).scalar() == 1
    db.session.rollback()
    assert run(ONE, {"key": b"k"}).first() is None


def test_after_an_error_the_connection_goes_on(app: Flask) -> None:
    ask()
    with pytest.raises(ProgrammingError):
        db.session.execute(text("SELECT * FROM no_such_table"))
    db.session.rollback()
    ask()
    assert known() == 1


def test_a_table_that_changed_is_planned_anew(app: Flask) -> None:
    ask()
    db.session.execute(text("ALTER TABLE rate_limit ADD COLUMN more integer"))
    assert run(ONE, {"key": b"k"}).first() is None
    db.session.rollback()
    ask()


def test_a_connection_that_was_lost_while_idle_is_replaced_unseen(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    gone = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.engine.connect() as other:
        db.session.remove()
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": gone})
    monkeypatch.setattr(extensions, "IDLE_SECONDS", 0)
    ask()


def test_a_lost_connection_is_told_and_replaced(app: Flask) -> None:
    ask()
    gone = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": gone})
    with pytest.raises(OperationalError):
        run(ONE, {"key": b"k"})
    db.session.rollback()
    ask()
