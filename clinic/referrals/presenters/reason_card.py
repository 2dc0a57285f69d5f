"""The reason card: what is suggested, by which axis, why, and what would change it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.referrals.presenters.answers import anchor_for_fact
from clinic.referrals.presenters.words import (
    CONFIDENCE_WORDS,
    DETAIL_WORDS,
    FLAG_WORDS,
    NO_PHASE_WORDS,
    PHASE_NAMES,
    phase_set,
)
from clinic.referrals.queries import RunRow
from clinic.triage.rules import CATALOGUE, NO_FLIP

TOP_REASONS, TOP_FLIPS = 3, 2
# What decided comes first, then time, response and ladder; the rest follows in the order of the rules.
_FIRST = ("PD", "GT", "VD", "DT", "RS", "TL")
_TREATMENT = re.compile(r"treatments\[(\d+)\]")
_NAMES = {
    "onset": "Start",
    "current_episode_onset": "Came back",
    "overall_pgic": "Change",
    "trend": "Trend",
    "diagnosis_status": "Diagnosis",
    "symptom_groups": "Signs",
    "symptoms_now": "Now",
    "symptom_free_months": "Gap",
    "spread": "Spread",
    "nothing_tried": "Tried",
    "treatment_list": "Tried",
    "treatments": "Tried",
    "implants": "Implants",
    "red_flags": "Safety answer",
    "date_of_birth": "Birth date",
}
_BANDS = {"A": "under 3 months", "B": "3 to 6 months", "C": "6 to 12 months", "D": "12 months or more"}
# What a fact links to that does not stand among the answers.
_ELSEWHERE = {"red_flags": "safety", "date_of_birth": "who"}


@dataclass(frozen=True, slots=True)
class FactLink:
    """Where a reason's fact can be seen."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason with the answers that it rests on."""

    text: str
    links: tuple[FactLink, ...]


@dataclass(frozen=True, slots=True)
class FlipLine:
    """One change and the set that it would give."""

    text: str
    to: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the answers."""

    when: str
    response: str
    row: str
    phases: str
    assumes: str


@dataclass(frozen=True, slots=True)
class ReasonCard:
    """Everything that the card shows."""

    suggested: str
    sure: str
    by_time: tuple[int, ...]
    by_treatment: tuple[int, ...]
    reasons: tuple[ReasonLine, ...]
    flips: tuple[FlipLine, ...]
    no_flip: str
    readings: tuple[Reading, ...]
    flags: tuple[str, ...]
    details: tuple[str, ...]
    rules: str
    config_hash: str


def reason_card(run: RunRow, visit: date | None = None) -> ReasonCard:
    """The card of one run, exactly as the run was stored; `visit` is the day of the booked visit."""
    told = run.outcome
    why_none = NO_PHASE_WORDS.get(told["no_phase_reason"] or "", "")
    readings = tuple(_reading(one) for one in told["readings"])
    return ReasonCard(
        suggested=phase_set(told["phases"]),
        sure=CONFIDENCE_WORDS[told["confidence"]] + (f": {why_none}" if why_none else ""),
        by_time=tuple(told["by_time"]),
        by_treatment=tuple(told["by_treatment"]),
        reasons=tuple(_reason(one, run) for one in sorted(told["reasons"], key=_weight)),
        flips=tuple(_flip(one, visit) for one in told["would_change_if"]),
        no_flip="" if told["would_change_if"] else NO_FLIP,
        readings=readings if len({one.phases for one in readings}) > 1 else (),
        flags=tuple(FLAG_WORDS.get(one, one) for one in told["flags"] if one != "urgent_safety"),
        details=tuple(DETAIL_WORDS[one] for one in told["details"] if one in DETAIL_WORDS),
        rules=f"Rules {run.rule_version}",
        config_hash=run.config_hash,
    )


def _flip(told: Mapping[str, Any], visit: date | None) -> FlipLine:
    """A change; for the day on which time alone moves the set, whether the booked visit comes first."""
    text = str(told["text"])
    if told["kind"] == "date" and visit is not None:
        before = date.fromisoformat(told["on"]) <= visit
        text += " That is before the booked visit." if before else " The booked visit is before that."
    return FlipLine(text, phase_set(told["phases"]))


def _weight(told: Mapping[str, Any]) -> int:
    group = str(told["rule"])[:2]
    return _FIRST.index(group) if group in _FIRST else len(_FIRST)


def _reason(told: Mapping[str, Any], run: RunRow) -> ReasonLine:
    links: dict[str, FactLink] = {}
    for path in told["facts"]:
        anchor = _ELSEWHERE.get(path.split(".")[0].split("[")[0]) or anchor_for_fact(path, run.sources)
        if anchor:
            links.setdefault(anchor, FactLink(_name(path, run.facts), anchor))
    return ReasonLine(told["text"], tuple(links.values()))


def _name(path: str, facts: Mapping[str, Any]) -> str:
    """A short name for what a path points to: a treatment by its name, anything else by its word."""
    found = _TREATMENT.match(path)
    if found and int(found.group(1)) < len(facts["treatments"]):
        return CATALOGUE[facts["treatments"][int(found.group(1))]["slug"]].name
    return _NAMES.get(path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0], "Answer")


def _reading(told: Mapping[str, Any]) -> Reading:
    return Reading(
        when=_BANDS.get(told["band"], "time not known"),
        response=str(told["response"]).replace("_", " "),
        row=told["row"],
        phases=" or ".join(PHASE_NAMES[phase] for phase in told["phases"]) or "none",
        assumes="; ".join(told["assumes"]) or "nothing",
    )
