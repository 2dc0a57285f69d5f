"""The doctor asks everybody, and its exit code says whether all is well."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.utils import import_string

from clinic.web import doctor

CODE = Path(doctor.__file__).resolve().parents[1]


def test_every_slices_checks_are_asked() -> None:
    written = {
        ".".join(("clinic", *path.relative_to(CODE).with_suffix("").parts))
        for path in CODE.rglob("*.py")
        if "\ndef doctor_checks(" in path.read_text()
    }
    assert {path.partition(":")[0] for path in doctor.CHECKS} == written


def test_an_empty_installation_is_well(app: Flask) -> None:
    ended = app.test_cli_runner().invoke(args=["doctor"])
    assert ended.exit_code == 0, ended.output
    assert "No problem found" in ended.output


def test_problems_are_printed_and_end_with_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def ill(now: datetime) -> list[str]:
        return [f"a cell is shared since {now:%Y}"]

    monkeypatch.setattr(doctor, "import_string", lambda path: ill if "audit" in path else import_string(path))
    ended = app.test_cli_runner().invoke(args=["doctor"])
    assert ended.exit_code == 1
    assert "a cell is shared since 2026" in ended.output
