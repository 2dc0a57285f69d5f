"""Everything that is counted in thousands, on both databases; writes the figures to docs/proofs.md."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.architecture.source import ROOT
from tests.support.proofs import VARIABLE

TARGET = ROOT / "docs/proofs.md"
SUITES = ("tests/triage", "tests/scheduling", "tests/races", "tests/crashes", "tests/journeys")
HEAD = """# Proofs

Figures of the last `make prove`: what was raced, killed and enumerated, and what came out. Written by the run
itself. They show that the guards hold; they are no statement about capacity.

"""


def main() -> int:
    """0 when everything held; docs/proofs.md is written in either case."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        notes = Path(folder) / "notes.jsonl"
        notes.touch()
        suites = [name for name in SUITES if (ROOT / name).exists()]
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *suites],
            cwd=ROOT,
            env=os.environ | {"CLINIC_PROVE": "1", VARIABLE: str(notes)},
            check=False,
        )
        figures = [json.loads(line) for line in notes.read_text().splitlines()]
    minutes = (time.monotonic() - started) / 60
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(figures, minutes, passed=ended.returncode == 0))
    print(f"{TARGET.relative_to(ROOT)} written")
    return ended.returncode


def page(figures: list[dict[str, object]], minutes: float, *, passed: bool) -> str:
    """The page: when, on what, the outcome, one line a measurement."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    outcome = "everything held" if passed else "NOT everything held"
    lines = [f"{today}; {machine}; {minutes:.0f} minutes; {outcome}.", "", "| what | figures |", "|---|---|"]
    for one in figures:
        held = one["figures"]
        assert isinstance(held, dict)
        said = ", ".join(f"{str(name).replace('_', ' ')} {value}" for name, value in held.items())
        lines.append(f"| {one['what']} | {said} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
