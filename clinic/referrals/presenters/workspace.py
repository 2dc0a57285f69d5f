"""What stands around the reason card: answers to settle, and what changed since the run before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic.intake.presenters import answer_words
from clinic.intake.queries import Origin
from clinic.intake.rules import AnswerSheet, Place, Questionnaire, path, visible_answers
from clinic.intake.rules.reopening import NEVER_ASKED_AGAIN
from clinic.kernel.permissions import ActorKind
from clinic.referrals.presenters.answers import (
    LANGUAGE,
    AnswerGroup,
    anchor_of,
    answer_groups,
    source_of,
)
from clinic.referrals.presenters.asking import value_of
from clinic.referrals.presenters.words import CONFIDENCE_WORDS, phase_set
from clinic.referrals.queries import RunRow
from clinic.referrals.service import ReferralScreen

WHO = "who"  # the strip with name and birth date


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A missing or contradictory answer, the question that would settle it, and what each answer gives."""

    question: str
    anchor: str
    value: str  # how the form of questions names it; empty when nobody can be asked
    conflict: bool
    outcomes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not what it was at the run before."""

    anchor: str
    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Rerun:
    """The new run beside the old one."""

    suggested: tuple[str, str]
    sure: tuple[str, str]
    priority: tuple[int, int]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything on the screen besides card, picture and decision."""

    groups: tuple[AnswerGroup, ...]
    unsettled: tuple[Unsettled, ...]
    rerun: Rerun | None


def workspace_of(screen: ReferralScreen) -> Workspace:
    """What one referral shows; empty without an intake."""
    if screen.questionnaire is None or screen.answers is None or not screen.runs:
        return Workspace((), (), None)
    known, before = screen.questionnaire, screen.answers_before
    again = rerun(screen.runs, known, (screen.answers, before)) if before is not None else None
    changed = {one.anchor for one in again.differences} if again else set()
    groups = answer_groups(
        known,
        screen.answers,
        typed_by=lambda place: typed_by(screen.origins.get(place), screen.typists),
        changed=changed,
    )
    return Workspace(groups, unsettled(screen.runs[0], known), again)


def unsettled(run: RunRow, questionnaire: Questionnaire) -> tuple[Unsettled, ...]:
    """What the rules name as missing or in conflict, each question once, in the order of the run."""
    found: dict[Place | str, list[Mapping[str, Any]]] = {}
    for flip in run.outcome["would_change_if"]:
        if flip["kind"] in ("missing", "conflict") and flip["fact"]:
            place = place_asked(flip["fact"], run, questionnaire)
            found.setdefault(place or str(flip["fact"]), []).append(flip)
    return tuple(_unsettled(key, flips, questionnaire) for key, flips in found.items())


def place_asked(fact: str, run: RunRow, questionnaire: Questionnaire) -> Place | None:
    """Where the answer to this fact is given: where it was said, else the question that fills it."""
    said = source_of(fact, run.sources)
    if said is not None:
        return said
    root = fact.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    return next((Place(one.key) for one in questionnaire.questions() if one.fact == root), None)


def rerun(runs: tuple[RunRow, ...], questionnaire: Questionnaire, sheets: tuple[AnswerSheet, ...]) -> Rerun:
    """The newest run (`runs[0]`, `sheets[0]`) beside the one before it."""
    new, old = runs[0].outcome, runs[1].outcome
    return Rerun(
        suggested=(phase_set(old["phases"]), phase_set(new["phases"])),
        sure=(CONFIDENCE_WORDS[old["confidence"]], CONFIDENCE_WORDS[new["confidence"]]),
        priority=(old["priority"], new["priority"]),
        differences=differences(questionnaire, sheets[1], sheets[0]),
    )


def differences(questionnaire: Questionnaire, old: AnswerSheet, new: AnswerSheet) -> tuple[Difference, ...]:
    """Answers that were changed, added or taken away, in the order of the form."""
    before, after = _said(questionnaire, old), _said(questionnaire, new)
    places = [*after, *(place for place in before if place not in after)]
    return tuple(
        Difference(
            anchor=anchor_of(place) if place in after else "",
            label=(after.get(place) or before[place])[0],
            was=before[place][1] if place in before else "not asked",
            now=after[place][1] if place in after else "taken back",
        )
        for place in places
        if before.get(place, ("", ""))[1] != after.get(place, ("", ""))[1]
    )


def typed_by(origin: Origin | None, names: Mapping[Any, str]) -> str:
    """Who typed an answer, when it was not the patient; else empty."""
    if origin is None or origin.author_kind is not ActorKind.STAFF:
        return ""
    return names.get(origin.author_id, "staff")


def _unsettled(key: Place | str, flips: list[Mapping[str, Any]], questionnaire: Questionnaire) -> Unsettled:
    place = key if isinstance(key, Place) else None
    below = place is not None and place.question not in _of_who(questionnaire)
    return Unsettled(
        question=questionnaire.asked(place.question)[LANGUAGE] if place else str(key),
        anchor=anchor_of(place) if place and below else WHO,
        value=value_of(place) if place and below else "",
        conflict=any(flip["kind"] == "conflict" for flip in flips),
        outcomes=tuple((flip["text"], phase_set(flip["phases"])) for flip in flips),
    )


def _of_who(questionnaire: Questionnaire) -> frozenset[str]:
    """Questions about who somebody is: shown in the strip, changed by the desk."""
    sections = (one for one in questionnaire.sections if one.key in NEVER_ASKED_AGAIN)
    return frozenset(q.key for section in sections for page in section.pages for q in page.questions)


def _said(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[Place, tuple[str, str]]:
    """Label and words of every answer that counts."""
    answers = visible_answers(questionnaire, sheet)
    found = {}
    for ref in path(questionnaire, sheet):
        for question in ref.questions:
            place = Place(question.key, ref.entry_id)
            if place in answers:
                about = f"{ref.choice.label[LANGUAGE]}: " if ref.choice else ""
                label = about + (question.label or ref.page.title)[LANGUAGE]
                words = "; ".join(answer_words(question, answers[place])) or "Left empty"
                found[place] = (label, words)
    return found
