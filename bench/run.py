"""`make bench`: the speed of what matters, as ratios within one run. Nothing here fails a test.

Each line names the number of its goal, the ratio, and whether it holds. `--rows` is the number of past visits
and of referrals (100,000 unless told otherwise); the databases are of the run. `parts` names what to measure.
"""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.booking import booking_lines
from bench.contest import contest_lines
from bench.house import house, postgres, temporary
from bench.search import search_lines
from bench.tail import tail_lines
from bench.timing import Foreign, Ratio, interleaved
from bench.triage import triage_lines
from bench.worklist import worklist_lines


def on_postgresql(rows: int) -> Iterator[str]:
    """Goals 1, 2, 4 and 5."""
    with temporary() as folder, postgres() as (url,), house(url, Path(folder), rows) as held:
        yield from booking_lines(held, Path(folder))
        yield from contest_lines(held, Path(folder), "postgresql")


def on_sqlite(rows: int) -> Iterator[str]:
    """Goals 4, 5 and 13."""
    with temporary() as folder, house(f"sqlite:///{folder}/clinic.sqlite3", Path(folder), rows) as held:
        yield from contest_lines(held, Path(folder), "sqlite")
        yield from tail_lines(held, Path(folder))


def import_lines(_: int) -> Iterator[str]:
    """Goal 14: starting the application, over importing the libraries that it cannot do without."""

    def started(code: str) -> object:
        return subprocess.run(  # noqa: S603 - our own two lines of code
            [sys.executable, "-c", code], check=True, capture_output=True
        )

    ours, floor = interleaved(
        lambda: started("import clinic"), lambda: started("import flask, sqlalchemy.orm, psycopg"), 1
    )
    yield Ratio(14, "importing the application over its libraries", ours, floor, 2.0, 1.5).line()


PARTS: dict[str, Callable[[int], Iterator[str]]] = {
    "booking": on_postgresql,
    "sqlite": on_sqlite,
    "search": search_lines,
    "import": import_lines,
    "triage": lambda _: triage_lines(),
    "worklist": worklist_lines,
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("parts", nargs="*", help="|".join(PARTS))
    asked = parser.parse_args()
    if unknown := sorted(set(asked.parts) - set(PARTS)):
        parser.error(f"no such part: {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # servers end with the run, however it ends
    for name in asked.parts or PARTS:
        part = Foreign()
        for line in PARTS[name](asked.rows):
            print(line, flush=True)
        print(f"     ({name}: {part.told()})", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
