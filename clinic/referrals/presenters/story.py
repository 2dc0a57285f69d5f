"""Facts into the story that the time line draws, and the same story as rows of a table."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clinic.kernel.clock import central_date
from clinic.referrals.presenters.episodes import earlier_of, onset_of
from clinic.referrals.queries import RunRow
from clinic.referrals.timeline import Episode, Response, Story, Treatment
from clinic.scheduling.queries import AppointmentCard
from clinic.triage.rules import CATALOGUE, NOT_JUDGED, Told, told_of

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
    "did_not_help": "not enough help",
    "side_effects": "side effects",
    "allergy": "allergic reaction",
    "cost_insurance": "cost or insurance",
    "travel_access": "hard to get there",
    "own_choice": "own choice",
    "pregnancy_plan": "pregnancy",
    "other": "another reason",
}
_ENDED = {"finished_course": "Finished as planned"}
_STOPPED_BRIEFLY = {
    "did_not_help": "no help",
    "side_effects": "side effects",
    "allergy": "allergy",
    "finished_course": "finished",
    "cost_insurance": "cost",
    "travel_access": "travel",
    "own_choice": "own choice",
    "pregnancy_plan": "pregnancy",
    "other": "other",
}
_EPISODES = {"current": Episode.THIS, "previous": Episode.EARLIER, "unknown": Episode.NOT_KNOWN}
_IMPLANTS = {
    "scs": "Spinal cord stimulator",
    "drg": "DRG stimulator",
    "other_stimulator": "Nerve stimulator",
    "intrathecal_pump": "Pain pump",
    "pacemaker_or_icd": "Pacemaker or ICD",
    "other": "Another implant",
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


def story_of(run: RunRow, *, today: date, visit: AppointmentCard | None) -> Story:
    """The story of one run as it was kept; what was only planned, or for something else, is not drawn."""
    facts, outcome = run.facts, run.outcome
    told = told_of(outcome["reasons"], facts)
    listed = enumerate(facts["treatments"])
    treatments = [
        _treatment(one, told.get(("treatments", at), NOT_JUDGED)) for at, one in listed if _was_had(one)
    ]
    implants = [
        _implant(one, told.get(("implants", at), NOT_JUDGED))
        for at, one in enumerate(facts["implants"])
        if one["for_crps"] != "no"
    ]
    recurrence = "RECURRENCE" in outcome["details"]
    return Story(
        onset=onset_of(facts, recurrence=recurrence),
        today=today,
        visit=central_date(visit.start_at) if visit else None,
        treatments=(*treatments, *implants),
        earlier=earlier_of(facts, recurrence=recurrence),
        told_on=date.fromisoformat(facts["reference_date"]),
        none_told=_none_told(facts),
    )


def _none_told(facts: Mapping[str, Any]) -> str:
    if facts["nothing_tried"] == "yes" or facts["treatment_list"] == "complete":
        return "No treatment was tried."
    return "No treatment was told. The list may not be complete."


def _was_had(told: Mapping[str, Any]) -> bool:
    return told["status"] in _HAD and told.get("for_crps") != "no"


def _implant(one: Mapping[str, Any], told: Told) -> Treatment:
    """A device in place: nobody was asked since when, or what it did."""
    return Treatment(
        name=_IMPLANTS[one["kind"]],
        under_name="Implant, date not asked",
        response=Response.UNKNOWN,
        word="In place",
        under_word="What it did was not asked",
        least=0,
        most=None,
        ongoing=True,
        brief="implant",
        verdict=told.verdict,
    )


def _treatment(one: Mapping[str, Any], told: Told) -> Treatment:
    item = CATALOGUE[one["slug"]]
    is_procedure = item.category.split("/")[0] in _PROCEDURES or bool(one.get("procedures_count"))
    response, word = CHANGE_WORDS[one.get("pgic")]
    least, most = _length(one)
    return Treatment(
        name=item.name,
        under_name=_how_long(one, is_procedure=is_procedure),
        response=response,
        word=word,
        under_word=_how_it_stands(one),
        least=least,
        most=most,
        ongoing=one["status"] == "current" and not is_procedure,
        occasions=one.get("procedures_count"),
        is_procedure=is_procedure,
        brief=_STOPPED_BRIEFLY.get(one.get("stop_reason") or "", ""),
        verdict=told.verdict,
        sentence=told.sentence,
        episode=_EPISODES[one.get("episode") or "unknown"],
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
        parts.append(f"{told['weeks']:g} week{'' if told['weeks'] == 1 else 's'}")
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
    helped = f"Helped for {_RELIEF.get(relief) or f'{relief:g} weeks'}" if relief else ""
    reason = told.get("stop_reason")
    stopped = f"Stopped: {_STOPPED[reason]}" if reason in _STOPPED else _ENDED.get(reason or "", "")
    return ". ".join(filter(None, (helped, stopped))) or "Stopped"
