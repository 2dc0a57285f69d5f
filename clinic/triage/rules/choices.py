"""Every choice that the article leaves open ([D] in the rules); a clinician must agree before live use."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic.triage.rules import wording
from clinic.triage.rules.settings import LIMITS, RuleSettings

UNITS = {"weeks": "weeks", "days": "days", "months": "months", "age": "years"}
# Each setting, and the question about the article's text that it answers (triage rules, section 14).
SETTINGS: Mapping[str, tuple[str, str]] = {
    "p1_min_weeks": ("Phase One care counts after", "How long is “4-6 weeks”?"),
    "p1_firm_weeks": ("Phase One care counts without doubt after", "How long is “4-6 weeks”?"),
    "p2_min_weeks": ("Phase Two care counts after", "How long is “several months”?"),
    "p2_groups_min": ("Kinds of Phase Two care that make it comprehensive", "What is “comprehensive”?"),
    "groups_for_three": (
        "Kinds of Phase Two care before Phase Three, at 12 months or more",
        "Is Phase Two care that was only partly tried enough for Three?",
    ),
    "p1_needs_both": (
        "Phase One needs both therapy and pain relief",
        "Are therapy and pain management both needed?",
    ),
    "adequate_pgic_max": (
        "Largest answer about change that is a good response",
        "Is a minimal gain adequate?",
    ),
    "edge_days": ("A date this near the edge of a band is read both ways", "How exact is a remembered date?"),
    "recurrence_gap_months": ("A gap without symptoms that makes a new episode", "Relapse, or a bad spell?"),
    "overrun_weeks": (
        "A treatment may be this much longer than the illness",
        "How exact is a remembered length?",
    ),
    "block_relief_weeks": ("Relief after a block that is a good response", "When does relief last?"),
    "not_diagnosed_min_groups": ("Groups of signs before a diagnosis", "What to do before a diagnosis?"),
    "count_acetaminophen": ("Acetaminophen is Phase One pain relief", "Is it meant by the article?"),
    "p1_medicine_maybe": ("May be Phase One pain relief", "Are they meant by the article?"),
    "extra_counts": (
        "Treatments that the article does not name, and what they count for",
        "The clinic's own choice",
    ),
    "adult_age": ("Seen here from this age", "Majority in Alabama is 19"),
    "max_flips": ("Most answers listed under “What would change it”", "A matter of space"),
}
GROUPS: Mapping[str, str] = {
    "p1_medicine": "Phase One pain relief",
    "p1_rehab": "Phase One therapy",
    "p2_medicine": "Phase Two medicine",
    "p2_rehab": "Phase Two therapy",
    "p2_psych": "Phase Two psychological care",
    "p2_interventional": "Phase Two procedure",
    "p2_unnamed": "Phase Two care of an unnamed kind",
    "p3": "Advanced treatment",
}


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """One choice under certain settings: what it decides, its value in words, the question it settles."""

    key: str
    decides: str
    value: str
    settles: str
    given: str

    @property
    def digest(self) -> str:
        """Names the choice and its value: who agreed to another value has not agreed to this one."""
        return hashlib.sha256(f"{self.key}\0{self.given}".encode()).hexdigest()


# What the rules settle without a setting. Values of other slices are repeated here and compared in a test.
FIXED: tuple[tuple[str, str, str, str], ...] = (
    (
        "band_edges",
        "Edges of the bands of time",
        "3, 6 and 12 months",
        "Where exactly does “early” end, and where “long-standing” begin?",
    ),
    (
        "look_ahead",
        "DT5: a form sent shortly before 6 or 12 months is read in both bands",
        "At 6 and 12 months, not at 3",
        "The visit comes after the form: which band counts?",
    ),
    (
        "bias_guard",
        "Time alone never gives Phase Three",
        "Three needs a recorded reason besides time",
        "The article was written by a seller of Phase Three treatment: how is that balanced?",
    ),
    (
        "dead_tissue",
        "GT4: dead tissue while the diagnosis is not confirmed",
        "No phase; a clinician judges, and calls the same day",
        "Can “no better explanation” be assumed then?",
    ),
    (
        "older_care",
        "VD4: care that is longer than the illness",
        "No phase; the patient is asked which date or illness is meant",
        "Is it another condition, an earlier episode or a wrong date?",
    ),
    (
        "priority_order",
        "Order of the worklist",
        "Urgent, safety call, soon, standard, routine; then the longest wait",
        "Who is reviewed first?",
    ),
    (
        "see_by_days",
        "See-by days and booking window, by priority 1 to 5",
        "Same day by a call, same day by a call, 14 days, 30 days, 60 days",
        "How long may each priority wait?",
    ),
    (
        "blocking_tiers",
        "Urgent answers that stop self-service booking until a call",
        "T0, T0-S and T1",
        "Which answers need a call before a visit is booked?",
    ),
    (
        "not_sure_raises",
        "“I am not sure” about suicide or violence",
        "Raises the flag, as “yes” does",
        "Is a doubtful answer an urgent one?",
    ),
)


def open_choices(settings: RuleSettings) -> tuple[OpenChoice, ...]:
    """Every choice with its value under these settings: the settings in their order, then what has none."""
    plain = settings.as_json()
    return (
        *(
            OpenChoice(name, decides, said(name, plain[name]), settles, json.dumps(plain[name]))
            for name, (decides, settles) in SETTINGS.items()
        ),
        *(OpenChoice(key, decides, value, settles, value) for key, decides, value, settles in FIXED),
    )


def said(name: str, value: Any) -> str:
    """The value of a setting in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        unit = UNITS.get(name.rsplit("_", 1)[-1], "")
        return f"{value} {unit}".strip()
    shown = [
        wording.name(one) if isinstance(one, str) else f"{wording.name(one[0])}: {group(one[1])}"
        for one in value
    ]
    return ", ".join(shown) or "None"


def allowed(name: str, value: Any) -> str:
    """Which values a setting may have, in words."""
    if name in LIMITS:
        least, most = LIMITS[name]
        return f"{least} to {most}"
    return "Yes or no" if isinstance(value, bool) else "Treatments of the list below"


def group(name: str) -> str:
    """What a treatment counts for, in words; a trailing "?" means at most unknown."""
    found = GROUPS[name.removesuffix("?")]
    return f"perhaps {found}" if name.endswith("?") else found
