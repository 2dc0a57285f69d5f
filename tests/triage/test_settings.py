"""Every setting of the rules changes some outcome and the name of the configuration."""

from dataclasses import fields
from typing import Any

import pytest

from clinic.triage.rules import RuleSettings, evaluate, parse_facts
from tests.triage.test_rules import BASE, FULL, on, tx

EARLY, LATE = on("2026-02-03"), on("2024-12-15")
COMPREHENSIVE = [tx("gabapentin", 30), tx("pt", 30), tx("topical", 20), tx("cbt", 20)]
CHANGES: dict[str, tuple[Any, dict[str, Any]]] = {
    "p1_min_weeks": (6, {"onset": LATE, "treatments": [tx("nsaid", 8), tx("pt", 5)], "overall_pgic": 4}),
    "p1_firm_weeks": (4, {"onset": EARLY, "treatments": [tx("nsaid", 8), tx("pt", 4)], "overall_pgic": 4}),
    "p2_min_weeks": (26, {"treatments": COMPREHENSIVE, "overall_pgic": 4}),
    "p2_groups_min": (3, {"treatments": COMPREHENSIVE, "overall_pgic": 4}),
    "groups_for_three": (2, {"onset": LATE, "treatments": [*FULL, tx("cbt", 9)], "overall_pgic": 4}),
    "p1_needs_both": (False, {"onset": LATE, "treatments": [tx("pt", 9)], "overall_pgic": 4}),
    "adequate_pgic_max": (3, {"onset": LATE, "treatments": COMPREHENSIVE, "overall_pgic": 3}),
    "edge_days": (0, {"onset": on("2025-10-04"), "treatments": FULL, "overall_pgic": 2}),
    "recurrence_gap_months": (2, {"symptom_free_months": 2, "current_episode_onset": EARLY}),
    "overrun_weeks": (0, {"onset": on("2026-01-27"), "treatments": [tx("cbt", 11)]}),
    "block_relief_weeks": (
        12,
        {"onset": LATE, "treatments": [*FULL, tx("sympathetic_block", 1, pgic=1, relief_weeks=10)]},
    ),
    "not_diagnosed_min_groups": (
        4,
        {
            "diagnosis_status": "not_diagnosed",
            "symptom_groups": dict.fromkeys(("sensory", "vasomotor", "motor_trophic"), "yes"),
        },
    ),
    "count_acetaminophen": (False, {"treatments": [tx("acetaminophen", 9)], "overall_pgic": 4}),
    "p1_medicine_maybe": ((), {"treatments": [tx("snri", 9)], "overall_pgic": 4}),
    "extra_counts": ((("tens", "p1_rehab"),), {"treatments": [tx("tens", 9)], "overall_pgic": 4}),
    "adult_age": (18, {"date_of_birth": "2008-01-15"}),
    "max_flips": (1, {"treatments": FULL, "overall_pgic": 4}),
}


def test_every_setting_is_covered() -> None:
    assert set(CHANGES) == {one.name for one in fields(RuleSettings)}


@pytest.mark.parametrize("name", CHANGES)
def test_each_setting_changes_an_outcome_and_the_hash(name: str) -> None:
    value, changes = CHANGES[name]
    settings = RuleSettings(**{name: value})
    facts = parse_facts({**BASE, **changes})
    before, after = evaluate(facts).as_json(), evaluate(facts, settings).as_json()
    assert before.pop("config_hash") != after.pop("config_hash")
    assert before != after
    assert list(settings.changed()) == [name]


def test_p1_medicine_maybe_can_become_a_full_one() -> None:
    facts = parse_facts(
        {**BASE, "onset": LATE, "treatments": [tx("snri", 30), tx("pt", 30)], "overall_pgic": 4}
    )
    moved = evaluate(facts, RuleSettings(extra_counts=(("snri", "p1_medicine"),)))
    assert "incomplete_data" in evaluate(facts).flags
    assert "incomplete_data" not in moved.flags


@pytest.mark.parametrize(
    "wrong",
    [
        {"p1_min_weeks": 7},
        {"p1_firm_weeks": 13},
        {"p2_min_weeks": 5},
        {"edge_days": -1},
        {"edge_days": 31},
        {"edge_days": 7.0},
        {"p2_groups_min": True},
        {"p1_medicine_maybe": ("nothing",)},
        {"extra_counts": (("pt", "p3"),)},
        {"extra_counts": (("tens", "p4"),)},
    ],
)
def test_other_configurations_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RuleSettings(**wrong)


def test_the_order_of_lists_does_not_make_another_configuration() -> None:
    one = RuleSettings(p1_medicine_maybe=("snri", "other_anticonvulsant"))
    assert one.config_hash == RuleSettings().config_hash
