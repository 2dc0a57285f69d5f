"""Production starts on an empty and on a real database, never on one that holds the demo people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.accounts.service import create_staff
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from clinic.platform.orm import Base
from clinic.web.demo import PASSWORD, sign_ins
from clinic.web.demo.staff import set_up_clinic
from config import BadSettings
from tests.support.app import build

PRODUCTION = {
    "environment": "production",
    "public_url": "https://visits.example.org",
    "clinic_phone": "205-867-5309",
    "mail_server": "mail.example.org",
    "mail_sender": "visits@clinic.example.org",
    "sqlite_synchronous": "FULL",
}


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """A file with tables and nothing in them; its address."""
    url = f"sqlite:///{folder / 'clinic.sqlite3'}"
    app = build(url, folder)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield url
        db.session.remove()
        db.engine.dispose()


def start(url: str, folder: Path) -> Flask:
    """The application as production starts it."""
    return build(url, folder, **PRODUCTION)


def test_it_starts_on_an_empty_database(tmp_path: Path) -> None:
    start(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path)


def test_it_starts_with_staff_of_its_own(tmp_path: Path) -> None:
    with database(tmp_path) as url:
        who = Actor.system()
        create_staff(
            "ada@clinic.example.org", "Ada", [Role.ADMIN], "plain words in a row", actor=who, now=now()
        )
        start(url, tmp_path)


def test_it_refuses_the_demo_people_in_one_sentence_that_says_what_to_set(tmp_path: Path) -> None:
    with database(tmp_path) as url:
        set_up_clinic(central_date(now()), now())
        with pytest.raises(BadSettings, match=r"demo data\. Set CLINIC_DATABASE_URL") as refused:
            start(url, tmp_path)
    assert "\n" not in str(refused.value)


def test_one_demo_account_that_was_left_behind_is_enough(tmp_path: Path) -> None:
    (_, email), *_ = sign_ins()
    with database(tmp_path) as url:
        create_staff(email, "Somebody", [Role.CLINICIAN], PASSWORD, actor=Actor.system(), now=now())
        with pytest.raises(BadSettings, match="demo data"):
            start(url, tmp_path)


def test_it_refuses_to_guess_when_the_database_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="does not answer"):
        start(f"sqlite:///{tmp_path / 'nowhere' / 'clinic.sqlite3'}", tmp_path)
