"""What a clinician reads is the stored trace and the stored answer: every reason, flag, flip and link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import pytest
from markupsafe import escape

from clinic.accounts.rules import Role
from clinic.intake.presenters import answer_words
from clinic.intake.questionnaire import current
from clinic.intake.rules import AnswerSheet, Place, facts_from_answers
from clinic.kernel.clock import central_date
from clinic.referrals import queries
from clinic.referrals.presenters.answers import answer_groups, source_of
from clinic.referrals.presenters.reason_card import ReasonCard, reason_card
from clinic.referrals.presenters.words import DETAIL_WORDS, FLAG_WORDS, phase_set
from clinic.referrals.queries import RunRow
from clinic.triage.rules import NO_FLIP, evaluate, parse_facts
from tests.referrals.filled import fill_in
from tests.scheduling.scene import Scene
from tests.support.app import START
from tests.support.client import PageClient, parse
from tests.support.personas import walk
from tests.support.proofs import note, rounds
from tests.support.retelling import CannotBeSaidError, retell
from tests.support.staff import sign_in
from tests.triage.examples import worked_examples
from tests.triage.invent import some_facts
from tests.triage.test_properties import at, changed

ELSEWHERE = {"safety", "who"}


@dataclass(frozen=True)
class Told:
    """One person's answers, and the run on them as it would be stored."""

    sheet: AnswerSheet
    run: RunRow
    card: ReasonCard

    @property
    def shown(self) -> dict[str, str]:
        """What each element of the screen shows, by its id."""
        groups = answer_groups(current(), self.sheet)
        return {line.anchor: line.text for group in groups for line in group.lines}


def tell(facts: dict[str, Any]) -> Told:
    """What a patient who says these facts would give a clinician to read."""
    persona = retell(current(), facts)
    sheet = walk(current(), persona).sheet
    found = facts_from_answers(current(), sheet, facts["red_flags"], persona.today)
    outcome = evaluate(parse_facts(dict(found.facts))).as_json()
    sources = {
        path: {"question": place.question, "entry": place.entry} for path, place in found.sources.items()
    }
    kept = parse_facts(dict(found.facts)).as_json()
    run = RunRow(
        UUID(int=1),
        outcome["rule_version"],
        outcome["config_hash"],
        outcome["facts_hash"],
        kept,
        outcome,
        sources,
        START,
    )
    return Told(sheet, run, reason_card(run))


@cache
def everybody() -> tuple[Told, ...]:
    """The worked examples, and invented people, as far as a patient can say what is known of them."""
    random = Random(11)
    invented = (some_facts(random) for _ in range(rounds(120, 3_000)))
    return tuple(_those_who_can([*(one.facts for one in worked_examples()), *invented]))


def _those_who_can(facts: list[dict[str, Any]]) -> Iterator[Told]:
    for one in facts:
        try:
            yield tell(one)
        except (CannotBeSaidError, AssertionError, AttributeError, KeyError, ValueError):
            continue  # only a letter says so, or the form refuses it in words


def test_enough_people_can_say_it() -> None:
    assert len(everybody()) >= 51
    note("Screens compared with their trace", people=len(everybody()))


def test_every_reason_flag_and_flip_is_that_of_the_trace() -> None:
    for told in everybody():
        card, outcome = told.card, told.run.outcome
        assert sorted(one.text for one in card.reasons) == sorted(one["text"] for one in outcome["reasons"])
        assert card.suggested == phase_set(outcome["phases"])
        assert (list(card.by_time), list(card.by_treatment)) == (outcome["by_time"], outcome["by_treatment"])
        urgent_aside = [one for one in outcome["flags"] if one != "urgent_safety"]
        assert list(card.flags) == [FLAG_WORDS[one] for one in urgent_aside]
        assert list(card.details) == [DETAIL_WORDS[one] for one in outcome["details"] if one in DETAIL_WORDS]
        assert [(one.text, one.to) for one in card.flips] == [
            (one["text"], phase_set(one["phases"])) for one in outcome["would_change_if"]
        ]
        assert card.no_flip == ("" if card.flips else NO_FLIP)


def test_every_reason_lands_on_the_answer_that_it_rests_on() -> None:
    """The element shows the stored answer, and the answer means the very value that the rules used."""
    landed = 0
    for told in everybody():
        shown = told.shown
        for reason in told.run.outcome["reasons"]:
            for path in reason["facts"]:
                place = source_of(path, told.run.sources)
                if place is not None and place.question in {"birth_date"}:
                    continue  # stands in the strip with the person's name
                if place is not None:
                    landed += _lands(told, shown, path, place)
        for line in told.card.reasons:
            assert all(link.anchor in shown or link.anchor in ELSEWHERE for link in line.links)
    assert landed > 500


def _lands(told: Told, shown: dict[str, str], path: str, place: Place) -> int:
    question = current().question(place.question)
    value = told.sheet.value(place.question, place.entry)
    anchor = f"a-{place.question}" + (f"-{place.entry[:8]}" if place.entry else "")
    assert shown[anchor] == ("; ".join(answer_words(question, value)) or "Left empty")
    if question.fact and path.rpartition(".")[2] == question.fact and isinstance(value, str):
        choice = question.choice(value)
        if choice is not None and choice.value is not None:
            assert at(told.run.facts, path) == choice.value
    return 1


def test_every_flip_on_the_screen_gives_what_it_says() -> None:
    applied = 0
    for told in everybody():
        for flip, line in zip(told.run.outcome["would_change_if"], told.card.flips, strict=True):
            then = evaluate(parse_facts(changed(told.run.facts, flip)), flips=False)
            assert phase_set(list(then.phases)) == line.to
            applied += 1
    note("Flips of screens applied", flips=applied)


def test_the_next_date_is_told_beside_the_booked_visit() -> None:
    told = next(
        one for one in everybody() if any(f["kind"] == "date" for f in one.run.outcome["would_change_if"])
    )
    on = next(f["on"] for f in told.run.outcome["would_change_if"] if f["kind"] == "date")
    day = date.fromisoformat(on)
    assert "before the booked visit" in reason_card(told.run, day).flips[0].text
    assert "The booked visit is before that" in reason_card(told.run, date(2020, 1, 1)).flips[0].text


@pytest.mark.parametrize("number", [6, 9, 16, 23, 33, 34, 42, 46])
def test_the_page_itself_shows_the_trace_and_the_answers(
    client: PageClient, scene: Scene, number: int
) -> None:
    example = worked_examples()[number - 1]
    sent = fill_in({**example.facts, "reference_date": central_date(START).isoformat()}, START)
    sign_in(client, Role.CLINICIAN)
    page = client.get(f"/staff/referrals/{sent.referral.reference}").text
    (run,) = queries.runs_of(sent.referral.id)
    elements = {one.get("id"): one for one in parse(page).iter() if one.get("id")}
    for reason in run.outcome["reasons"]:
        assert str(escape(reason["text"])) in page
    for flip in run.outcome["would_change_if"]:
        assert str(escape(flip["text"])) in page
    for flag in run.outcome["flags"]:
        assert flag == "urgent_safety" or str(escape(FLAG_WORDS[flag])) in page
    screen = reason_card(run)
    for link in (link for line in screen.reasons for link in line.links):
        assert f'href="#{link.anchor}"' in page
        assert "".join(elements[link.anchor].itertext()).strip()
