"""Properties Q1, Q6, Q7, Q9, Q10, Q12 and Q13 over invented answers of every kind."""

import json
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from clinic.triage.rules import RULE_VERSION, Outcome, RuleSettings, evaluate, parse_facts
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.phases import decide
from tests.support.proofs import note, rounds
from tests.triage.examples import worked_examples
from tests.triage.grid import onset_on, seen
from tests.triage.invent import some_facts

SETTINGS = RuleSettings()
RULES = {
    f"{family}{number}"
    for family, last in {"SF": 4, "GT": 5, "VD": 11, "DT": 10, "AT": 9, "TL": 10, "RS": 7, "PD": 16}.items()
    for number in range(1, last + 1)
}


@cache
def invented(few: int, many: int) -> tuple[dict[str, Any], ...]:
    random = Random(7)
    return tuple(some_facts(random) for _ in range(rounds(few, many)))


def outcome_of(facts: dict[str, Any], flips: bool = False) -> Outcome:
    return evaluate(parse_facts(facts), flips=flips)


def phase_part(facts: dict[str, Any]) -> tuple[Any, ...]:
    found = outcome_of(facts)
    return found.phases, found.by_time, found.by_treatment


def test_q1_every_input_gives_a_whole_outcome() -> None:
    for facts in invented(300, 6_000):
        found = outcome_of(facts)
        assert bool(found.phases) == (found.no_phase_reason is None)
        assert found.phases or found.flags
        assert found.confidence in ("high", "medium", "low", "none")
        assert 1 <= found.priority <= 5
        assert found.rule_version == RULE_VERSION
        assert len(found.phases) < 2 or "needs_clinician_judgement" in found.flags
        json.dumps(found.as_json(), allow_nan=False)


def span_of(facts: Facts, first: date, last: date) -> Facts:
    """The facts with an onset anywhere from the first to the last day."""
    onset = replace(onset_on(first), first=first, last=last)
    return replace(facts, onset=onset, symptom_free_months=None)


def test_q6_a_range_covers_its_days() -> None:
    """Left aside: ranges that DT9 cuts short (it speaks for the whole, not for each day), and days that VD4
    lets pass by its tolerance alone (a treatment is longer than the time since; DT8 speaks for the range).
    """
    random, compared = Random(6), 0
    for given in invented(300, 6_000):
        facts = parse_facts(given)
        if any(one.length is None for one in facts.treatments) or not facts.treatments:
            continue
        first = facts.reference_date - timedelta(days=random.randint(0, 800))
        last = min(facts.reference_date, first + timedelta(days=random.randint(0, 250)))
        whole = decide(span_of(facts, first, last), SETTINGS)
        if whole.stop or whole.ignored:
            continue
        for _ in range(5):
            day = first + timedelta(days=random.randint(0, (last - first).days))
            one = seen(decide(span_of(facts, day, day), SETTINGS))
            longest = max(treatment.length or 0 for treatment in facts.treatments)
            if longest * 7 <= (facts.reference_date - day).days:
                compared += 1
                assert one.before <= whole.joined | whole.phases
    assert compared > 100


def test_q7_excluded_inputs_never_touch_the_phase() -> None:
    for facts in invented(200, 4_000):
        if any(flag["code"] == "RF-WOUND-DEAD" for flag in facts["red_flags"]):
            continue
        flags = [
            {"code": "RF-SUICIDE", "tier": "T0-S", "state": "open"},
            {"code": "RF-PE", "tier": "T0", "state": "open"},
        ]
        other = {**facts, "red_flags": flags, "ketamine_answers": {"K-BP": "yes", "K-PREG": "not_sure"}}
        assert phase_part(facts) == phase_part(other)
        if outcome_of(facts).no_phase_reason != "check_dates":
            assert phase_part(facts) == phase_part({**facts, "date_of_birth": "1950-01-01"})


