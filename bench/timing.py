"""Interleaved timing: both sides of a ratio in the same rounds, so that a noisy machine disturbs both."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROUNDS = 7
# On a machine that is busy with other things a part ends sooner, with the rounds that it has.
SECONDS, FEWEST = 100, 3


@dataclass(frozen=True)
class Ratio:
    """One line of the report: ours over the floor. `at_least`: a rate, of which more is better."""

    number: int
    what: str
    ours: float
    floor: float
    must: float
    goal: float
    at_least: bool = False
    unit: str = "ms"

    @property
    def value(self) -> float:
        """How many times the floor."""
        return self.ours / self.floor

    def line(self) -> str:
        """As it is printed."""
        held = "must holds" if self._keeps(self.must) else "MUST MISSED"
        reached = ", goal reached" if self._keeps(self.goal) else ""
        sides = f"{self.ours:.3f} over {self.floor:.3f} {self.unit}"
        return (
            f"{self.number:>3}  {self.what:<52} {self.value:>8.2f}  "
            f"(must {self.must:g}, goal {self.goal:g}): {held}{reached}; {sides}"
        )

    def _keeps(self, bound: float) -> bool:
        return self.value >= bound if self.at_least else self.value <= bound


def interleaved(
    ours: Callable[[], object],
    floor: Callable[[], object],
    repeat: int,
    clock: Callable[[], float] = time.perf_counter,
    rounds: int = ROUNDS,
) -> tuple[float, float]:
    """Median milliseconds of one call of each, over rounds that alternate between them.

    `clock` counts seconds: on the wall, or `time.process_time` for what this process itself has worked.
    """

    def once(call: Callable[[], object]) -> float:
        started = clock()
        for _ in range(repeat):
            call()
        return (clock() - started) / repeat * 1000

    sides = in_turn([lambda: once(ours), lambda: once(floor)], rounds)
    return sides[0], sides[1]


def in_turn(measures: list[Callable[[], float]], rounds: int = ROUNDS) -> list[float]:
    """The median of each measure, over rounds in which they take turns."""
    samples: list[list[float]] = [[] for _ in measures]
    for _ in bounded(rounds):
        for side, measure in zip(samples, measures, strict=True):
            side.append(measure())
    return [statistics.median(side) for side in samples]


def bounded(rounds: int) -> Iterator[int]:
    """The numbers of that many rounds, or of as many as fit into the time, but of `FEWEST`."""
    began = time.monotonic()
    for number in range(rounds):
        if number >= FEWEST and time.monotonic() - began > SECONDS:
            return
        yield number


def percentile(samples: list[float], part: float) -> float:
    """The sample below which that part of all lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _busy() -> float:
    """Seconds that all cores together have worked since the machine was started (Linux)."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _, _, irq, soft, *_ = map(int, stat.read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    """Seconds that this process and its ended children have worked."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


@dataclass(frozen=True)
class Foreign:
    """How long something took, and how much of the machine other work had meanwhile."""

    started: float = field(default_factory=time.monotonic)
    busy: float = field(default_factory=_busy)
    own: float = field(default_factory=_own)

    def told(self) -> str:
        """In words, once all children have ended."""
        seconds = time.monotonic() - self.started
        other = max(0.0, (_busy() - self.busy) - (_own() - self.own)) / seconds / (os.cpu_count() or 1)
        return f"{seconds:.0f} s, other work took {other:.0%} of the machine"
