"""The worker replays drafts: every change is named, nothing is held up, one event tells the counts."""

import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.notifications.registry import registry
from clinic.patients.models import PrivateLink
from clinic.patients.rules import LinkPurpose
from clinic.platform.extensions import db
from clinic.platform.transaction import in_transaction, transaction
from clinic.referrals.models import Referral, TriageRun
from clinic.referrals.rules import CallerReason, ReferralSource, ReferralStatus
from clinic.referrals.service import replaying
from clinic.triage import queries, service
from clinic.triage.models import ReplayLine
from clinic.triage.queries import LineRow
from clinic.triage.rules import RULE_VERSION, Outcome, RuleSettings, evaluate, parse_facts
from clinic.triage.service import keep_slice, next_replay
from tests.referrals.cast import PLAIN, enter_patient, rows_of, send_in
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.support.proofs import note, rounds
from tests.support.staff import sign_in
from tests.triage.cast import STRICTER, clinician, propose
from tests.triage.invent import some_facts

OLD = PLAIN | {"schema_version": "0"}  # as a questionnaire of long ago would have told it
Change = tuple[tuple[tuple[int, ...], int], tuple[tuple[int, ...], int] | None]


def given_by_defaults(facts: dict[str, Any]) -> Outcome:
    """What the first version gave."""
    return evaluate(parse_facts(facts | {"schema_version": "1"}), flips=False)


