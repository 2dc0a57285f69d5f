"""What the source must look like, whoever writes it."""

import ast
import re
import subprocess
import tomllib

import pytest

from clinic.audit.rules import Action
from tests.architecture.source import ROOT, functions, name_of, python_files, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
COMMITTERS = {"clinic/platform/transaction.py"}
CLOCKS = {"clinic/kernel/clock.py"}


def test_files_stay_short() -> None:
    long = {name_of(path): len(path.read_text().splitlines()) for path in python_files()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_functions_stay_short() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in python_files()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_only_one_file_commits() -> None:
    callers = {
        name_of(path)
        for path in python_files("clinic")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    datastore = {
        "clinic/accounts/datastore.py"
    }  # Flask-Security's name for the hook that calls transaction.py
    assert callers - datastore == COMMITTERS


def test_only_one_file_asks_the_time() -> None:
    askers = {
        name_of(path)
        for path in python_files("clinic")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    }
    assert askers == CLOCKS


def test_every_audit_action_is_emitted() -> None:
    text = "\n".join(path.read_text() for path in python_files("clinic") if "audit/rules" not in str(path))
    assert [action.name for action in Action if f"Action.{action.name}" not in text] == []


@pytest.mark.parametrize(
    "folder", [path for path in sorted((ROOT / "templates/email").glob("*")) if path.is_dir()]
)
def test_every_mail_has_three_parts(folder: object) -> None:
    parts = {path.name for path in (ROOT / str(folder)).iterdir()}
    assert {"subject.txt", "body.txt", "body.html"} <= parts


def test_templates_never_switch_escaping_off() -> None:
    guilty = [
        name_of(path)
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file() and re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())
    ]
    assert guilty == []


def test_declared_dependencies_are_the_locked_ones_with_reasons() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    for name, names in (
        ("requirements.in", project["dependencies"]),
        ("requirements-dev.in", project["optional-dependencies"]["dev"]),
    ):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("-")]
        assert lines == names
        for one in names:
            assert re.search(rf'"{re.escape(one)}",\s+# \w+', text), f"{one} has no reason"


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt", "package-lock.json"]
)
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "sha256:" in text or "sha512-" in text
    assert not re.search(r"https?://|file:", text)


def test_the_repository_names_no_path_of_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    guilty = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 1_000_000:
            text = path.read_bytes().decode(errors="ignore")
            if re.search(r"/wor[k]/|/root[/]|\.librar[y]/", text):
                guilty.append(name)
    assert guilty == []
