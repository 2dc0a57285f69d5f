"""Migrations: numbered, one head, equal to the models, up and down and up again with the same result."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask

from clinic.platform.extensions import db
from clinic.platform.orm import Base
from tests.architecture.source import ROOT
from tests.conftest import DATABASES
from tests.migrations.picture import picture
from tests.support.app import build
from tests.support.databases import create_postgres_database, drop_postgres_database

FOLDER = ROOT / "migrations"


def config() -> Config:
    """Alembic's configuration as Flask-Migrate gives it, without its logging and its SystemExit."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    return made


REVISIONS = [
    script.revision for script in reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))
]


@pytest.fixture(params=DATABASES)
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without a single table."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'clinic.sqlite3'}" if sqlite else create_postgres_database()
    app = build(url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if not sqlite:
        drop_postgres_database(url)


def test_one_head_and_numbers() -> None:
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1
    numbers = [f"{number:04}" for number in range(1, len(REVISIONS) + 1)]
    assert numbers == REVISIONS
    names = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert all(re.match(r"\d{4}_\w+\.py$", name) for name in names)


def test_migrations_make_what_the_models_say(empty_app: Flask) -> None:
    command.upgrade(config(), "head")
    migrated = picture(db.engine)
    command.downgrade(config(), "base")
    left = {fact for fact in picture(db.engine) if fact[0] != "function"}
    assert left == set()
    Base.metadata.create_all(db.engine)
    modelled = picture(db.engine)
    assert migrated == modelled


@pytest.mark.parametrize("revision", REVISIONS)
def test_up_down_up_gives_the_same_schema(empty_app: Flask, revision: str) -> None:
    command.upgrade(config(), revision)
    first = picture(db.engine)
    command.downgrade(config(), "-1")
    command.upgrade(config(), revision)
    assert picture(db.engine) == first
