"""What a trace costs: one referral evaluated with every reason, over finding its cell by hand."""

import time
from bisect import bisect
from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.timing import Ratio, interleaved
from clinic.triage.rules import evaluate, parse_facts
from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.phases import decide
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.table import BANDS, DECISION_TABLE
from tests.referrals.cast import PLAIN

SETTINGS = RuleSettings()
Cell = tuple[str, str, str]


def triage_lines() -> Iterator[str]:
    """Goal 12, and the flips beside it, for answers that leave nothing open."""
    facts = parse_facts(PLAIN)
    (look,) = decide(facts, SETTINGS).looks
    assert [(look.band, cell.row, cell.response) for cell in look.cells] == [by_hand(PLAIN)]

    def trace() -> None:
        evaluate(facts, SETTINGS, flips=False)

    # What this process works: the floor is so short that no other work ever comes between its calls.
    ours, floor = interleaved(trace, lambda: DECISION_TABLE.cells[by_hand(PLAIN)], 100, time.process_time)
    yield Ratio(12, "triage with its trace over finding the cell by hand", ours, floor, 200, 50).line()
    flips, alone = interleaved(lambda: evaluate(facts, SETTINGS), trace, 20, time.process_time)
    yield Ratio(12, "triage with its flips over without", flips, alone, 50, 50).line()


def by_hand(told: dict[str, Any]) -> Cell:
    """Band, row and response as somebody would read them off complete answers, without saying why."""
    today, start = date.fromisoformat(told["reference_date"]), date.fromisoformat(told["onset"]["value"])
    months = (today.year - start.year) * 12 + today.month - start.month - (today.day < start.day)
    kinds: set[str] = set()
    groups: set[str] = set()
    for one in told["treatments"]:
        known = CATALOGUE[one["slug"]]
        if one["weeks"] >= SETTINGS.p1_min_weeks:
            kinds.update(known.counts_for)
        if 2 in known.phases and one["weeks"] >= SETTINGS.p2_min_weeks:
            groups.add(known.category)
    row = "Z" if not kinds else "H0" if len(kinds) == 1 else "FC" if len(groups) >= 2 else "F1"
    return BANDS[bisect((3, 6, 12), months)], row, "good" if told["overall_pgic"] <= 2 else "plateau"