def backwards(value: Any) -> Any:
    """The same object with its keys the other way round."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(one) for one in value] if isinstance(value, list) else value


def without_places(outcome: Outcome) -> Any:
    """The outcome with places in lists left out, reasons in any order."""
    text = json.dumps(outcome.as_json(), ensure_ascii=False)
    found = json.loads(re.sub(r"\[\d+\]", "[]", text))
    found["reasons"] = sorted(json.dumps({**one, "facts": sorted(one["facts"])}) for one in found["reasons"])
    return found


def test_q9_order_never_matters_and_output_is_byte_identical() -> None:
    for facts in invented(60, 1500):
        once = json.dumps(outcome_of(facts, flips=True).as_json())
        assert once == json.dumps(outcome_of(deepcopy(facts), flips=True).as_json())
        assert once == json.dumps(outcome_of(backwards(facts), flips=True).as_json())
        turned = {**facts, "treatments": facts["treatments"][::-1], "red_flags": facts["red_flags"][::-1]}
        one, other = outcome_of(facts, flips=True), outcome_of(turned, flips=True)
        assert replace(one, reasons=(), would_change_if=()) == replace(other, reasons=(), would_change_if=())
        assert [flip.phases for flip in one.would_change_if] == [
            flip.phases for flip in other.would_change_if
        ]
        assert [flip.text for flip in one.would_change_if] == [flip.text for flip in other.would_change_if]
        assert {reason.rule for reason in one.reasons} == {reason.rule for reason in other.reasons}


def test_q10_what_was_not_had_or_does_not_count_never_changes_phases() -> None:
    extra = [
        *({"slug": "scs", "status": status, "weeks": 9} for status in ("planned", "declined", "not_offered")),
        {"slug": "other_unlisted", "status": "planned"},
        {"slug": "acupuncture", "status": "past", "weeks": 20, "pgic": 1, "flare": "yes"},
        {"slug": "pt", "status": "past", "weeks": 20, "pgic": 1, "for_crps": "no"},
    ]
    for facts in invented(200, 4_000):
        more = {**facts, "treatments": [*facts["treatments"], *extra]}
        assert outcome_of(facts).phases == outcome_of(more).phases


def test_an_unnamed_treatment_keeps_the_list_open() -> None:
    facts = worked_examples()[0].facts
    open_list = {**facts, "treatments": [*facts["treatments"], {"slug": "other_unlisted", "status": "past"}]}
    assert outcome_of(open_list) == replace(
        outcome_of({**open_list, "treatment_list": "incomplete"}),
        facts_hash=outcome_of(open_list).facts_hash,
    )


def test_q12_side_flags_do_not_wait_for_gates() -> None:
    urgent = {
        "date_of_birth": "2010-01-01",
        "red_flags": [{"code": "RF-PE", "tier": "T0"}],
        "ketamine_answers": {"K-THINNER": "not_sure"},
    }
    side = {"urgent_safety", "minor", "ketamine_precaution", "advanced_therapy_precaution"}
    for facts in invented(200, 3000):
        found = outcome_of(facts | urgent)
        assert side <= set(found.flags)
        assert found.priority == 1


def at(facts: Any, path: str) -> Any:
    """The value at a JSON path; fails when there is none."""
    for key, index in re.findall(r"([\w-]+)|\[(\d+)\]", path):
        facts = facts[key] if key else facts[int(index)]
    return facts


def test_q13_every_reason_names_a_rule_and_answers_that_exist() -> None:
    count = 0
    for facts in [*(one.facts for one in worked_examples()), *invented(300, 6_000)]:
        plain = parse_facts(facts).as_json()
        found = outcome_of(facts)
        assert found.reasons
        for reason in found.reasons:
            count += 1
            assert reason.rule in RULES
            assert reason.facts
            for path in reason.facts:
                at(plain, path)
    note("Triage reasons checked against answers", reasons=count)


def changed(facts: dict[str, Any], flip: dict[str, Any]) -> dict[str, Any]:
    """The facts with a flip applied, as a reader of the outcome would apply it."""
    facts = deepcopy(facts)
    facts["reference_date"] = flip.get("on", facts["reference_date"])
    path = flip.get("fact")
    if path == "treatments[*].pgic":
        for treatment in facts["treatments"]:
            treatment["pgic"] = flip["to"] if treatment["pgic"] is not None else None
    elif path == "treatments":
        facts |= {"treatments": flip["to"], "treatment_list": "complete"}
    elif path is not None:
        *_, parent, last = ["", *re.findall(r"[^.]+", path)]
        target = at(facts, parent) if parent else facts
        target[last] = flip["to"]
    return facts


def going_on() -> dict[str, Any]:
    """Worked example 5 with both treatments still going on."""
    facts = deepcopy(worked_examples()[4].facts)
    for treatment in facts["treatments"]:
        treatment["status"] = "current"
    return facts


def test_a_trial_that_goes_on_takes_time_with_it() -> None:
    flip = next(flip for flip in outcome_of(going_on(), flips=True).would_change_if if flip.kind == "trial")
    assert flip.as_json() == {
        "kind": "trial",
        "on": "2026-04-07",
        "fact": "treatments[1].weeks",
        "from": 3,
        "to": 4,
        "phases": [1, 2],
        "text": "If it has gone on for 4 weeks, on 7 April 2026: Physical therapy.",
    }


def test_q13_every_flip_applied_gives_what_it_says() -> None:
    count: dict[str, int] = {}
    for facts in [*(one.facts for one in worked_examples()), going_on(), *invented(100, 4_000)]:
        plain = parse_facts(facts).as_json()
        found = outcome_of(facts, flips=True).as_json()
        assert len(found["would_change_if"]) <= 6
        for flip in found["would_change_if"]:
            count[flip["kind"]] = count.get(flip["kind"], 0) + 1
            assert list(outcome_of(changed(plain, flip)).phases) == flip["phases"], flip
            assert flip["phases"] != found["phases"] or not found["phases"]
    note("Triage flips applied", **count)
    assert set(count) == {"date", "trial", "answer", "missing", "conflict"}


def test_the_date_flip_is_the_first_day_that_differs() -> None:
    for facts in [*(one.facts for one in worked_examples()[::4]), *invented(5, 200)]:
        parsed = parse_facts(facts)
        flips = [flip for flip in evaluate(parsed).would_change_if if flip.kind == "date"]
        case = decide(parsed, SETTINGS)
        days = [parsed.reference_date + timedelta(days=ahead) for ahead in range(1, 801)]
        differing = (
            day
            for day in days
            if case.timing is not None
            and decide(replace(parsed, reference_date=day), SETTINGS).phases != case.phases
        )
        assert (flips[0].on if flips else None) == next(differing, None)
