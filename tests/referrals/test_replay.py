"""Replaying past referrals: what would change is named, what stands stays."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.permissions import Actor
from clinic.referrals.models import Referral, TriageRun
from clinic.referrals.queries.history import FactsRow
from clinic.referrals.service import replaying, run_again
from clinic.triage.rules import RuleSettings, evaluate, parse_facts
from tests.referrals.cast import PLAIN, Sent, rows_of, send_in
from tests.support.app import START
from tests.triage.examples import worked_examples

SLOWER = RuleSettings(p1_min_weeks=6, p2_min_weeks=26, p1_needs_both=False)


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, Sent]:
    """One referral for every worked example, by reference."""
    made = [
        send_in(monkeypatch, START, one.facts, phone=f"205-555-01{number:02}", first_name=f"No {number}")
        for number, one in enumerate(worked_examples())
    ]
    return {one.referral.reference: one for one in made}


def stands() -> list[str]:
    """Everything that a replay must leave alone."""
    runs = [(str(run.id), run.outcome, run.config_hash) for run in rows_of(TriageRun)]
    coded = [(one.reference, str(one.phases), str(one.version)) for one in rows_of(Referral)]
    return sorted(map(str, runs + coded))


def test_a_replay_names_every_change_and_no_other(sent: dict[str, Sent]) -> None:
    before = stands()
    found = replaying.replay(SLOWER, actor=Actor.system(), now=START)
    expected = {}
    for run in rows_of(TriageRun):
        was, then = json.loads(run.outcome), evaluate(parse_facts(json.loads(run.facts)), SLOWER, flips=False)
        if (was["phases"], was["priority"]) != (list(then.phases), then.priority):
            expected[run.referral_id] = (tuple(was["phases"]), tuple(then.phases))
    named = {sent[one.reference].referral.id: (one.was[0], one.would_be[0]) for one in found.changed}
    assert named == expected
    assert len(expected) >= 3, "settings under which hardly anything changes prove nothing"
    assert (found.read, found.unreadable) == (len(sent), ())
    assert stands() == before
    (event,) = [one for one in rows_of(AuditEvent) if one.action == Action.TRIAGE_REPLAYED]
    assert event.facts == {
        "config_hash": SLOWER.config_hash,
        "referrals": len(sent),
        "changed": len(found.changed),
        "unreadable": 0,
    }


def test_under_the_same_settings_nothing_changes(sent: dict[str, Sent]) -> None:
    assert replaying.replay(RuleSettings(), actor=Actor.system(), now=START).changed == ()


def test_only_the_newest_run_of_a_referral_counts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    one = send_in(monkeypatch, START)
    run_again(one.referral.id, actor=Actor.system(), now=START.replace(hour=20))
    assert len(rows_of(TriageRun)) == 2
    assert replaying.replay(SLOWER, actor=Actor.system(), now=START).read == 1


def test_facts_of_another_schema_are_named_and_skipped(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    old = json.dumps(PLAIN | {"schema_version": "0"})
    stood = json.dumps({"phases": [1], "priority": 5})
    rows = (
        FactsRow(uuid4(), "0000-0001", uuid4(), old, stood),
        FactsRow(uuid4(), "0000-0002", uuid4(), json.dumps(PLAIN), stood),
    )
    monkeypatch.setattr(replaying, "newest_facts", lambda *_: rows)
    found = replaying.replay(RuleSettings(), actor=Actor.system(), now=START)
    assert (found.read, found.unreadable) == (2, ("0000-0001",))
    assert [one.reference for one in found.changed] == ["0000-0002"]


def run(app: Flask, tmp_path: Path, text: str) -> Result:
    file = tmp_path / "settings.json"
    file.write_text(text)
    return app.test_cli_runner().invoke(args=["triage", "replay", "--settings", str(file)])


def test_the_command_prints_changes_by_reference(app: Flask, sent: dict[str, Sent], tmp_path: Path) -> None:
    result = run(app, tmp_path, json.dumps(SLOWER.changed()))
    assert result.exit_code == 0, result.output
    *lines, last = result.stdout.splitlines()
    assert lines[:3] == ["p1_min_weeks: 6", "p2_min_weeks: 26", "p1_needs_both: false"]
    assert len(lines) - 3 == int(last.split()[0])
    assert all(line.split(":")[0] in sent and " -> " in line for line in lines[3:])
    assert last.endswith(f"of {len(sent)} referrals would change")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "settings: Invalid JSON"),
        ('{"p3_weeks": 1}', "settings.p3_weeks: Unexpected keyword argument"),
        ('{"p2_min_weeks": "26"}', "settings.p2_min_weeks: Input should be a valid integer"),
        ('{"p2_min_weeks": 2}', "must be in this order"),
        ('{"p1_medicine_maybe": ["tea"]}', "tea is not in the catalogue"),
    ],
)
def test_bad_settings_are_named(app: Flask, tmp_path: Path, text: str, said: str) -> None:
    result = run(app, tmp_path, text)
    assert result.exit_code == 2
    assert said in result.stderr
    assert rows_of(AuditEvent) == []
