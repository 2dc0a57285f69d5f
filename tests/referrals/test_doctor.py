"""The doctor finds a referral without its run, facts that were changed, and rows nobody recorded."""

from sqlalchemy import text, update

from clinic.audit.models import AuditEvent
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals.models import Referral, TriageRun
from clinic.referrals.queries.doctor import doctor_checks
from tests.referrals.cast import Sent


def without_guards(statement: str) -> None:
    """Write past the append-only triggers, as somebody with the database file could."""
    with transaction():
        if db.engine.dialect.name == "sqlite":
            names = "select name from sqlite_master where type = 'trigger'"
            for name in db.session.scalars(text(names)).all():
                db.session.execute(text(f"drop trigger {name}"))
        else:
            db.session.execute(text("set local session_replication_role = replica"))
        db.session.execute(text(statement))


def test_a_sound_referral_has_no_problem(sent: Sent) -> None:
    assert doctor_checks() == []


def test_a_missing_run_is_found(sent: Sent) -> None:
    without_guards(f"delete from {TriageRun.__tablename__}")  # noqa: S608 - our own table
    assert [line for line in doctor_checks() if "never evaluated" in line]


def test_a_changed_hash_is_found(sent: Sent) -> None:
    without_guards("update triage_run set facts_hash = 'sha256:other'")
    assert [line for line in doctor_checks() if "not that of its facts" in line]


def test_a_missing_audit_event_is_found(sent: Sent) -> None:
    without_guards(f"delete from {AuditEvent.__tablename__}")  # noqa: S608 - our own table
    assert len([line for line in doctor_checks() if "no audit event" in line]) == 2


def test_a_phone_referral_needs_no_run(sent: Sent) -> None:
    with transaction():
        db.session.execute(update(Referral).values(source="phone", caller_reason="other", intake_id=None))
    without_guards("delete from triage_run")
    assert [line for line in doctor_checks() if "never evaluated" in line] == []
