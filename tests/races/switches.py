"""Negative controls: each guard can be taken away here, and only here, to see that a race would notice."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from clinic.kernel.permissions import Actor
from clinic.platform import transaction
from clinic.platform.extensions import db
from clinic.referrals.models import Referral
from clinic.referrals.rules import StaleDecision
from clinic.referrals.service import deciding, ending
from clinic.scheduling.models import Resource
from clinic.scheduling.service import placing


def turn_off_lock() -> None:
    """Check first, write later, with nothing held in between: what nearly everybody does.

    PostgreSQL: resources are read without FOR UPDATE. SQLite: the check runs before the write transaction.
    """
    for module, name, weak in (
        (placing, "lock", _only_look),
        (placing, "ensure_resource", _nothing),
        (placing, "_is_taken", _no),  # no guard, but it would hide for a while that none is there
        (placing, "_insert", _in_a_transaction_of_its_own(placing._insert)),
        (transaction, "_begin", _begin_deferred),
        (deciding, "locked", _look_first),
        (ending, "locked", _look_first),
    ):
        setattr(module, name, weak)


def drop_cell_key() -> None:
    """Take the primary key from the table of cells."""
    with db.engine.begin() as link:
        if link.dialect.name == "postgresql":
            link.execute(text("ALTER TABLE occupied_cell DROP CONSTRAINT pk_occupied_cell"))
            return
        link.execute(text("ALTER TABLE occupied_cell RENAME TO with_key"))
        link.execute(text("CREATE TABLE occupied_cell AS SELECT * FROM with_key"))
        link.execute(text("DROP TABLE with_key"))


def _look_first(reference: str, version: int | None, actor: Actor) -> Referral:
    """The version is compared with what was read before anything was held."""
    referral = db.session.scalars(select(Referral).where(Referral.reference == reference)).one()
    if referral.version != version:
        raise StaleDecision(version or 0, referral.version)
    link = db.session.connection()
    if link.dialect.name == "sqlite":
        link.exec_driver_sql("COMMIT")
        link.exec_driver_sql("BEGIN IMMEDIATE")
    return referral


def _only_look(
    patients: Iterable[UUID], clinicians: Iterable[UUID], locations: Iterable[UUID]
) -> dict[UUID, UUID]:
    chosen = select(Resource.owner_id, Resource.id).where(Resource.owner_id.in_({*patients, *clinicians}))
    return dict(db.session.execute(chosen).all())


def _nothing(*_: object) -> None:
    return None


def _no(*_: object) -> bool:
    return False


def _in_a_transaction_of_its_own(insert: Any) -> Any:
    def inserted(*given: Any) -> Any:
        link = db.session.connection()
        if link.dialect.name == "sqlite":
            link.exec_driver_sql("COMMIT")
            link.exec_driver_sql("BEGIN IMMEDIATE")
        return insert(*given)

    return inserted


def _begin_deferred() -> None:
    db.session.rollback()
    db.session.connection()
