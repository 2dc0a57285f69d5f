"""Rules where the worked examples do not reach: trials, responses, edges of time, gates, recurrence."""

from datetime import date
from typing import Any

import pytest

from clinic.triage.rules import Outcome, RuleSettings, evaluate, parse_facts
from clinic.triage.rules.catalogue import CATALOGUE, read_catalogue
from clinic.triage.rules.codes import Answer
from clinic.triage.rules.dates import Interval, timing_of
from clinic.triage.rules.response import read_response
from clinic.triage.rules.table import DECISION_TABLE, read_table
from clinic.triage.rules.table import SOURCE as TABLE
from clinic.triage.rules.trials import counted_treatments, judge

SETTINGS = RuleSettings()
BASE: dict[str, Any] = {
    "schema_version": "1",
    "reference_date": "2026-03-31",
    "diagnosis_status": "confirmed",
    "onset": {"precision": "day", "value": "2025-07-29", "basis": "symptoms"},
    "treatment_list": "complete",
}


def outcome(**changes: Any) -> Outcome:
    return evaluate(parse_facts({**BASE, **changes}), flips=False)


def on(value: str, precision: str = "day", basis: str = "symptoms") -> dict[str, Any]:
    return {"precision": precision, "value": value, "basis": basis}


def tx(slug: str, weeks: float | None = None, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "status": "past", "weeks": weeks, **more}


FULL = [tx("gabapentin", 9), tx("pt", 9)]


@pytest.mark.parametrize(
    ("treatment", "too_short", "rule", "adequate"),
    [
        (tx("pt", 9, status="unsure"), False, "AT1", "unknown"),
        (tx("pt", 9, status="unsure"), True, "AT1", "no"),
        (tx("pt", 5, flare="yes", stated_adequate="yes"), False, "AT2", "no"),
        (tx("pt", 6, flare="yes"), False, "AT9", "yes"),
        (tx("gabapentin", 5, flare="yes"), False, "AT9", "yes"),
        (tx("gabapentin", 2, stop_reason="allergy", stated_adequate="no"), False, "AT3", "yes"),
        (tx("gabapentin", None, stop_reason="side_effects"), False, "AT3", "yes"),
        (tx("gabapentin", 4, stop_reason="side_effects", adherence="rarely"), False, "AT8", "unknown"),
        (tx("pt", 2, stop_reason="side_effects"), False, "AT7", "no"),
        (tx("pt", 20, stated_adequate="no"), False, "AT4", "no"),
        (tx("pt", None, stated_adequate="yes"), True, "AT5", "no"),
        (tx("pt", None, stated_adequate="yes"), False, "AT6", "yes"),
        (tx("pt", None), False, "AT6", "unknown"),
        (tx("pt", 0), False, "AT7", "no"),
        (tx("pt", 3.9, stated_adequate="yes"), False, "AT7", "no"),
        (tx("pt", 4, adherence="some"), False, "AT9", "yes"),
        (tx("pt", None, weeks_band="lt4"), False, "AT7", "no"),
        (tx("pt", None, weeks_band="4to6"), False, "AT9", "yes"),
        (tx("sympathetic_block", 0), False, "AT9", "yes"),
        (tx("sympathetic_block", 9, stated_adequate="no"), False, "AT4", "no"),
    ],
)
def test_the_first_trial_rule_that_fits_decides(
    treatment: dict[str, Any], too_short: bool, rule: str, adequate: str
) -> None:
    facts = parse_facts({**BASE, "treatments": [treatment]})
    trial = judge(counted_treatments(facts.treatments, SETTINGS)[0], too_short, SETTINGS)
    assert (trial.rule, trial.adequate) == (rule, Answer(adequate))


