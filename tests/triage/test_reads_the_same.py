"""What was decided under one version of settings and questionnaire reads the same after the next ones."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.intake import queries as intake
from clinic.intake.questionnaire import current, documents
from clinic.intake.rules.loading import read_questionnaire
from clinic.intake.service import publishing, start
from clinic.kernel.permissions import Actor
from clinic.referrals import service
from clinic.referrals.models import TriageRun
from clinic.referrals.rules import Choice, DecisionReason
from clinic.referrals.service import Decided, run_again
from clinic.triage.rules import RuleSettings
from clinic.triage.service import approve, current_settings
from tests.referrals.cast import rows_of
from tests.referrals.filled import VAGUE, fill_in
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in
from tests.triage.cast import STRICTER, clinician, propose

SOON = START + timedelta(hours=1)
NEXT = "2027.1"


def reworded(node: Any) -> Any:
    """A declared questionnaire with every text of its questions told otherwise."""
    if isinstance(node, dict):
        return {
            key: f"Anew: {one}" if key == "en" and isinstance(one, str) else reworded(one)
            for key, one in node.items()
        }
    return [reworded(one) for one in node] if isinstance(node, list) else node


def publish_the_next_questionnaire(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on people are asked in other words."""
    shared, *sections = (reworded(one) for one in documents(current().version))
    shared["version"] = NEXT
    declared = read_questionnaire(shared, sections)
    monkeypatch.setattr(publishing, "current", lambda: declared)
    monkeypatch.setattr(publishing, "documents", lambda _: (shared, *sections))
    begun = intake.intake_card(start(Actor.anonymous(), SOON)).questionnaire
    assert (begun.version, begun.fingerprint != current().fingerprint) == (NEXT, True)


def main_part(client: PageClient, reference: str) -> str:
    """The page of the referral, without the token of its forms."""
    page = client.get(f"/staff/referrals/{reference}").text
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r'name="csrf_token"[^>]*', "", main)


def test_a_decided_referral_reads_the_same_after_the_next_versions(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, decider, second = fill_in(VAGUE, START), clinician("Robin Vale"), clinician("Wren Lark")
    given = Decided(choice=Choice.PHASE_ONE, reason=DecisionReason.RECORDS, sentence="By the letter.")
    service.decide(sent.referral.reference, given, version=1, actor=decider, now=SOON)
    sign_in(client, Role.CLINICIAN, name="Ada Reader")
    before = main_part(client, sent.referral.reference)
    runs = [(one.id, one.config_hash, one.outcome) for one in rows_of(TriageRun)]
    assert "Anew:" not in before

    approve(propose(decider, SOON), actor=second, now=SOON)
    publish_the_next_questionnaire(monkeypatch)
    assert current_settings(SOON) == STRICTER

    assert main_part(client, sent.referral.reference) == before
    assert [(one.id, one.config_hash, one.outcome) for one in rows_of(TriageRun)] == runs
    old = f"/staff/rules/settings/{RuleSettings().config_hash}"
    assert old in before
    words = text_of(client.get(old).text)
    assert "Settings, version 1" in words


def test_only_a_new_run_is_made_by_the_version_in_force(app: Flask, client: PageClient) -> None:
    sent, decider = fill_in(VAGUE, START), clinician("Robin Vale")
    approve(propose(decider, SOON), actor=clinician("Wren Lark"), now=SOON)
    run_again(sent.referral.id, actor=Actor.system(), now=SOON)
    hashes = {one.created_at: one.config_hash for one in rows_of(TriageRun)}
    assert hashes == {START: RuleSettings().config_hash, SOON: STRICTER.config_hash}
