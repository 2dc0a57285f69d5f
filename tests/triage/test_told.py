"""What a kept run says of each treatment equals what the rules found when they ran."""

import json

import pytest

from clinic.triage.rules import RuleSettings, Verdict, evaluate, parse_facts, told_of
from clinic.triage.rules.codes import Answer
from clinic.triage.rules.phases import decide
from tests.triage.examples import Example, facts_of, worked_examples

EXAMPLES = [pytest.param(one, id=str(one.number)) for one in worked_examples()]
SAME = {Answer.YES: Verdict.LONG, Answer.NO: Verdict.SHORT, Answer.UNKNOWN: Verdict.UNSURE}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_verdict_is_the_one_of_the_rules(example: Example) -> None:
    facts = parse_facts(example.facts)
    kept = json.loads(json.dumps(evaluate(facts).as_json()))
    told = told_of(kept["reasons"], json.loads(json.dumps(facts.as_json())))
    case = decide(facts, RuleSettings())
    for trial in case.looks[0].ladder.trials if case.looks else ():
        one = trial.counted
        expected = SAME[trial.adequate]
        if one.is_advanced:
            expected = Verdict.UNSURE if one.given.status == "unsure" else Verdict.ADVANCED
        elif trial.rule == "AT1":
            expected = Verdict.UNSURE
        assert told["treatments", one.index].verdict is expected
    if not case.looks:
        assert not {one.verdict for one in told.values()} & {Verdict.LONG, Verdict.SHORT}


def test_what_does_not_count_and_what_is_implanted() -> None:
    facts = facts_of("on 2025-01-10; tx tens 20 + gabapentin 20 + scs; o4") | {
        "implants": [{"kind": "scs", "for_crps": "yes"}, {"kind": "pacemaker_or_icd", "for_crps": "no"}]
    }
    given = parse_facts(facts)
    told = told_of(evaluate(given).as_json()["reasons"], given.as_json())
    assert told["treatments", 0].verdict is Verdict.NOT_COUNTED
    assert told["treatments", 1].verdict is Verdict.LONG
    assert told["treatments", 1].sentence == "Gabapentin 20 weeks: tried long enough."
    assert told["treatments", 2].verdict is told["implants", 0].verdict is Verdict.ADVANCED
    assert ("implants", 1) not in told


def test_what_belonged_to_an_earlier_episode() -> None:
    words = (
        "on 2019-05-10; symptom-free 12; episode on 2025-10-01; tx gabapentin 20 (episode previous) + pt 9"
    )
    given = parse_facts(facts_of(words))
    told = told_of(evaluate(given).as_json()["reasons"], given.as_json())
    assert told["treatments", 0].verdict is Verdict.EARLIER
    assert told["treatments", 1].verdict is Verdict.LONG


def test_settings_of_the_run_speak() -> None:
    given = parse_facts(facts_of("on 2025-01-10; tx gabapentin 5 + pt 5; o4"))
    strict = RuleSettings(p1_min_weeks=6)
    told = told_of(evaluate(given, strict).as_json()["reasons"], given.as_json())
    assert told["treatments", 0].verdict is Verdict.SHORT
