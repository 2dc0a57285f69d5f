"""Versions of the settings: the first by the system, the others by two clinicians, one in force."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.triage import queries, service
from clinic.triage.models import SettingsVersion
from clinic.triage.rules import RULE_VERSION, VERSION, RuleSettings, VersionState, VersionStep
from clinic.triage.rules.versions import check_approval, next_state
from tests.support.app import START
from tests.triage.cast import STRICTER, clinician, propose

LATER = START + timedelta(hours=1)


@pytest.mark.parametrize("state", VersionState)
@pytest.mark.parametrize("step", VersionStep)
def test_only_a_draft_goes_anywhere(state: VersionState, step: VersionStep) -> None:
    one, other = UUID(int=1), UUID(int=2)
    if state is not VersionState.DRAFT:
        with pytest.raises(Conflict):
            next_state(state, step, proposer=one, decider=other)
        return
    assert next_state(state, step, proposer=one, decider=other) is VERSION.table[state, step]
    with pytest.raises(NotAllowed):
        next_state(state, step, proposer=one, decider=one)


def test_nobody_approves_what_nobody_could_judge() -> None:
    check_approval(replayed=True, follows=1, in_force=1)
    with pytest.raises(Conflict, match="replay has not run"):
        check_approval(replayed=False, follows=1, in_force=1)
    with pytest.raises(Conflict, match="Version 3 was published since"):
        check_approval(replayed=True, follows=1, in_force=3)


def actions() -> list[str]:
    db.session.rollback()
    found = db.session.scalars(select(AuditEvent).order_by(AuditEvent.at))
    return [one.action for one in found if one.action.startswith(("rules.", "triage.replayed"))]


def test_the_defaults_are_the_first_version(app: Flask) -> None:
    assert queries.in_force() is None
    assert service.current_settings(START) == RuleSettings()
    assert service.current_settings(LATER) == RuleSettings()
    found = queries.in_force()
    assert found is not None
    assert (found.number, found.state, found.proposer, found.decider) == (
        1,
        VersionState.PUBLISHED,
        None,
        None,
    )
    assert (found.config_hash, found.rule_version) == (RuleSettings().config_hash, RULE_VERSION)
    assert actions() == [Action.RULES_PUBLISHED]


def test_two_at_the_same_moment_publish_one_first_version(app: Flask) -> None:
    start = Barrier(4)

    def publish(_: int) -> UUID:
        with app.app_context():
            start.wait()
            try:
                return service.publish_first(START)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(publish, range(4)))
    assert ids == {queries.in_force_id()}
    assert actions() == [Action.RULES_PUBLISHED]


def test_settings_are_read_back_as_they_were_given(app: Flask) -> None:
    given = RuleSettings(
        p1_needs_both=False,
        p1_medicine_maybe=(),
        extra_counts=(("opioid_weak", "p2_medicine?"), ("tens", "p1_rehab")),
    )
    number = propose(clinician(), START, given, replayed=False)
    found = queries.version(number)
    assert found.settings == given
    assert found.config_hash == given.config_hash


def test_an_approved_draft_is_in_force_and_the_one_before_stays_readable(app: Flask) -> None:
    number = propose(clinician(), START)
    assert service.current_settings(START) == RuleSettings()
    service.approve(number, actor=clinician("Wren Lark"), now=LATER)
    assert service.current_settings(LATER) == STRICTER
    assert queries.number_by_hash(STRICTER.config_hash) == 2
    assert queries.number_by_hash(RuleSettings().config_hash) == 1
    assert [(one.number, one.decider) for one in queries.versions()] == [(2, "Wren Lark"), (1, None)]
    assert sorted(actions()) == sorted(
        [Action.RULES_PUBLISHED, Action.RULES_PROPOSED, Action.TRIAGE_REPLAYED, Action.RULES_PUBLISHED]
    )


def test_a_rejected_draft_is_over(app: Flask) -> None:
    number, second = propose(clinician(), START, replayed=False), clinician("Wren Lark")
    service.reject(number, actor=second, now=LATER)
    assert service.current_settings(LATER) == RuleSettings()
    with pytest.raises(Conflict, match="rejected"):
        service.approve(number, actor=second, now=LATER)
    with pytest.raises(NotFound):
        queries.number_by_hash(STRICTER.config_hash)


def test_nobody_approves_their_own(app: Flask) -> None:
    one = clinician()
    number = propose(one, START)
    with pytest.raises(NotAllowed, match="Another clinician"):
        service.approve(number, actor=one, now=LATER)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(SettingsVersion)
            .where(SettingsVersion.number == number)
            .values(state=VersionState.PUBLISHED, decided_by=one.id, decided_at=LATER)
        )


def test_without_its_replay_a_draft_stays_a_draft(app: Flask) -> None:
    number, second = propose(clinician(), START, replayed=False), clinician("Wren Lark")
    with pytest.raises(Conflict, match="replay has not run"):
        service.approve(number, actor=second, now=LATER)
    assert queries.version(number).state is VersionState.DRAFT


def test_a_draft_that_others_have_overtaken_is_refused(app: Flask) -> None:
    one, second = clinician(), clinician("Wren Lark")
    older = propose(one, START)
    newer = propose(one, START, RuleSettings(edge_days=0))
    service.approve(newer, actor=second, now=LATER)
    with pytest.raises(Conflict, match="Version 3 was published since"):
        service.approve(older, actor=second, now=LATER)
    assert service.current_settings(LATER) == RuleSettings(edge_days=0)


def test_of_two_approvals_at_once_one_wins(app: Flask) -> None:
    one = clinician()
    drafts = [propose(one, START), propose(one, START, RuleSettings(edge_days=0))]
    seconds = [clinician("Wren Lark"), clinician("Juno Brook")]
    tries = [(drafts[0], seconds[0]), (drafts[0], seconds[1]), (drafts[1], seconds[1])]
    start = Barrier(len(tries))

    def approve(number: int, actor: Actor) -> str:
        with app.app_context():
            start.wait()
            try:
                service.approve(number, actor=actor, now=LATER)
            except Conflict as refused:
                return refused.message
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(len(tries)) as pool:
        said = list(pool.map(approve, *zip(*tries, strict=True)))
    assert said.count("") == 1, said
    published = [one.number for one in queries.versions() if one.state is VersionState.PUBLISHED]
    assert len(published) == 2


def test_a_draft_has_a_reason_and_a_difference(app: Flask) -> None:
    one = clinician()
    with pytest.raises(Invalid, match="Say why"):
        service.propose(STRICTER, "  ", actor=one, now=START)
    with pytest.raises(Invalid, match="Nothing differs from version 1"):
        service.propose(RuleSettings(), "Because.", actor=one, now=START)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN])
def test_only_clinicians_change_rules(app: Flask, role: Role) -> None:
    stranger, number = clinician("Dana Desk", role), propose(clinician(), START)
    for step in (
        lambda: service.propose(STRICTER, "Because.", actor=stranger, now=START),
        lambda: service.approve(number, actor=stranger, now=START),
        lambda: service.reject(number, actor=stranger, now=START),
        lambda: service.agree(1, (), actor=stranger, now=START),
    ):
        with pytest.raises(NotAllowed):
            step()
