"""Is the database at the revision that this code expects?"""

from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from clinic.platform.extensions import db, settings


def is_current() -> bool:
    """Does the database stand at the newest migration?"""
    with db.engine.connect() as link:
        found = MigrationContext.configure(link).get_current_heads()
    return set(found) == _expected(str(settings().project_root / "migrations"))


@cache
def _expected(folder: str) -> frozenset[str]:
    return frozenset(ScriptDirectory(folder).get_heads())
