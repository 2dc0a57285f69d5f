"""What a kept run says of each treatment and implant: read from its reasons, never judged again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_PLACE = re.compile(r"(treatments|implants)\[(\d+)\]\.(\w+)")


class Verdict(StrEnum):
    """Was it tried long enough, or why is that not asked of it?"""

    LONG = "long"
    SHORT = "short"
    UNSURE = "unsure"
    ADVANCED = "advanced"  # received is enough (TL9)
    NOT_COUNTED = "not_counted"  # listed, but it counts for no phase (TL10)
    EARLIER = "earlier"  # of an earlier episode (VD10)
    NOT_JUDGED = "not_judged"  # the run ended before it came to trials


@dataclass(frozen=True, slots=True)
class Told:
    """One verdict with the sentence of the run; the sentence is empty where it names several treatments."""

    verdict: Verdict
    sentence: str = ""


NOT_JUDGED = Told(Verdict.NOT_JUDGED)
# AT1 excludes or leaves open; its sentence says only that it is not sure, and so does this.
_TRIALS = {
    "AT1": Verdict.UNSURE,
    "AT2": Verdict.SHORT,
    "AT3": Verdict.LONG,
    "AT4": Verdict.SHORT,
    "AT5": Verdict.SHORT,
    "AT7": Verdict.SHORT,
    "AT8": Verdict.UNSURE,
    "AT9": Verdict.LONG,
}
# Rule and field that it names -> verdict. Where a reason names another field, it says something else.
_OTHERS = {
    ("TL9", "slug"): Verdict.ADVANCED,
    ("TL9", "kind"): Verdict.ADVANCED,
    ("TL9", "status"): Verdict.UNSURE,
    ("TL10", "slug"): Verdict.NOT_COUNTED,
    ("VD10", "episode"): Verdict.EARLIER,
}


def told_of(reasons: Iterable[Mapping[str, Any]], facts: Mapping[str, Any]) -> dict[tuple[str, int], Told]:
    """Every verdict by list ("treatments" or "implants") and place in it; `reasons` and `facts` as kept."""
    found: dict[tuple[str, int], Told] = {}
    for reason in reasons:
        rule = str(reason["rule"])
        for kind, index, field in _PLACE.findall(" ".join(reason["facts"])):
            place = kind, int(index)
            if rule.startswith("AT"):
                found[place] = Told(_trial(rule, facts["treatments"][int(index)]), str(reason["text"]))
            elif (rule, field) in _OTHERS:
                found.setdefault(place, Told(_OTHERS[rule, field]))
    return found


def _trial(rule: str, treatment: Mapping[str, Any]) -> Verdict:
    if rule == "AT6":
        return Verdict.LONG if treatment.get("stated_adequate") == "yes" else Verdict.UNSURE
    return _TRIALS.get(rule, Verdict.UNSURE)
