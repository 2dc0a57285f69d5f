"""One use case, one transaction."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.audit.models import AuditEvent
from clinic.audit.queries import broken_events
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from clinic.platform.transaction import locked_so_far, transaction


def write() -> None:
    record(Action.STAFF_SIGNED_IN, actor=Actor.system(), subject=("staff", None), now=now())


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def test_commits_all_of_a_use_case(app: Flask) -> None:
    with transaction():
        write()
        with transaction():
            write()
    assert count() == 2


def test_an_exception_leaves_nothing(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        write()
        raise ZeroDivisionError
    assert count() == 0


def test_a_swallowed_inner_failure_dooms_the_outer(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="swallowed"), transaction():
        write()
        with pytest.raises(ZeroDivisionError), transaction():
            raise ZeroDivisionError
    assert count() == 0


def test_audit_outside_a_transaction_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        write()


def test_audit_events_verify_and_cannot_be_changed(app: Flask) -> None:
    with transaction():
        write()
    assert broken_events() == []
    with pytest.raises(Exception, match="append-only"), transaction():
        for event in db.session.scalars(select(AuditEvent)):
            event.subject_kind = "other"
    assert count() == 1


def test_what_is_locked_is_remembered_to_the_end_of_the_use_case(app: Flask) -> None:
    with transaction():
        locked_so_far().add("this")
        with transaction():
            assert locked_so_far() == {"this"}
        savepoint = db.session.begin_nested()
        assert locked_so_far() == set(), "a savepoint gives its locks back"
        locked_so_far().add("that")
        savepoint.rollback()
        assert locked_so_far() == {"this"}
    assert locked_so_far() == set()
    with transaction():
        assert locked_so_far() == set()
