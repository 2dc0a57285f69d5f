"""The worked examples, read from their table (worked_examples.txt)."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("worked_examples.txt")
FLAGS = {
    "J": "needs_clinician_judgement",
    "I": "incomplete_data",
    "C": "contradictory_data",
    "N": "not_crps",
    "U": "urgent_safety",
    "K": "ketamine_precaution",
    "M": "minor",
}
TIERS = {"RF-SUICIDE": "T0-S", "RF-WOUND-DEAD": "T1"}
GROUPS = ("sensory", "vasomotor", "sudomotor_edema", "motor_trophic")
PRECISION = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True)
class Example:
    """One row: its facts, and what must come out."""

    number: int
    facts: dict[str, Any]
    phases: list[int]
    by_time: list[int]
    by_treatment: list[int]
    confidence: str
    priority: int
    flags: list[str]
    details: list[str]
    next_date: tuple[str, list[int]] | None


def _date(text: str) -> dict[str, Any]:
    if text == "unknown":
        return {"precision": "unknown"}
    if text.startswith("before "):
        return {"precision": "before", "value": text.removeprefix("before "), "basis": "symptoms"}
    return {"precision": PRECISION[len(text)], "value": text, "basis": "symptoms"}


def _property(text: str) -> tuple[str, Any]:
    if re.fullmatch(r"p\d", text):
        return "pgic", int(text[1:])
    if text == "not_offered":
        return "status", text
    name, value = text.split(" ")
    if name == "relief":
        return "relief_weeks", float(value)
    return {"stop": "stop_reason"}.get(name, name), value


def _treatment(text: str) -> dict[str, Any]:
    match = re.fullmatch(r"(\w+)(?: (\d+))?(?: \((.*)\))?", text)
    assert match, text
    slug, weeks, notes = match.groups()
    found: dict[str, Any] = {"slug": slug, "status": "past"}
    if weeks:
        found["weeks"] = int(weeks)
    return found | dict(_property(note) for note in (notes or "").split(", ") if note)


def _red_flag(text: str) -> dict[str, str]:
    return {"code": text, "tier": TIERS[text], "state": "open"}


def _part(text: str, facts: dict[str, Any]) -> None:
    """Put one part of the shorthand into the facts."""
    word, _, rest = text.partition(" ")
    if text.startswith("K-"):
        facts["ketamine_answers"][text] = "yes"
    elif text.startswith("RF-"):
        facts["red_flags"].append(_red_flag(text))
    elif re.fullmatch(r"o\d", text):
        facts["overall_pgic"] = int(text[1:])
    elif text.startswith("symptom groups "):
        yes = int(rest.split()[-1])
        facts["symptom_groups"] = dict.fromkeys(GROUPS[:yes], "yes")
    elif text.startswith("episode on "):
        facts["current_episode_onset"] = _date(text.removeprefix("episode on "))
    elif word == "on":
        facts["onset"] = _date(rest)
    elif word == "tx" and rest != "none":
        facts["treatments"] = [_treatment(one) for one in rest.split(" + ")]
    elif word != "tx":
        names = {"dx": "diagnosis_status", "born": "date_of_birth", "list": "treatment_list"}
        name = {"symptom-free": "symptom_free_months"}.get(word, names.get(word, word))
        facts[name] = int(rest) if name == "symptom_free_months" else rest


def facts_of(shorthand: str) -> dict[str, Any]:
    """FACTS from the shorthand of the table."""
    facts: dict[str, Any] = {
        "schema_version": "1",
        "reference_date": "2026-03-31",
        "date_of_birth": "1979-05-02",
        "diagnosis_status": "confirmed",
        "treatment_list": "complete",
        "treatments": [],
        "red_flags": [],
        "ketamine_answers": {},
    }
    for text in re.split(r"; |(?<=K-EYE), ", shorthand):
        _part(text, facts)
    return facts


def _phases(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d", text)]


def _next_date(text: str) -> tuple[str, list[int]] | None:
    if text == "-":
        return None
    on, phases = text.split(" → ")
    return on, _phases(phases)


def _words(text: str) -> list[str]:
    return [] if text == "-" else re.split(r",? ", text)


def _example(line: str) -> Example:
    cells = [cell.strip() for cell in line.strip("|\n").split("|")]
    number, facts, phases, time, treatment, confidence, priority, flags, details, following = cells
    return Example(
        number=int(number),
        facts=facts_of(facts),
        phases=_phases(phases),
        by_time=_phases(time),
        by_treatment=_phases(treatment),
        confidence=confidence,
        priority=int(priority),
        flags=sorted(FLAGS[letter] for letter in _words(flags)),
        details=sorted(_words(details)),
        next_date=_next_date(following),
    )


@cache
def worked_examples() -> tuple[Example, ...]:
    """Every example of the table, in its order."""
    lines = SOURCE.read_text().splitlines()
    return tuple(_example(line) for line in lines if re.match(r"\| \d", line))
