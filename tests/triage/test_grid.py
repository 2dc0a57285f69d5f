"""Properties Q1 to Q5, Q8, Q11 and Q14 over the grid: a sample all day, every point when proving."""

import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import product
from multiprocessing import get_context
from random import Random
from types import MappingProxyType

import pytest

from clinic.triage.rules import phases
from clinic.triage.rules.codes import Trend
from clinic.triage.rules.table import DECISION_TABLE
from tests.support.proofs import note, proving
from tests.triage.grid import AXES, SIZE, Point, look, lower, slices
from tests.triage.properties import broken_at, broken_in

SAMPLE, SEED, CORES = 400, 20261, 2


def sampled(count: int) -> list[Point]:
    random = Random(SEED)
    return [Point._make(random.choice(axis) for axis in AXES) for _ in range(count)]


def telling() -> list[Point]:
    """Points without unknown answers, so that every cell of section 8 stands for itself."""
    axes = ((21, 100, 330, 500), (None, 8), (None, 8), ("-", "1 long", "2 long"), (False,), (1, 3, 4, 6))
    return [Point._make((*values, Trend.UNKNOWN, True, True)) for values in product(*axes)]


def test_properties_hold_on_a_sample() -> None:
    look.cache_clear()
    assert sum((broken_at(point) for point in [*sampled(SAMPLE), *telling()]), Counter[str]()) == {}


def test_properties_hold_on_the_whole_grid() -> None:
    parts = slices() if proving() else []
    begun = time.monotonic()
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(broken_in, parts))
    broken = sum((part for _, part in found), Counter[str]())
    points = sum(count for count, _ in found)
    note(
        "Triage grid",
        points=points,
        properties_broken=broken.total(),
        seconds=round(time.monotonic() - begun),
    )
    assert broken == {}
    assert points == (SIZE if proving() else 0)


@pytest.mark.parametrize(
    ("cell", "wrong", "named"),
    [
        (("B", "F0", "worse"), {1}, "Q2"),
        (("D", "F1", "none"), {2}, "Q3"),
        (("D", "F0", "none"), {1, 2}, "Q4"),
        (("D", "H1", "none"), {3}, "Q11"),
    ],
)
def test_a_wrong_cell_of_the_table_is_found(
    monkeypatch: pytest.MonkeyPatch, cell: tuple[str, str, str], wrong: set[int], named: str
) -> None:
    cells = MappingProxyType({**DECISION_TABLE.cells, cell: frozenset(wrong)})
    monkeypatch.setattr(phases, "DECISION_TABLE", replace(DECISION_TABLE, cells=cells))
    look.cache_clear()
    broken = sum((broken_at(point) for point in telling()), Counter[str]())
    look.cache_clear()
    assert broken[named]


def test_sets_compare_by_their_ends() -> None:
    """Q14: {1,2,3} compares like any other set; no phase does not compare."""
    one, all_three, three = frozenset({1}), frozenset({1, 2, 3}), frozenset({3})
    assert lower(three, all_three)
    assert not lower(one, all_three)
    assert not lower(three, frozenset())
