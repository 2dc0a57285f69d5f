"""The report of overrides: counts per rule and per cell, sentences, what visits showed, who was looked at."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import NotAllowed
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import service
from clinic.referrals.models import VisitOutcome
from clinic.referrals.queries.overrides import judged_since
from clinic.referrals.rules import Choice, DecisionKind, DecisionReason, DiagnosisFound
from clinic.referrals.rules.overriding import ENOUGH, Judged, Tally, by_cell, by_rule, tally
from clinic.referrals.service import Decided
from clinic.referrals.service.overriding import view_overrides
from tests.referrals.cast import PLAIN, Sent, rows_of, send_in, times_for
from tests.scheduling.scene import Scene
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.support.staff import sign_in
from tests.support.statements import statements

SOON = START + timedelta(hours=1)
SAID = "The letter says twenty weeks of therapy, <b>not</b> sixty. שלום"
EARLY = PLAIN | {"onset": {"precision": "day", "value": "2026-10-20", "basis": "symptoms"}, "treatments": []}
EARLY |= {"nothing_tried": "yes", "overall_pgic": None, "trend": "unknown"}


def judged(kind: DecisionKind, rules: str, cell: tuple[str, str, str] = ("D", "FC", "good")) -> Judged:
    return Judged(
        reference="0000-0000",
        patient_id=UUID(int=1),
        kind=kind,
        choice=Choice.PHASE_ONE,
        reason=None,
        sentence=None,
        at=START,
        suggested=(2,),
        rules=frozenset(rules.split()),
        cells=frozenset({cell}),
        found=None,
    )


def test_counts_are_per_rule_and_per_cell_and_the_worst_is_first() -> None:
    agrees, override, assigned = DecisionKind.AGREES, DecisionKind.OVERRIDE, DecisionKind.ASSIGNED
    found = [
        judged(agrees, "DT3 TL4"),
        judged(agrees, "DT3"),
        judged(override, "DT3 TL4", ("C", "F0", "none")),
        judged(DecisionKind.RESOLVED, "TL4"),
        judged(assigned, "GT2"),
    ]
    assert tally(found) == Tally(4, 1, 1)
    assert list(by_rule(found).items()) == [
        ("DT3", Tally(3, 1, 0)),
        ("TL4", Tally(3, 1, 0)),
        ("GT2", Tally(0, 0, 1)),
    ]
    assert by_cell(found) == {("C", "F0", "none"): Tally(1, 1, 0), ("D", "FC", "good"): Tally(3, 0, 1)}


def test_a_rate_is_told_only_where_it_says_something() -> None:
    assert Tally(ENOUGH - 1, 3, 0).percent is None
    assert Tally(ENOUGH, 3, 0).percent == 15
    assert Tally(0, 0, 2).percent is None


@pytest.fixture
def decided(scene: Scene, clinician: Actor, monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """Somebody agreed with, somebody overridden."""
    sent = [send_in(monkeypatch, START), send_in(monkeypatch, START, EARLY, first_name="Otto")]
    agreed = {1: Choice.PHASE_ONE, 2: Choice.PHASE_TWO, 3: Choice.PHASE_THREE}[sent[0].referral.phases[0]]
    left = Decided(choice=Choice.PHASE_TWO, reason=DecisionReason.RECORDS, sentence=SAID)
    for one, given in zip(sent, (Decided(choice=agreed), left), strict=True):
        service.decide(one.referral.reference, given, version=1, actor=clinician, now=SOON)
    return sent


def keep_outcomes(sent: Sent, clinician: Actor, *found: int | None) -> None:
    """What the visit showed, and what was corrected later."""
    time = times_for(sent, START)[-1]
    row = service.book_by_staff(sent.referral.id, time.wanted, key="o", actor=clinician, now=SOON)
    with transaction():
        for hours, phase in enumerate(found):
            db.session.add(
                VisitOutcome(
                    referral_id=sent.referral.id,
                    appointment_id=row.id,
                    phase_found=phase,
                    diagnosis=DiagnosisFound.CONFIRMED if phase else DiagnosisFound.OTHER_DIAGNOSIS,
                    sentence="Seen.",
                    staff_id=clinician.id,
                    at=SOON + timedelta(days=9, hours=hours),
                )
            )


def test_each_decision_is_beside_the_run_it_rests_on(decided: list[Sent], clinician: Actor) -> None:
    keep_outcomes(decided[1], clinician, 3, 1)
    found = {one.reference: one for one in judged_since(START)}
    agreed, left = (found[one.referral.reference] for one in decided)
    assert (agreed.kind, left.kind) == (DecisionKind.AGREES, DecisionKind.OVERRIDE)
    assert (left.sentence, left.suggested) == (SAID, (1,))
    assert {(band, row) for band, row, _ in left.cells} == {("A", "Z")}
    assert agreed.rules > {"DT3", "AT9"}
    assert left.found is not None
    assert (left.found.phase, left.found.diagnosis) == (1, DiagnosisFound.CONFIRMED)
    assert agreed.found is None
    assert judged_since(SOON + timedelta(seconds=1)) == ()


def test_who_was_looked_at_is_recorded(decided: list[Sent], clinician: Actor, desk: Actor) -> None:
    view_overrides(3, actor=clinician, now=SOON)
    (seen,) = [one for one in rows_of(AuditEvent) if one.action == Action.OVERRIDES_VIEWED]
    assert seen.facts == {
        "months": 3,
        "patients": sorted(str(one.referral.patient_id) for one in decided),
    }
    with pytest.raises(NotAllowed):
        view_overrides(3, actor=desk, now=SOON)


def test_the_page_shows_counts_sentences_and_outcomes(
    client: PageClient, decided: list[Sent], clinician: Actor
) -> None:
    keep_outcomes(decided[1], clinician, None)
    sign_in(client, Role.CLINICIAN, name="Ada Reader")
    words = text_of(client.get("/staff/rules/overrides").text)
    assert "1 of 2 decisions on a suggestion left it." in words
    assert "%" not in words
    assert SAID in words
    assert "Records or a letter say more." in words
    assert "No phase. Diagnosis: another diagnosis" in words
    assert decided[0].referral.reference not in words
    filtered = text_of(client.get("/staff/rules/overrides?months=3&rule=AT9").text)
    assert "No override in this period." in filtered
    assert "Overrides of the last 3 months" in filtered
    cell = text_of(client.get("/staff/rules/overrides?cell=nonsense&months=ever").text)
    assert SAID in cell
    client.get("/staff/rules/overrides?rule=%00&cell=%F0%9F%A6%86")


def test_an_empty_period_says_so(app: Flask, client: PageClient) -> None:
    sign_in(client, Role.CLINICIAN)
    assert "No decision in this period" in text_of(client.get("/staff/rules/overrides").text)


def test_it_asks_a_fixed_number_of_statements(
    client: PageClient, scene: Scene, clinician: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, Role.CLINICIAN, name="Ada Reader")
    counts = []
    for number in range(2):
        for extra in range(1 + 4 * number):
            one = send_in(monkeypatch, START, EARLY, first_name=f"No {number} {extra}")
            left = Decided(choice=Choice.PHASE_THREE, reason=DecisionReason.OTHER, sentence=SAID)
            service.decide(one.referral.reference, left, version=1, actor=clinician, now=SOON)
        client.get("/staff/rules/overrides")
        with statements() as seen:
            client.get("/staff/rules/overrides")
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
