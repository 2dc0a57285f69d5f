"""The patient's answers for a clinician: by section, each with the anchor that a reason links to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from clinic.intake.presenters import answer_words
from clinic.intake.rules import AnswerSheet, PageRef, Place, Questionnaire, path, visible_answers

LANGUAGE = "en"
# Who somebody is stands in the strip above; the safety lists stand in the alarm and in their own section.
_ELSEWHERE = ("about",)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer; who typed it, when it was not the patient; whether it changed since the run before."""

    anchor: str
    label: str
    text: str
    typed_by: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """A section, or one treatment."""

    title: str
    lines: tuple[AnswerLine, ...]


def answer_groups(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    *,
    typed_by: Callable[[Place], str] = lambda _: "",
    changed: Collection[str] = (),
) -> tuple[AnswerGroup, ...]:
    """Every answer that counts, in the order in which it was asked; `changed` holds anchors."""
    answers = visible_answers(questionnaire, sheet)
    found: dict[str, list[AnswerLine]] = {}
    for ref in path(questionnaire, sheet):
        if ref.section.key in _ELSEWHERE:
            continue
        for question in ref.questions:
            place = Place(question.key, ref.entry_id)
            if place in answers:
                label = (question.label or ref.page.title)[LANGUAGE]
                text = "; ".join(answer_words(question, answers[place])) or "Left empty"
                anchor = anchor_of(place)
                line = AnswerLine(anchor, label, text, typed_by(place), anchor in changed)
                found.setdefault(_title(ref), []).append(line)
    return tuple(AnswerGroup(title, tuple(lines)) for title, lines in found.items())


def anchor_of(place: Place) -> str:
    """The id of the element that shows the answer."""
    return f"a-{place.question}-{place.entry[:8]}" if place.entry else f"a-{place.question}"


def anchor_for_fact(path_in_facts: str, sources: Mapping[str, Any]) -> str | None:
    """The anchor of the answer that a fact came from; None where nobody was asked."""
    place = source_of(path_in_facts, sources)
    return anchor_of(place) if place else None


def source_of(path_in_facts: str, sources: Mapping[str, Any]) -> Place | None:
    """The place in the answers that a fact came from; None where nobody was asked."""
    where = path_in_facts
    while where and where not in sources:
        where = where.rpartition(".")[0]
    source = sources.get(where)
    return Place(source["question"], source["entry"]) if source else None


def _title(ref: PageRef) -> str:
    return (ref.choice.label if ref.choice else ref.section.title)[LANGUAGE]
