"""Answers in, the facts of the triage rules out, each with the question and list entry that it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.intake.rules.answers import AnswerSheet, Place, ticked_choices
from clinic.intake.rules.navigation import PageRef, path, visible_answers
from clinic.intake.rules.red_flags import chosen
from clinic.intake.rules.values import DateWay, HonestDate, Value
from clinic.intake.rules.vocabulary import Kind, Question, Questionnaire

ANY_TREATMENT, TOLD_ALL, IMPLANTS, IMPLANT_REASON = "any_treatment", "told_all", "implants", "implant_reason"

# Slugs that say what an implanted device was put in for.
_TREATMENT_WITH: Mapping[str, frozenset[str]] = {
    "scs": frozenset({"scs"}),
    "drg": frozenset({"drg"}),
    "other_stimulator": frozenset({"neuromod_other"}),
    "intrathecal_pump": frozenset({"intrathecal_pump", "baclofen_intrathecal"}),
    "pacemaker_or_icd": frozenset(),
    "other": frozenset(),
}


@dataclass(frozen=True)
class FactsWithSources:
    """The facts as one JSON object of the triage rules' input, and where each of them was said."""

    facts: Mapping[str, Any]
    sources: Mapping[str, Place]

    def source_of(self, fact: str) -> Place | None:
        """Give the place where a fact such as `treatments[0].pgic` was said; None if nobody was asked."""
        while fact and fact not in self.sources:
            fact = fact.rpartition(".")[0]
        return self.sources.get(fact)


def facts_from_answers(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    red_flags: Sequence[Mapping[str, str]],
    reference_date: date,
) -> FactsWithSources:
    """Map the answers that count. `red_flags` are the safety flags as the facts hold them: code, tier, state.

    What nobody said stays unknown; nothing is filled in by default.
    """
    mapping = _Mapping(questionnaire, sheet, reference_date)
    mapping.facts["red_flags"] = [dict(flag) for flag in red_flags]
    mapping.take_treatments()
    for ref in path(questionnaire, sheet):
        mapping.take_page(ref)
    mapping.take_treatment_list()
    mapping.take_implants()
    return FactsWithSources(mapping.facts, mapping.sources)


class _Mapping:
    """The facts while they are being collected."""

    def __init__(self, questionnaire: Questionnaire, sheet: AnswerSheet, reference_date: date) -> None:
        self.questionnaire, self.sheet, self.reference_date = questionnaire, sheet, reference_date
        self.answers = visible_answers(questionnaire, sheet)
        self.facts = _nothing_known(reference_date)
        self.sources: dict[str, Place] = {}
        self.treatments: dict[str, int] = {}

    def take_treatments(self) -> None:
        """List every ticked treatment. One without a page of its own is known to be ticked, no more."""
        for key, choice in ticked_choices(self.questionnaire, self.answers):
            for entry in (entry for entry in self.sheet.entries if entry.code == choice.code):
                number = self.treatments[entry.id] = len(self.facts["treatments"])
                self.facts["treatments"].append({"slug": choice.code, "status": "unsure", "for_crps": "yes"})
                self.sources[f"treatments[{number}]"] = Place(key)

    def take_page(self, ref: PageRef) -> None:
        """Add what one page says."""
        for question in ref.questions:
            place = Place(question.key, ref.entry_id)
            for name, fact in self._said(question, self.answers.get(place)).items():
                self._put(name, fact, place)

    def take_treatment_list(self) -> None:
        """Work out whether nothing was tried, and close the list of a person who had no treatment at all."""
        gate = self.answers.get(Place(ANY_TREATMENT))
        if gate == "no":
            self._put("nothing_tried", "yes", Place(ANY_TREATMENT))
            self._put("treatment_list", "complete", Place(ANY_TREATMENT))
        elif self.treatments:
            self._put("nothing_tried", "no", Place(ANY_TREATMENT))
        elif self.facts["treatment_list"] == "complete":
            self._put("nothing_tried", "yes", Place(TOLD_ALL))

    def take_implants(self) -> None:
        """List implanted devices and whether each was put in for this problem."""
        question = self.questionnaire.question(IMPLANTS)
        for choice in chosen(question, self.answers.get(Place(IMPLANTS))):
            if choice.value is not None:
                number, kind = len(self.facts["implants"]), str(choice.value)
                self.facts["implants"].append({"kind": kind, "for_crps": self._implanted_for_crps(kind)})
                self.sources[f"implants[{number}]"] = Place(IMPLANTS)

    def _implanted_for_crps(self, kind: str) -> str:
        """Trust the treatment that names the device; else the question about the reason; never guess."""
        slugs = _TREATMENT_WITH[kind]
        named = {each["for_crps"] for each in self.facts["treatments"] if each["slug"] in slugs}
        if named:
            return "yes" if "yes" in named else "no"
        reason = self.answers.get(Place(IMPLANT_REASON)) if slugs else None
        return str(reason) if reason in ("yes", "no") else "unknown"

    def _said(self, question: Question, value: Value | None) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if question.key == IMPLANTS:
            return said
        if isinstance(value, HonestDate) and question.fact:
            said[question.fact] = _date_object(value, self.reference_date)
        elif question.kind is Kind.BIRTH_DATE and question.fact and value is not None:
            said[question.fact] = value
        for choice in chosen(question, value):
            said |= choice.facts
            if question.fact and choice.value is not None:
                said[question.fact] = choice.value
        return said

    def _put(self, name: str, fact: Any, place: Place) -> None:
        """Store a fact under its dotted name, inside the treatment if the place is a list entry."""
        target, prefix = self.facts, ""
        if place.entry is not None:
            number = self.treatments[place.entry]
            target, prefix = self.facts["treatments"][number], f"treatments[{number}]."
        *parents, last = name.split(".")
        for parent in parents:
            target = target[parent]
        if isinstance(fact, dict) and isinstance(target.get(last), dict):
            target[last].update(fact)
        else:
            target[last] = fact
        self.sources[prefix + name] = place
        if name == "weeks_band":
            self.sources[prefix + "weeks"] = place


def _nothing_known(reference_date: date) -> dict[str, Any]:
    groups = ("sensory", "vasomotor", "sudomotor_edema", "motor_trophic")
    return {
        "schema_version": "1",
        "reference_date": reference_date.isoformat(),
        "date_of_birth": None,
        "diagnosis_status": "unknown",
        "symptom_groups": dict.fromkeys(groups, "unknown"),
        "onset": {"precision": "unknown", "basis": "unknown"},
        "overall_pgic": None,
        "trend": "unknown",
        "symptoms_now": "unknown",
        "symptom_free_months": None,
        "current_episode_onset": None,
        "spread": "unknown",
        "nothing_tried": "unknown",
        "treatment_list": "unknown",
        "treatments": [],
        "implants": [],
        "red_flags": [],
        "ketamine_answers": {},
    }


def _date_object(said: HonestDate, reference_date: date) -> dict[str, str]:
    """Give the date as the triage rules write it. "About n ago" is a range, cut off at the reference date."""
    if said.way is DateWay.UNKNOWN:
        return {"precision": "unknown"}
    if said.way is not DateWay.ABOUT:
        return {"precision": said.way.value, "value": said.value}
    earliest, latest = said.interval()
    if earliest is None or latest is None:
        raise ValueError("a date said as so long ago has both ends")
    ends = {"earliest": earliest, "latest": min(latest, reference_date)}
    return {"precision": "range", **{name: end.isoformat() for name, end in ends.items()}}
