"""Facts into the story that the time line draws, and the same story as rows of a table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clinic.kernel.clock import central_date
from clinic.referrals.rules import onset_span
from clinic.referrals.timeline import Onset, Response, Story, Treatment
from clinic.scheduling.queries import AppointmentCard
from clinic.triage.rules import CATALOGUE

# Lower and upper end of a ticked band, in weeks.
_BANDS: Mapping[str, tuple[float, float | None]] = {
    "lt4": (0, 4),
    "4to6": (4, 6),
    "6to12": (6, 12),
    "12to26": (12, 26),
    "ge26": (26, None),
    "unknown": (0, None),
}
_BAND_WORDS = {
    "lt4": "under 4 weeks",
    "4to6": "4 to 6 weeks",
    "6to12": "6 to 12 weeks",
    "12to26": "3 to 6 months",
    "ge26": "6 months or more",
    "unknown": "length not known",
}
CHANGE_WORDS: Mapping[int | None, tuple[Response, str]] = {
    1: (Response.MUCH, "Very much better"),
    2: (Response.MUCH, "Much better"),
    3: (Response.LITTLE, "A little better"),
    4: (Response.NONE, "No change"),
    5: (Response.WORSE, "A little worse"),
    6: (Response.WORSE, "Much worse"),
    7: (Response.WORSE, "Very much worse"),
    None: (Response.UNKNOWN, "Not known"),
}
_STOPPED = {
    "did_not_help": "did not help enough",
    "side_effects": "side effects",
    "allergy": "allergic reaction",
    "finished_course": "finished as planned",
    "cost_insurance": "cost or insurance",
    "travel_access": "too hard to get there",
    "own_choice": "own choice",
    "pregnancy_plan": "pregnancy",
    "other": "another reason",
}
_REGULAR = {"most": "most weeks", "some": "some weeks", "rarely": "rarely"}
# The form asks for a band and stores its lower end.
_RELIEF: Mapping[float, str] = {
    0.5: "hours or days",
    1: "1 to 3 weeks",
    4: "4 to 11 weeks",
    12: "3 months or more",
}
_PROCEDURES = ("interventional", "infusion", "surgery")
_HAD = ("current", "past", "unsure")


def story_of(facts: Mapping[str, Any], *, today: date, visit: AppointmentCard | None) -> Story:
    """The story of one referral; what was planned, declined or had for something else is not drawn."""
    span = onset_span(facts)
    return Story(
        onset=Onset(span.earliest, span.latest, span.words) if span else None,
        today=today,
        visit=central_date(visit.start_at) if visit else None,
        treatments=tuple(_treatment(one) for one in facts["treatments"] if _was_had(one)),
    )


def _was_had(told: Mapping[str, Any]) -> bool:
    return told["status"] in _HAD and told.get("for_crps") != "no"


def _treatment(told: Mapping[str, Any]) -> Treatment:
    item = CATALOGUE[told["slug"]]
    is_procedure = item.category.split("/")[0] in _PROCEDURES or bool(told.get("procedures_count"))
    response, word = CHANGE_WORDS[told.get("pgic")]
    least, most = _length(told)
    return Treatment(
        name=item.name,
        under_name=_how_long(told, is_procedure=is_procedure),
        response=response,
        word=word,
        under_word=_how_it_stands(told),
        least=least,
        most=most,
        ongoing=told["status"] == "current" and not is_procedure,
        occasions=told.get("procedures_count"),
        is_procedure=is_procedure,
    )


def _length(told: Mapping[str, Any]) -> tuple[float, float | None]:
    if told.get("weeks") is not None:
        return float(told["weeks"]), float(told["weeks"])
    return _BANDS[told.get("weeks_band") or "unknown"]


def _how_long(told: Mapping[str, Any], *, is_procedure: bool) -> str:
    parts = []
    count = told.get("procedures_count")
    if is_procedure:
        parts.append(f"{count} time{'' if count == 1 else 's'}" if count else "count not known")
    elif told.get("weeks") is not None:
        parts.append(f"{told['weeks']:g} weeks")
    else:
        parts.append(_BAND_WORDS[told.get("weeks_band") or "unknown"])
    if told.get("adherence") in _REGULAR:
        parts.append(_REGULAR[told["adherence"]])
    return ", ".join(parts)


def _how_it_stands(told: Mapping[str, Any]) -> str:
    if told["status"] == "unsure":
        return "Not sure if had"
    if told["status"] == "current":
        return "Still going"
    relief = told.get("relief_weeks")
    if relief:
        return f"Helped for {_RELIEF.get(relief) or f'{relief:g} weeks'}"
    reason = _STOPPED.get(told.get("stop_reason") or "")
    return f"Stopped: {reason}" if reason else "Stopped"