@pytest.mark.parametrize(
    ("overall", "treatment", "trend", "classes"),
    [
        (2, None, "worsening", "good worse !"),
        (3, None, "improving", "gradual"),
        (3, None, "unknown", "plateau"),
        (3, None, "worsening", "plateau worse !"),
        (None, 3, "worsening", "worse"),
        (4, None, "improving", "none"),
        (None, 4, "improving", "gradual"),
        (4, None, "worsening", "worse"),
        (6, None, "improving", "gradual worse !"),
        (None, 5, "fluctuating", "worse"),
        (None, None, "improving", "good gradual"),
        (None, None, "relapsed", "unknown"),
        (None, None, "worsening", "worse"),
        (1, 6, "stable", "good worse !"),
        (5, 2, "stable", "good worse !"),
    ],
)
def test_response_and_trend_combine(
    overall: int | None, treatment: int | None, trend: str, classes: str
) -> None:
    treatments = [tx("pt", 9, pgic=treatment)]
    facts = parse_facts({**BASE, "overall_pgic": overall, "trend": trend, "treatments": treatments})
    found = read_response(facts, counted_treatments(facts.treatments, SETTINGS), False, SETTINGS)
    assert " ".join(found.classes) + " !" * found.conflict == classes


@pytest.mark.parametrize(("relief", "wanted"), [(3, "none"), (None, "plateau"), (4, "good")])
def test_short_relief_from_a_block_is_no_change(relief: float | None, wanted: str) -> None:
    block = tx("sympathetic_block", 2, pgic=1, relief_weeks=relief)
    facts = parse_facts({**BASE, "treatments": [block]})
    counted = counted_treatments(facts.treatments, SETTINGS)
    assert read_response(facts, counted, False, SETTINGS).classes == (wanted,)


@pytest.mark.parametrize(
    ("onset", "reference", "bands", "rules"),
    [
        (date(2025, 8, 31), date(2025, 11, 30), "AB", "DT7"),
        (date(2025, 8, 30), date(2025, 11, 30), "B", ""),
        (date(2025, 8, 30), date(2025, 11, 29), "A", ""),
        (date(2025, 8, 31), date(2026, 2, 28), "BC", "DT6 DT7"),
        (date(2025, 9, 30), date(2026, 3, 30), "BC", "DT6"),
        (date(2025, 9, 30), date(2026, 3, 23), "BC", "DT5"),
        (date(2025, 9, 30), date(2026, 3, 22), "B", ""),
        (date(2024, 2, 29), date(2025, 2, 28), "CD", "DT7"),
        (date(2025, 3, 31), date(2026, 3, 31), "D", ""),
    ],
)
def test_bands_at_their_edges(onset: date, reference: date, bands: str, rules: str) -> None:
    timing = timing_of(Interval(onset, onset), reference, SETTINGS, 0)
    assert ("".join(timing.bands), " ".join(timing.rules)) == (bands, rules)


def test_a_long_treatment_rules_out_short_bands() -> None:
    year = outcome(onset=on("2025", "year"), treatments=[tx("pt", 27), tx("gabapentin", 9)], overall_pgic=2)
    assert {reading.band for reading in year.readings} == {"C", "D"}
    assert "DT8" in {reason.rule for reason in year.reasons}


def test_a_diagnosis_date_only_says_before() -> None:
    found = outcome(onset=on("2026-02-01", basis="diagnosis"), treatments=FULL, overall_pgic=4)
    assert {reading.band for reading in found.readings} == {"A", "B", "C", "D"}
    assert "ONSET_APPROX" in found.details


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"diagnosis_status": "other_diagnosis"}, "not_crps"),
        ({"diagnosis_status": "not_diagnosed", "symptom_groups": {"sensory": "yes"}}, "not_established"),
        ({"onset": {"precision": "range", "earliest": "2026-02-01", "latest": "2026-01-01"}}, "check_dates"),
        ({"onset": on("1970-01-01"), "date_of_birth": "1979-05-02"}, "check_dates"),
        ({"symptoms_now": "no"}, "remission"),
        (
            {"diagnosis_status": "suspected", "red_flags": [{"code": "RF-WOUND-DEAD", "tier": "T1"}]},
            "dead_tissue_first",
        ),
        ({"onset": None, "treatment_list": "unknown"}, "needs_information"),
    ],
)
def test_no_phase_says_why(changes: dict[str, Any], reason: str) -> None:
    found = outcome(**changes)
    assert (found.phases, found.no_phase_reason, found.confidence) == ((), reason, "none")


