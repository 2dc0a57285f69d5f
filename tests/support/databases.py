"""Fresh databases for tests: real files, a real server, real commits, emptied between tests."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from clinic.platform.extensions import db
from clinic.platform.orm import Base

POSTGRES_VARIABLE = "CLINIC_TEST_POSTGRES_URL"


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def create_postgres_database() -> str:
    """A new, empty database on the tests' server; returns its URL."""
    server = os.environ[POSTGRES_VARIABLE]
    name = f"clinic_{os.getpid()}_{uuid4().hex[:8]}"
    with psycopg.connect(_plain(server), autocommit=True) as link:
        link.execute(f"create database {name}".encode())
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_postgres_database(url: str) -> None:
    """Remove a database made by `create_postgres_database`."""
    name = make_url(url).database
    with psycopg.connect(_plain(os.environ[POSTGRES_VARIABLE]), autocommit=True) as link:
        link.execute(f"drop database if exists {name} with (force)".encode())


class Emptier:
    """Puts a database back to its empty state; real commits happen in every test."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            Base.metadata.create_all(db.engine)
            self.sqlite = db.engine.dialect.name == "sqlite"
            if self.sqlite:
                self.path = Path(str(db.engine.url.database))
                db.engine.dispose()
                self.prepared = self.path.with_suffix(".prepared")
                shutil.copy(self.path, self.prepared)

    def empty(self) -> None:
        """Forget every row."""
        with self.app.app_context():
            if self.sqlite:
                db.engine.dispose()
                for suffix in ("-wal", "-shm"):
                    Path(f"{self.path}{suffix}").unlink(missing_ok=True)
                shutil.copy(self.prepared, self.path)
                return
            names = [table.name for table in Base.metadata.sorted_tables]
            tables = ";".join(f'delete from "{name}"' for name in names)  # noqa: S608 - our own names
            with db.engine.connect() as link:
                # replica: steps over foreign keys and append-only triggers, in one round trip
                link.exec_driver_sql(f"set local session_replication_role=replica;{tables}")
                link.commit()
