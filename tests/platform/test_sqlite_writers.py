"""SQLite has one writer: the others wait for their turn, and are told when none came."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from clinic.platform import extensions
from clinic.web.errors import is_busy


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine of the house on an empty file."""
    made = create_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}")
    extensions.tune(made, "OFF")
    with made.begin() as link:
        link.execute(text("CREATE TABLE turn (who INTEGER)"))
    yield made
    made.dispose()


def timeout_of(engine: Engine) -> int:
    with engine.connect() as link:
        return int(link.exec_driver_sql("PRAGMA busy_timeout").scalar_one())


def test_a_writer_waits_until_the_other_has_committed(engine: Engine) -> None:
    held, seen = threading.Event(), []

    def second() -> None:
        held.wait()
        with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as link, link.begin():
            seen.append(link.execute(text("SELECT count(*) FROM turn")).scalar_one())

    waiting = threading.Thread(target=second)
    waiting.start()
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as link, link.begin():
        held.set()
        waiting.join(0.1)
        assert seen == []
        link.execute(text("INSERT INTO turn VALUES (1)"))
    waiting.join(5)
    assert seen == [1]
    assert timeout_of(engine) == extensions.BUSY_MILLISECONDS


def test_whose_turn_never_came_is_told_so_and_can_go_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "BUSY_MILLISECONDS", 30)
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as first, first.begin():
        second = engine.connect().execution_options(sqlite_begin="IMMEDIATE")
        with pytest.raises(OperationalError) as refused:
            second.begin()
        assert is_busy(refused.value)
        first.execute(text("INSERT INTO turn VALUES (1)"))
    with second, second.begin():
        assert second.execute(text("SELECT count(*) FROM turn")).scalar_one() == 1


def test_a_reader_waits_for_nobody(engine: Engine) -> None:
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as link, link.begin():
        link.execute(text("INSERT INTO turn VALUES (1)"))
        with engine.connect() as reader, reader.begin():
            assert reader.execute(text("SELECT count(*) FROM turn")).scalar_one() == 0