def test_three_alone_waits_for_the_diagnosis() -> None:
    care = {"onset": on("2024-01-10"), "treatments": [*FULL, tx("cbt", 20)], "overall_pgic": 4}
    groups = dict.fromkeys(("sensory", "vasomotor", "motor_trophic"), "yes")
    assert outcome(**care).phases == (3,)
    assert outcome(**care, diagnosis_status="suspected").phases == (2, 3)
    unsure = outcome(**care, diagnosis_status="unknown")
    assert unsure.phases == (2, 3)
    assert "incomplete_data" in unsure.flags
    undiagnosed = outcome(**care, diagnosis_status="not_diagnosed", symptom_groups=groups)
    assert undiagnosed.phases == (2,)
    assert {"not_crps", "incomplete_data", "needs_clinician_judgement"} <= set(undiagnosed.flags)


def test_the_clock_of_a_recurrence() -> None:
    gap = {"onset": on("2023-01-10"), "symptom_free_months": 30.5, "treatments": FULL, "overall_pgic": 4}
    dated = outcome(**gap, current_episode_onset=on("2026-02-01"))
    assert dated.by_time == (1,)
    undated = outcome(**gap)
    assert undated.by_time == (1, 2)
    assert "incomplete_data" in undated.flags
    impossible = outcome(**{**gap, "symptom_free_months": 60})
    assert impossible.by_time == (3,)
    assert "RECURRENCE" in impossible.details


def test_treatments_of_an_earlier_episode_are_left_out_but_never_advanced_ones() -> None:
    again = {"trend": "relapsed", "overall_pgic": 4, "current_episode_onset": on("2025-12-01")}
    ended = [tx("pt", 9, stop_reason="finished_course", pgic=2), tx("gabapentin", 9, episode="previous")]
    assert "UNTREATED" in outcome(**again, treatments=ended).details
    stimulator = outcome(**again, treatments=[*ended, tx("scs", 200, episode="previous")])
    assert "P3_PRIOR" in stimulator.details
    assert stimulator.phases == (1, 2)


def test_an_implant_is_advanced_treatment_unless_it_is_for_something_else() -> None:
    late = {"onset": on("2025-03-01")}
    assert outcome(**late, implants=[{"kind": "scs"}]).phases == (3,)
    assert outcome(**late, implants=[{"kind": "scs", "for_crps": "no"}]).phases == (1, 2)
    pump = outcome(**late, implants=[{"kind": "intrathecal_pump"}])
    assert pump.phases == (1, 2)
    assert "advanced_therapy_precaution" in pump.flags


def test_an_unsure_advanced_treatment_is_not_used() -> None:
    found = outcome(treatments=[*FULL, tx("scs", status="unsure")], overall_pgic=4)
    assert found.phases == (2,)
    assert "P3_UNSURE" in found.details
    assert "incomplete_data" in found.flags


def test_mirror_therapy_counts_for_phase_two_only_beside_pt_or_ot() -> None:
    late = {"onset": on("2025-01-10"), "overall_pgic": 4}
    alone = outcome(**late, treatments=[tx("gabapentin", 9), tx("mirror_therapy", 9)])
    beside = outcome(**late, treatments=[*FULL, tx("mirror_therapy", 9)])
    assert (alone.phases, beside.phases) == ((2, 3), (3,))


def test_every_row_of_the_catalogue_is_read() -> None:
    assert len(CATALOGUE) == 83
    assert sum(item.in_article for item in CATALOGUE.values()) == 33
    with pytest.raises(ValueError, match="unknown group"):
        read_catalogue(
            b'[x]\nname=""\nlabel=""\ncategory=""\nphases=[]\ncounts_for=["p4"]\nlines=[]\nin_article=true'
        )


def test_a_table_with_a_missing_cell_is_refused() -> None:
    text = TABLE.read_bytes()
    assert read_table(text) == DECISION_TABLE
    with pytest.raises(ValueError, match="band A, row Z"):
        read_table(text.replace(b"Z   = { good = [1], ", b"Z   = { ", 1))
    with pytest.raises(ValueError, match="not a set of phases"):
        read_table(text.replace(b"good = [1]", b"good = [1, 3]", 1))
