"""The way back: from the facts of triage to what a person would type to say the same in Part 1."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clinic.intake.rules import Choice, Question, Questionnaire
from tests.support.personas import Persona

# A band stands for its lower end (triage rules, section 3).
_BANDS = ((26, "ge26"), (12, "12to26"), (6, "6to12"), (4, "4to6"), (0, "lt4"))
_RELIEF = ((12, "longer"), (4, "months"), (1, "weeks"), (0.25, "days"), (0, "none"))
_TIMES = {1: "1", 2: "2", 3: "3"}
_GAPS = ((12, "from_1_year"), (3, "from_3_months"), (1, "from_1_month"))
_SIGNS = {
    "sensory": "sign_touch",
    "vasomotor": "sign_color",
    "sudomotor_edema": "sign_swelling",
    "motor_trophic": "sign_movement",
}
_SAME = {
    "diagnosis_status": "diagnosis",
    "spread": "spread",
    "symptoms_now": "signs_now",
    "trend": "trend",
    "overall_pgic": "overall_change",
}
Typed = dict[str, str | list[str]]


class CannotBeSaidError(ValueError):
    """A patient has no way to say this; only a letter, the staff or an impossible form does."""


def retell(questionnaire: Questionnaire, facts: Mapping[str, Any]) -> Persona:
    """Make the persona who says these facts; lengths become bands. CannotBeSaidError names the rest."""
    if facts.get("nothing_tried") == "yes" and facts["treatments"]:
        raise CannotBeSaidError("nothing_tried")
    if facts.get("implants"):
        raise CannotBeSaidError("implants")
    teller = _Teller(questionnaire, facts)
    return Persona(
        title="Retold",
        today=date.fromisoformat(facts["reference_date"]),
        most_taps=999,
        answers=teller.common(),
        treatments={each["slug"]: teller.treatment(each) for each in facts["treatments"]},
    )


def banded(weeks: float) -> str:
    """Give the band that a length falls into."""
    return next(code for least, code in _BANDS if weeks >= least)


class _Teller:
    def __init__(self, questionnaire: Questionnaire, facts: Mapping[str, Any]) -> None:
        self.questionnaire, self.facts = questionnaire, facts
        self.ticked: dict[str, list[str]] = {
            question.key: [] for question in questionnaire.questions() if question.makes_entries
        }

    def common(self) -> Typed:
        """Say everything that is not about one treatment."""
        facts = self.facts
        typed: Typed = {**_NEVER_FACTS}
        typed |= _boxes("birth_date", {"precision": "day", "value": facts["date_of_birth"]})
        typed |= _boxes("first_symptoms", facts["onset"])
        for name, key in _SAME.items():
            typed[key] = self._code(key, facts.get(name))
        typed["first_symptoms_basis"] = self._code("first_symptoms_basis", facts["onset"].get("basis"))
        groups = facts.get("symptom_groups", {})
        typed |= {key: self._code(key, groups.get(name)) for name, key in _SIGNS.items()}
        gap = facts.get("symptom_free_months")
        typed["gap"] = "not_sure" if gap is None else _coarse(_GAPS, gap, "never")
        typed |= _boxes("came_back", facts.get("current_episode_onset") or {"precision": "unknown"})
        return typed | self._treatment_list()

    def treatment(self, facts: Mapping[str, Any]) -> Typed:
        """Say everything about one treatment."""
        if facts.get("stated_adequate", "unknown") != "unknown":
            raise CannotBeSaidError("stated_adequate")
        weeks, relief = facts.get("weeks"), facts.get("relief_weeks")
        count = facts.get("procedures_count")
        return {
            "status": self._status(facts),
            "how_long": "not_sure" if weeks is None else banded(weeks),
            "how_regular": self._code("how_regular", facts.get("adherence")),
            "how_many": "not_sure" if count is None else _TIMES.get(count, "4"),
            "relief": "not_sure" if relief is None else _coarse(_RELIEF, relief, "none"),
            "response": self._code("response", facts.get("pgic")),
            "episode": self._code("episode", facts.get("episode")),
            "flare": self._code("flare", facts.get("flare")),
        }

    def _treatment_list(self) -> Typed:
        for treatment in self.facts["treatments"]:
            self._tick(treatment["slug"])
        complete = self.facts.get("treatment_list")
        nothing = not self.facts["treatments"] and complete == "complete"
        return {
            "any_treatment": "no" if nothing else "yes",
            **{key: ticked or ["none"] for key, ticked in self.ticked.items()},
            "told_all": self._code("told_all", complete),
            "implants": ["none"],
        }

    def _tick(self, slug: str) -> Choice:
        for key, ticked in self.ticked.items():
            choice = self.questionnaire.question(key).choice(slug)
            if choice is not None:
                ticked.append(slug)
                return choice
        raise CannotBeSaidError(slug)

    def _status(self, facts: Mapping[str, Any]) -> str:
        """Find the choice that says the status and why it ended; an unknown reason is "another"."""
        kind = next(
            choice.detail
            for key in self.ticked
            if (choice := self.questionnaire.question(key).choice(facts["slug"])) is not None
        )
        wanted = {"status": facts["status"], "stop_reason": facts.get("stop_reason")}
        if wanted == {"status": "past", "stop_reason": None} and kind != "block":
            wanted["stop_reason"] = "other"
        for choice in self.questionnaire.question("status").choices:
            said = {name: choice.facts.get(name) for name in wanted}
            fits = not choice.only_for or kind in choice.only_for
            if fits and said == wanted and choice.facts.get("for_crps") != "no":
                return choice.code
        if kind is None:
            return "not_sure"
        raise CannotBeSaidError(f"{facts['slug']}: {wanted}")

    def _code(self, key: str, fact: object) -> str:
        question: Question = self.questionnaire.question(key)
        codes = [choice.code for choice in question.choices if fact is not None and choice.value == fact]
        return codes[0] if codes else "not_sure"


def _boxes(key: str, said: Mapping[str, Any]) -> Typed:
    if said["precision"] == "unknown":
        return {f"{key}_unsure": "yes"}
    if said["precision"] not in ("day", "month", "year"):
        raise CannotBeSaidError(f"{key}: {said['precision']}")
    parts = zip(("year", "month", "day"), said["value"].split("-"), strict=False)
    return {f"{key}_{part}": number for part, number in parts}


def _coarse(steps: tuple[tuple[float, str], ...], number: float, least: str) -> str:
    return next((code for limit, code in steps if number >= limit), least)


_NEVER_FACTS: Typed = {
    "first_name": "Robin",
    "last_name": "Sample",
    "phone": "(205) 555-0100",
    "may_we": ["voicemail"],
    "email": "robin@example.com",
    "city_now": "Opelika",
    "safety_body": ["none"],
    "safety_limb": ["none"],
    "safety_care": ["none"],
    "safety_thoughts": "no",
    "safety_danger": "no",
    "diagnosis_date_unsure": "yes",
    "limbs": ["right_arm"],
    "most_bothersome": "pain",
    "wants": ["start_care"],
    "preferred_place": "either",
    "notices_read": ["read"],
}
