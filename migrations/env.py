"""Alembic's entry; the app gives the connection, so that PRAGMAs and BEGIN are the app's own."""

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

db = current_app.extensions["migrate"].db


def plain(kind, item, autogen):
    """Write what the database stores, never a class of ours: migrations outlive the code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


with db.engine.connect() as link:
    lite = link.dialect.name == "sqlite"
    context.configure(
        connection=link,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=plain,
        transaction_per_migration=True,
    )
    if lite:  # on the raw connection: inside a transaction the PRAGMA is silently ignored
        link.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    else:  # a request's limits are too short for a migration
        link.exec_driver_sql("SET statement_timeout = '15min'")
        link.commit()
    try:
        with context.begin_transaction():
            context.run_migrations()
        broken = link.exec_driver_sql("PRAGMA foreign_key_check").all() if lite else []
        if broken:
            raise RuntimeError(f"the migration leaves rows without their parents: {broken}")
    finally:  # or the pool hands out a connection without foreign keys
        link.rollback()
        if lite:
            link.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
