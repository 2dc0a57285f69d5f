"""Interleaved timing: both sides of a ratio in the same rounds, so that a noisy machine disturbs both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True)
class Ratio:
    """One line of the report: ours over the floor, with the two medians in milliseconds."""

    number: int
    what: str
    ours: float
    floor: float
    must: float
    goal: float

    @property
    def value(self) -> float:
        """How many times the floor."""
        return self.ours / self.floor

    def line(self) -> str:
        """As it is printed."""
        held = "must holds" if self.value <= self.must else "MUST MISSED"
        reached = ", goal reached" if self.value <= self.goal else ""
        sides = f"{self.ours:.3f} over {self.floor:.3f} ms"
        return (
            f"{self.number:>3}  {self.what:<52} {self.value:>8.2f}  "
            f"(must {self.must:g}, goal {self.goal:g}): {held}{reached}; {sides}"
        )


def interleaved(
    ours: Callable[[], object],
    floor: Callable[[], object],
    repeat: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Median milliseconds of one call of each, over rounds that alternate between them.

    `clock` counts seconds: on the wall, or `time.process_time` for what this process itself has worked.
    """
    samples: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for side, call in zip(samples, (ours, floor), strict=True):
            started = clock()
            for _ in range(repeat):
                call()
            side.append((clock() - started) / repeat * 1000)
    return statistics.median(samples[0]), statistics.median(samples[1])
