"""Breaks the product on purpose, one patch at a time, in a copy; fails when the suite stays green.

Each `*.patch` beside this file starts with a line `tests: <pytest arguments>`: the tests that must notice.
`make break` runs them all; a patch that no longer applies is a failure, too.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import ROOT
from tests.support.databases import POSTGRES_VARIABLE
from tests.support.pg_server import Server

FOLDER = Path(__file__).parent
COPIED_NOT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "instance", "shots", ".mypy_cache", "__pycache__"
)
TESTS_FAILED = 1  # pytest's exit code for "some tests failed"; anything else is no proof


@dataclass(frozen=True)
class Verdict:
    """What came of one break."""

    name: str
    found: bool
    said: str


def copy_of_the_tree(target: Path) -> None:
    """The project as it stands, without what is installed or built, which is linked."""
    shutil.copytree(ROOT, target, ignore=COPIED_NOT, symlinks=True)


def try_break(patch: Path) -> Verdict:
    """Apply one patch to a copy and run the tests that must notice."""
    first, _, _ = patch.read_text().partition("\n")
    if not first.startswith("tests: "):
        return Verdict(patch.stem, found=False, said="its first line does not say `tests: ...`")
    with tempfile.TemporaryDirectory(prefix="break-") as folder:
        copy = Path(folder) / "project"
        copy_of_the_tree(copy)
        applied = subprocess.run(
            ["git", "apply", "--unsafe-paths", "--directory", str(copy), str(patch)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if applied.returncode != 0:
            return Verdict(patch.stem, found=False, said=f"does not apply: {applied.stderr.strip()}")
        command = [sys.executable, "-m", "pytest", "-n0", "-x", "-p", "no:cacheprovider"]
        ended = subprocess.run(
            [*command, *shlex.split(first.removeprefix("tests: "))],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
    return Verdict(patch.stem, found=ended.returncode == TESTS_FAILED, said=_said(ended))


def _said(ended: subprocess.CompletedProcess[str]) -> str:
    """The test that noticed, or the last that was heard."""
    lines = ended.stdout.strip().splitlines() or [ended.stderr.strip()]
    failed = [line for line in lines if line.startswith("FAILED ")]
    return (failed or lines)[-1].removeprefix("FAILED ")


def main() -> int:
    """0 when every break was found."""
    patches = sorted(FOLDER.glob("*.patch"))
    server = Server()
    os.environ[POSTGRES_VARIABLE] = server.url
    try:
        with ThreadPoolExecutor(2) as pool:
            verdicts = list(pool.map(try_break, patches))
    finally:
        server.stop()
    for verdict in verdicts:
        print(f"{'found' if verdict.found else 'MISSED':7} {verdict.name}: {verdict.said}")
    missed = [verdict for verdict in verdicts if not verdict.found]
    print(f"{len(verdicts) - len(missed)} of {len(verdicts)} breaks found")
    return 1 if missed or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
