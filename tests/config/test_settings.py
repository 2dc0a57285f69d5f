"""A wrong setting stops the start with one sentence that says what to set."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import BadSettings, load_settings
from tests.architecture.source import ROOT
from tests.support.app import random_key


def production(**changes: object) -> dict[str, object]:
    """Settings with which production starts."""
    good: dict[str, object] = {
        "environment": "production",
        "secret_key": base64.b64encode(os.urandom(48)).decode(),
        "field_keys": f"1:{random_key()}",
        "index_key": random_key(),
        "public_url": "https://visits.clinic.test",
        "database_url": "postgresql+psycopg://clinic@/clinic",
        "safety_contacts": ["on-call@clinic.test"],
        "mail_server": "mail.clinic.test",
        "mail_sender": "visits@clinic.test",
        "clinic_phone": "205-444-0000",
    }
    return good | changes


def test_production_starts_with_good_settings() -> None:
    assert load_settings(**production()).environment == "production"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"secret_key": ""}, "CLINIC_SECRET_KEY"),
        ({"secret_key": "short"}, "CLINIC_SECRET_KEY"),
        ({"field_keys": ""}, "CLINIC_FIELD_KEYS"),
        ({"field_keys": "1:notbase64"}, "CLINIC_FIELD_KEYS"),
        ({"field_keys": "1:" + base64.b64encode(b"a" * 32).decode()}, "CLINIC_FIELD_KEYS"),
        ({"index_key": ""}, "CLINIC_INDEX_KEY"),
        ({"public_url": "http://visits.clinic.test"}, "CLINIC_PUBLIC_URL"),
        ({"debug": True}, "CLINIC_DEBUG"),
        ({"safety_contacts": ""}, "CLINIC_SAFETY_CONTACTS"),
        ({"mail_server": ""}, "CLINIC_MAIL_SERVER"),
        ({"mail_use_tls": False}, "CLINIC_MAIL_USE_TLS"),
        ({"mail_sender": "visits@example.com"}, "CLINIC_MAIL_SENDER"),
        ({"clinic_phone": "205-555-0142"}, "CLINIC_CLINIC_PHONE"),
        ({"sqlite_synchronous": "OFF"}, "CLINIC_SQLITE_SYNCHRONOUS"),
        ({"environment": "staging"}, "CLINIC_ENVIRONMENT"),
        ({"mail_port": "mail"}, "CLINIC_MAIL_PORT"),
    ],
)
def test_production_refuses_and_names_what_to_set(changes: dict[str, object], name: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load_settings(**production(**changes))
    sentence = str(refused.value)
    assert name in sentence
    assert "\n" not in sentence


def test_production_reads_no_key_from_the_instance_folder(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key").write_text("k" * 64)
    with pytest.raises(BadSettings, match="CLINIC_SECRET_KEY"):
        load_settings(**production(secret_key="", instance_dir=tmp_path))


def test_secrets_never_show_in_a_settings_object() -> None:
    held = load_settings(**production())
    assert held.secret_key.get_secret_value() not in repr(held)


def test_the_environment_is_read_and_a_bad_one_ends_the_process_with_one_line() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CLINIC_")}
    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=bare | {"CLINIC_ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert ended.stderr.strip().count("\n") == 0
    assert "CLINIC_SECRET_KEY" in ended.stderr