def keep(patient_id: UUID, number: int, facts: dict[str, Any]) -> tuple[str, Change | None]:
    """A referral with one run, put straight into its tables; its reference, and what STRICTER changes."""
    outcome = given_by_defaults(facts)
    link = PrivateLink(
        patient_id=patient_id,
        purpose=LinkPurpose.VISIT,
        subject_id=uuid4(),
        token_mac=number.to_bytes(32, "big"),
        created_at=START,
        expires_at=START + timedelta(days=30),
    )
    db.session.add(link)
    reference = f"{number // 10_000:04}-{number % 10_000:04}"
    row = Referral(
        reference=reference,
        patient_id=patient_id,
        link_id=link.id,
        source=ReferralSource.PHONE,
        caller_reason=CallerReason.OTHER,
        status=ReferralStatus.SUBMITTED,
        version=1,
        submitted_at=START,
        see_by=START.date(),
        priority=outcome.priority,
        phases=list(outcome.phases),
        confidence=outcome.confidence,
        flags=list(outcome.flags),
        details=list(outcome.details),
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(
        TriageRun(
            referral_id=row.id,
            rule_version=RULE_VERSION,
            config_hash=outcome.config_hash,
            facts_hash=outcome.facts_hash,
            facts=json.dumps(facts),
            outcome=json.dumps(outcome.as_json()),
            sources="{}",
            created_at=START,
        )
    )
    return reference, expected(facts, outcome)


def expected(facts: dict[str, Any], was: Outcome) -> Change | None:
    """What must be named about these facts; None where nothing changes."""
    before = (was.phases, was.priority)
    if facts["schema_version"] != "1":
        return before, None
    then = evaluate(parse_facts(facts), STRICTER, flips=False)
    return None if (then.phases, then.priority) == before else (before, (then.phases, then.priority))


def lines(number: int) -> dict[str, Change]:
    """Everything that the pages of a draft list."""
    replay = queries.replay_of(queries.version(number).id)
    assert replay is not None
    return {
        line.reference: (line.was, line.would_be)
        for readable in (True, False)
        for line in _pages(replay.id, readable=readable)
    }


def _pages(replay_id: UUID, *, readable: bool) -> Iterator[LineRow]:
    after: str | None = ""
    while after is not None:
        page = queries.replay_lines(replay_id, readable=readable, after=after)
        yield from page.rows
        after = page.next_after


@pytest.mark.long
def test_each_change_among_ten_thousand_referrals_is_named(app: Flask) -> None:
    random, count = Random(20261), rounds(2_000, 10_000)
    given = [some_facts(random) for _ in range(count)]
    given[::500] = [OLD] * len(given[::500])
    patient_id = enter_patient(START)
    wanted: dict[str, Change] = {}
    with transaction():
        for number, facts in enumerate(given):
            reference, change = keep(patient_id, number, facts)
            if change is not None:
                wanted[reference] = change
    number = propose(clinician(), START)
    found = lines(number)
    assert found == wanted
    changed = sum(one[1] is not None for one in wanted.values())
    assert changed > count / 50, "settings under which hardly anything changes prove nothing"
    (told,) = [one for one in rows_of(AuditEvent) if one.action == Action.TRIAGE_REPLAYED]
    assert told.facts == {
        "config_hash": STRICTER.config_hash,
        "referrals": count,
        "changed": changed,
        "unreadable": len(given[::500]),
    }
    note("replay of a draft", referrals=count, changed=changed, unreadable=len(given[::500]))


def test_facts_of_an_old_questionnaire_are_named_on_the_page(app: Flask, client: PageClient) -> None:
    patient_id = enter_patient(START)
    with transaction():
        for number in range(3):
            keep(patient_id, number, OLD)
        keep(patient_id, 9, PLAIN)
    number = propose(clinician(), START, RuleSettings(p2_groups_min=4))
    sign_in(client, Role.CLINICIAN, name="Ada Reader")
    words = text_of(client.get(f"/staff/rules/drafts/{number}").text)
    assert "3 could not be read by these rules" in words
    assert "of 4 referrals would be placed differently" in words
    listed = text_of(client.get(f"/staff/rules/drafts/{number}?show=unread").text)
    assert all(f"0000-000{one}" in listed for one in range(3))
    assert "0000-0009" not in listed
    seen = [one for one in rows_of(AuditEvent) if one.action == Action.REPLAY_VIEWED]
    assert {patient for one in seen for patient in one.facts["patients"]} == {str(patient_id)}
    client.get(f"/staff/rules/drafts/{number}?show=%00&after=%F0%9F%A6%86")


def test_a_long_list_has_pages(app: Flask, client: PageClient) -> None:
    patient_id = enter_patient(START)
    with transaction():
        for number in range(queries.LINES + 3):
            keep(patient_id, number, OLD)
    number = propose(clinician(), START)
    assert len(lines(number)) == queries.LINES + 3
    sign_in(client, Role.CLINICIAN, name="Ada Reader")
    first = client.get(f"/staff/rules/drafts/{number}?show=unread").text
    assert f"after=0000-{queries.LINES - 1:04}" in first
    second = text_of(
        client.get(f"/staff/rules/drafts/{number}?show=unread&after=0000-{queries.LINES - 1:04}").text
    )
    assert f"0000-{queries.LINES + 2:04}" in second
    assert "From the start" in second


def test_it_goes_slice_by_slice_and_holds_no_lock_meanwhile(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "SLICE", 2)
    patient_id = enter_patient(START)
    with transaction():
        for number in range(5):
            keep(patient_id, number, OLD if number == 3 else PLAIN)
    real, locked = evaluate, []

    def watched(*given: Any, **options: Any) -> Any:
        locked.append(in_transaction())
        return real(*given, **options)

    monkeypatch.setattr(replaying, "evaluate", watched)
    draft = propose(clinician(), START, RuleSettings(p2_groups_min=4), replayed=False)
    steps = 0
    replay: queries.ReplayRow | None = None
    while replaying.replay_drafts(START):
        steps += 1
        replay = queries.replay_of(queries.version(draft).id)
        assert replay is not None
        assert replay.read == min(2 * steps, 5)
    assert steps == 3
    assert replay is not None
    assert replay.finished_at is not None
    assert locked == [False] * 4
    assert set(lines(draft)) >= {"0000-0003"}


def test_two_workers_keep_nothing_twice(app: Flask) -> None:
    patient_id = enter_patient(START)
    with transaction():
        keep(patient_id, 1, OLD)
    propose(clinician(), START, replayed=False)
    tasks = [next_replay(), next_replay()]
    assert tasks[0] is not None
    assert tasks[0] == tasks[1]
    found = replaying.replayed(tasks[0].settings, tasks[0].reached)
    assert found.last is None
    assert keep_slice(tasks[0], found, now=START)
    assert not keep_slice(tasks[0], found, now=START)
    assert len(rows_of(ReplayLine)) == 1
    assert len([one for one in rows_of(AuditEvent) if one.action == Action.TRIAGE_REPLAYED]) == 1


def test_a_draft_decided_meanwhile_is_left_alone(app: Flask) -> None:
    number = propose(clinician(), START, replayed=False)
    service.reject(number, actor=clinician("Wren Lark"), now=START)
    assert next_replay() is None
    assert not replaying.replay_drafts(START)


def test_without_referrals_the_replay_is_done_at_once(app: Flask) -> None:
    number = propose(clinician(), START)
    replay = queries.replay_of(queries.version(number).id)
    assert replay is not None
    assert (replay.read, replay.changed, replay.finished_at) == (0, 0, START)


def test_the_worker_does_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    send_in(monkeypatch, START)
    number = propose(clinician(), START, replayed=False)
    registry(app).jobs["replay"].run(START)
    replay = queries.replay_of(queries.version(number).id)
    assert replay is not None
    assert (replay.read, replay.finished_at) == (1, START)


def test_an_urgency_set_by_a_clinician_is_no_change_of_the_rules(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send_in(monkeypatch, START)
    with transaction():
        row = db.session.get_one(Referral, sent.referral.id)
        row.priority, row.decided_priority = 3, 3
    number = propose(clinician(), START, RuleSettings(max_flips=5))
    assert lines(number) == {}


def test_the_newest_run_of_a_referral_is_read(app: Flask) -> None:
    with transaction():
        keep(enter_patient(START), 1, PLAIN)
        first = rows_in_session(TriageRun)[0]
        newer = {name: getattr(first, name) for name in ("referral_id", "rule_version", "config_hash")}
        db.session.add(
            TriageRun(
                **newer,
                facts_hash=first.facts_hash,
                facts=json.dumps(OLD),
                outcome=first.outcome,
                sources="{}",
                created_at=START + timedelta(hours=1),
            )
        )
    assert list(lines(propose(clinician(), START)).values()) == [expected(OLD, given_by_defaults(PLAIN))]


def rows_in_session(model: Any) -> list[Any]:
    """Every row of a table, inside the transaction that wrote it."""
    db.session.flush()
    return list(db.session.scalars(select(model)))
