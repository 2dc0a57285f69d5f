"""Adding staff and ending their access."""

from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_security.utils import hash_password
from sqlalchemy import select

from clinic import create_app
from clinic.accounts.models import Staff
from clinic.accounts.queries import clinicians, staff_by_email, staff_card, staff_name
from clinic.accounts.rules import Role
from clinic.accounts.service import create_staff, deactivate
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from tests.support.app import test_settings as settings_for_tests
from tests.support.staff import PASSWORD, add_staff

pytestmark = pytest.mark.usefixtures("app")


def recorded(action: Action) -> list[AuditEvent]:
    """Every event of this action."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_an_account_is_found_however_its_address_is_written() -> None:
    staff_id = add_staff(Role.CLINICIAN, email=" Ana.Okafor@Example.com ", name="Ana Okafor", title="MD")
    card = staff_by_email("ANA.okafor@example.COM")
    assert card is not None
    assert card.id == staff_id
    assert card.roles == (Role.CLINICIAN,)
    assert staff_name(staff_id) == "Ana Okafor, MD"


def test_the_password_is_kept_as_argon2_at_our_cost(tmp_path: Path) -> None:
    add_staff(Role.ADMIN)
    (kept,) = db.session.scalars(select(Staff.password))
    assert kept.startswith("$argon2id$v=19$")
    assert PASSWORD not in kept
    with create_app(settings_for_tests(f"sqlite:///{tmp_path / 'real'}", tmp_path)).app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_clinicians_are_the_active_ones_by_name() -> None:
    zoe = add_staff(Role.CLINICIAN, email="z@example.com", name="Zoe Ash")
    both = add_staff(Role.CLINICIAN, Role.ADMIN, email="b@example.com", name="bela Moor")
    gone = add_staff(Role.CLINICIAN, email="g@example.com", name="Gus Lee")
    add_staff(Role.FRONT_DESK, email="d@example.com", name="Dee Fox")
    deactivate(gone, actor=Actor.system(), now=now())
    assert [card.id for card in clinicians()] == [both, zoe]
    assert not staff_card(gone).active


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b@c"}, "email"),
        ({"email": "x\x00@example.com"}, "email"),
        ({"name": "  "}, "name"),
        ({"roles": set()}, "roles"),
        ({"password": "short"}, "password"),
    ],
)
def test_what_will_not_do_is_named_and_nothing_is_kept(change: dict[str, object], field: str) -> None:
    given = {"email": "a@example.com", "name": "A", "roles": {Role.ADMIN}, "password": PASSWORD} | change
    with pytest.raises(Invalid) as refused:
        create_staff(**given, actor=Actor.system(), now=now())  # type: ignore[arg-type]  # wrong on purpose
    assert refused.value.field == field
    assert db.session.scalars(select(Staff)).all() == []


def test_one_address_has_one_account() -> None:
    add_staff(Role.ADMIN, email="a@example.com")
    with pytest.raises(Invalid, match="there already"):
        add_staff(Role.CLINICIAN, email="A@example.com")
    assert len(recorded(Action.STAFF_ADDED)) == 1


def test_access_ends_once_and_is_recorded() -> None:
    staff_id = add_staff(Role.CLINICIAN)
    before = db.session.get_one(Staff, staff_id).fs_uniquifier
    deactivate(staff_id, actor=Actor.system(), now=now())
    assert db.session.get_one(Staff, staff_id).fs_uniquifier != before
    assert [event.subject_id for event in recorded(Action.STAFF_DEACTIVATED)] == [staff_id]
    with pytest.raises(Conflict):
        deactivate(staff_id, actor=Actor.system(), now=now())
    with pytest.raises(NotFound):
        deactivate(uuid4(), actor=Actor.system(), now=now())


def test_the_command_reads_the_password_from_standard_input(app: Flask) -> None:
    runner: FlaskCliRunner = app.test_cli_runner()
    ask = ["staff", "create", "dee@example.com", "Dee Fox", "--role", "front_desk", "--title", "RN"]
    refused = runner.invoke(args=ask, input="short\n")
    assert refused.exit_code == 1
    assert "15 characters" in refused.output
    done = runner.invoke(args=ask, input=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    db.session.rollback()
    card = staff_by_email("dee@example.com")
    assert card is not None
    assert card.full_name == "Dee Fox, RN"
    assert runner.invoke(args=["staff", "deactivate", "dee@example.com"]).exit_code == 0
    assert runner.invoke(args=["staff", "deactivate", "dee@example.com"]).exit_code == 1
    assert runner.invoke(args=["staff", "deactivate", "nobody@example.com"]).exit_code == 1


@pytest.mark.parametrize(
    ("name", "title", "full", "short"),
    [
        ("Ana Okafor", "MD", "Ana Okafor, MD", "Dr. Okafor"),
        ("Dr. Ana Okafor", "DO", "Dr. Ana Okafor", "Dr. Okafor"),
        ("Jo Marlow", "NP", "Jo Marlow, NP", "Marlow, NP"),
        ("Front desk, Auburn", "", "Front desk, Auburn", "Front desk, Auburn"),
    ],
)
def test_how_somebody_is_called(name: str, title: str, full: str, short: str) -> None:
    card = staff_card(add_staff(Role.CLINICIAN, name=name, title=title))
    assert (card.full_name, card.short_name) == (full, short)
