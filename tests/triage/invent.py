"""Invented FACTS of every kind, from a seed: any field may be unknown, wrong dates included."""

from datetime import date, timedelta
from random import Random
from typing import Any

from clinic.triage.rules import CATALOGUE
from clinic.triage.rules.codes import (
    KETAMINE_CODES,
    RED_FLAG_CODES,
    Adherence,
    Answer,
    Basis,
    Diagnosis,
    Episode,
    FlagState,
    ImplantKind,
    KetamineAnswer,
    ListState,
    Status,
    StopReason,
    Tier,
    Trend,
    WeeksBand,
)

REFERENCE = date(2026, 3, 31)
COUNTING = [slug for slug, item in CATALOGUE.items() if item.counts_for]
WORDS: dict[str, list[Any]] = {
    "status": [*Status, "current", "past", "past"],
    "weeks_band": list(WeeksBand),
    "stated_adequate": ["unknown", "unknown", *Answer],
    "adherence": [*Adherence, "unknown", "most"],
    "stop_reason": [None, None, None, *StopReason],
    "flare": ["unknown", "unknown", *Answer],
    "for_crps": ["unknown", "unknown", "yes", *Answer],
    "episode": list(Episode),
}


def a_date(random: Random) -> dict[str, Any]:
    """A date answer of any precision, mostly in the last three years."""
    day = REFERENCE - timedelta(days=random.choice([random.randint(0, 400), random.randint(-40, 1200)]))
    kind = random.choice(["day", "day", "month", "year", "range", "before", "unknown"])
    basis = random.choice([*Basis, "symptoms", "symptoms"])
    if kind == "range":
        last = day + timedelta(days=random.randint(-3, 200))
        limits = {"earliest": day.isoformat(), "latest": last.isoformat()}
        return {"precision": kind, **limits, "basis": basis}
    lengths = {"day": 10, "before": 10, "month": 7, "year": 4}
    value = None if kind == "unknown" else day.isoformat()[: lengths[kind]]
    return {"precision": kind, "value": value, "basis": basis}


def a_plain_trial(random: Random) -> dict[str, Any]:
    """A treatment of which the length is known and little else."""
    slug = random.choice(["gabapentin", "pt", "ot", "cbt", "topical", "mirror_therapy", "snri"])
    status, weeks = random.choice(["past", "current"]), random.choice([2, 4, 5, 8, 14, 20])
    return {"slug": slug, "status": status, "weeks": weeks, "pgic": random.choice([None, None, 1, 3, 4, 6])}


def a_treatment(random: Random) -> dict[str, Any]:
    """A treatment with any answers."""
    if random.random() < 0.6:
        return a_plain_trial(random)
    slug = random.choice(
        [random.choice(COUNTING), random.choice(["gabapentin", "pt"]), *list(CATALOGUE)[-2:]]
    )
    given = {name: random.choice(words) for name, words in WORDS.items()}
    weeks = random.choice([None, 0, 1, 3, 4, 5, 5.5, 6, 8, 12, 14, 30])
    relief = random.choice([None, 1, 4, 10])
    return {"slug": slug, **given, "weeks": weeks, "pgic": a_pgic(random), "relief_weeks": relief}


def a_pgic(random: Random) -> int | None:
    """An answer about change, or none."""
    return random.choice([None, None, 1, 2, 3, 4, 5, 6, 7])


def some_facts(random: Random) -> dict[str, Any]:
    """FACTS with any answers; gates and impossible dates are rarer than phases."""
    rare = random.random() < 0.15
    groups = ("sensory", "vasomotor", "sudomotor_edema", "motor_trophic")
    flags = random.sample(sorted(RED_FLAG_CODES), random.choice([0, 0, 1, 2]))
    asked = random.sample(sorted(KETAMINE_CODES), random.choice([0, 0, 2]))
    return {
        "schema_version": "1",
        "reference_date": REFERENCE.isoformat(),
        "date_of_birth": random.choice([None, "1979-05-02", "2008-08-15"]),
        "diagnosis_status": random.choice(list(Diagnosis) if rare else ["confirmed", "suspected"]),
        "symptom_groups": {group: random.choice([*Answer, "yes"]) for group in groups},
        "onset": a_date(random),
        "overall_pgic": a_pgic(random),
        "trend": random.choice(list(Trend) if rare else [*list(Trend)[:4], "unknown"]),
        "symptoms_now": random.choice(list(Answer) if rare else ["yes", "unknown"]),
        "symptom_free_months": random.choice([None, None, None, 0, 2.5, 3, 7.5]),
        "current_episode_onset": random.choice([None, a_date(random)]),
        "spread": random.choice(list(Answer)),
        "nothing_tried": random.choice(["unknown", "no", "no", "no", "yes"]),
        "treatment_list": random.choice([*ListState, "complete", "complete"]),
        "treatments": [a_treatment(random) for _ in range(random.choice([0, 1, 2, 3, 4, 5]))],
        "implants": [{"kind": random.choice(list(ImplantKind))} for _ in range(random.random() < 0.1)],
        "red_flags": [
            {"code": code, "tier": random.choice(list(Tier)), "state": random.choice(list(FlagState))}
            for code in flags
            if code != "RF-WOUND-DEAD" or rare
        ],
        "ketamine_answers": {code: random.choice(list(KetamineAnswer)) for code in asked},
    }
