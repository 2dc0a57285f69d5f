"""Everything that is counted in thousands, on both databases; writes the figures to docs/proofs.md.

`make prove` runs every part and takes hours, `make prove PARTS="races crashes"` those named. A part that has
run replaces its own section of the page, so that one that is stopped takes nothing from the others.
"""

import argparse
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
PARTS = {
    "triage": "The triage rules",
    "scheduling": "Open times",
    "races": "Sixteen clients at once",
    "crashes": "Killed while desks book",
    "journeys": "Journeys in a browser",
}
HEAD = """# Proofs

Figures of the last `make prove`, part by part: what was enumerated, raced and killed, and what came out.
The run writes them itself. They show that the guards hold; they are no statement about capacity. How fast
bookings are, how far the goals are and where the time goes: [bench.md](bench.md), "How far the goals are".
"""


def main() -> int:
    """0 when everything held; every part that ran is in docs/proofs.md in either case."""
    asked = argparse.ArgumentParser(prog="make prove", description=__doc__)
    asked.add_argument("parts", nargs="*", help="|".join(PARTS))
    parts = asked.parse_args().parts or list(PARTS)
    if unknown := sorted(set(parts) - set(PARTS)):
        asked.error(f"no such part: {', '.join(unknown)}")
    return max(prove(part) for part in parts)


def prove(part: str) -> int:
    """Run one part for long and write its section."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        notes = Path(folder) / "notes.jsonl"
        notes.touch()
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", f"tests/{part}"],
            cwd=ROOT,
            env=os.environ | {"CLINIC_PROVE": "1", VARIABLE: str(notes)},
            check=False,
        )
        figures = [json.loads(line) for line in notes.read_text().splitlines()]
    minutes = (time.monotonic() - started) / 60
    write(part, section(part, figures, minutes, passed=ended.returncode == 0))
    print(f"{TARGET.relative_to(ROOT)}: {part} written", flush=True)
    return ended.returncode


def section(part: str, figures: list[dict[str, object]], minutes: float, *, passed: bool) -> str:
    """One part: when, on what, the outcome, one line a measurement."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    outcome = "everything held" if passed else "NOT everything held"
    lines = [f"## {PARTS[part]}", "", f"{today}; {machine}; {minutes:.0f} min; {outcome}."]
    if figures:
        lines += ["", "| what | figures |", "|---|---|"]
    for one in figures:
        held = one["figures"]
        assert isinstance(held, dict)
        said = ", ".join(f"{str(name).replace('_', ' ')} {value}" for name, value in held.items())
        lines.append(f"| {one['what']} | {said} |")
    return "\n".join(lines) + "\n"


def write(part: str, text: str) -> None:
    """Put the section in its place; the others stay as they are."""
    old = TARGET.read_text() if TARGET.exists() else HEAD
    held = {one.split("\n", 1)[0]: f"## {one.rstrip()}\n" for one in old.split("\n## ")[1:]}
    held[PARTS[part]] = text
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join([HEAD, *(held[title] for title in PARTS.values() if title in held)]))


if __name__ == "__main__":
    sys.exit(main())
