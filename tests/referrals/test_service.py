"""Submitting, deciding, viewing: what is stored, told and recorded, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries, service
from clinic.referrals.models import Decision, Referral, TriageRun
from clinic.referrals.rules import (
    CallerReason,
    Choice,
    DecisionKind,
    DecisionReason,
    ReferralStatus,
    StaleDecision,
)
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind, FlagSource, Outcome
from clinic.safety.service import raise_flags, record_contact, resolve
from clinic.scheduling.rules import State
from tests.referrals.cast import PLAIN, Sent, enter_patient, rows_of, send_in, staff_actor, times_for
from tests.scheduling.scene import Scene
from tests.support.app import START

LATER = START + timedelta(hours=1)


def actions() -> list[Action]:
    return [Action(event.action) for event in rows_of(AuditEvent)]


def decide(sent: Sent, by: Actor, **given: Any) -> DecisionKind:
    version = given.pop("version", None) or sent.fresh.version
    return service.decide(sent.referral.reference, Decided(**given), version=version, actor=by, now=LATER)


def test_a_submitted_intake_is_a_referral_with_its_run_its_audit_and_its_mail(sent: Sent) -> None:
    (run,) = rows_of(TriageRun)
    assert run.rule_version == "2026.1"
    assert run.config_hash.startswith("sha256:")
    assert sent.referral.phases == (2,)
    assert sent.referral.priority == 5
    assert sent.referral.see_by == date(2027, 1, 30)
    assert sent.referral.months == 17
    assert [m.kind for m in rows_of(OutboxMessage)] == ["referral_received"]
    assert {Action.REFERRAL_SUBMITTED, Action.REFERRAL_TRIAGED} <= set(actions())


def test_sending_again_gives_the_same_reference_and_nothing_new(sent: Sent) -> None:
    assert sent.referral.intake_id is not None
    again = service.submit(sent.referral.intake_id, actor=Actor.anonymous(), now=LATER)
    assert again == sent.referral.reference
    assert len(rows_of(Referral)) == len(rows_of(TriageRun)) == len(rows_of(OutboxMessage)) == 1


def test_facts_and_trace_are_sealed_and_stay_as_they_were(sent: Sent) -> None:
    (run,) = rows_of(TriageRun)
    assert b"gabapentin" not in bytes(run.facts_sealed)
    assert b"phases" not in bytes(run.outcome_sealed)
    for change in (update(TriageRun).values(rule_version="x"), delete(TriageRun)):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(change)
    (row,) = queries.runs_of(sent.referral.id)
    assert row.outcome["phases"] == [2]
    assert row.facts["treatments"][0]["slug"] == "gabapentin"


@pytest.mark.parametrize(
    ("choice", "explained", "kind"),
    [
        (Choice.PHASE_TWO, {}, DecisionKind.AGREES),
        (
            Choice.PHASE_ONE,
            {"reason": DecisionReason.RECORDS, "sentence": "The letter."},
            DecisionKind.OVERRIDE,
        ),
        (
            Choice.NOT_FOR_THIS_CLINIC,
            {"reason": DecisionReason.OTHER_DIAGNOSIS, "sentence": "Gout."},
            DecisionKind.OVERRIDE,
        ),
        (
            Choice.CANNOT_DECIDE_YET,
            {"reason": DecisionReason.MORE_NEEDED, "sentence": "Records first."},
            DecisionKind.OVERRIDE,
        ),
    ],
)
def test_a_decision_is_kept_with_its_kind_and_told_to_the_patient(
    sent: Sent, clinician: Actor, choice: Choice, explained: dict[str, Any], kind: DecisionKind
) -> None:
    assert decide(sent, clinician, choice=choice, words_to_patient="See you soon.", **explained) is kind
    row = sent.fresh
    assert (row.status, row.choice, row.version) == (ReferralStatus.DECIDED, choice, 2)
    (kept,) = queries.decisions_of(row.id)
    assert (kept.choice, kept.kind, kept.words_to_patient) == (choice, kind, "See you soon.")
    assert kept.staff_name == "Robin Vale"
    assert {m.kind for m in rows_of(OutboxMessage)} == {"referral_received", "referral_news"}
    assert Action.REFERRAL_DECIDED in actions()


def test_from_two_phases_the_clinician_picks_one_and_it_counts_as_resolved(
    scene: Scene, clinician: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = {**PLAIN, "overall_pgic": 5, "trend": "worsening"}
    sent = send_in(monkeypatch, START, two)
    assert len(sent.referral.phases) == 2
    choice = {1: Choice.PHASE_ONE, 2: Choice.PHASE_TWO, 3: Choice.PHASE_THREE}[sent.referral.phases[0]]
    assert decide(sent, clinician, choice=choice) is DecisionKind.RESOLVED


def test_without_a_suggestion_the_decision_is_assigned_and_must_be_explained(
    scene: Scene, clinician: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send_in(monkeypatch, START, {**PLAIN, "diagnosis_status": "other_diagnosis"})
    assert sent.referral.phases == ()
    with pytest.raises(Invalid):
        decide(sent, clinician, choice=Choice.PHASE_ONE)
    assert sent.fresh.status is ReferralStatus.SUBMITTED
    told = {"reason": DecisionReason.SPOKE_WITH_PATIENT, "sentence": "Confirmed last week."}
    assert decide(sent, clinician, choice=Choice.PHASE_ONE, **told) is DecisionKind.ASSIGNED


def test_an_override_without_reason_or_sentence_changes_nothing(sent: Sent, clinician: Actor) -> None:
    for given in ({}, {"reason": DecisionReason.RECORDS}, {"sentence": "Because."}):
        with pytest.raises(Invalid):
            decide(sent, clinician, choice=Choice.PHASE_THREE, **given)
    assert rows_of(Decision) == []
    assert sent.fresh.version == 1


def test_a_decision_on_a_stale_screen_carries_both_versions_and_overwrites_nothing(
    sent: Sent, clinician: Actor
) -> None:
    other = staff_actor(Role.CLINICIAN, "Sam Other")
    decide(sent, other, choice=Choice.PHASE_TWO, version=1)
    with pytest.raises(StaleDecision) as stale:
        decide(sent, clinician, choice=Choice.PHASE_TWO, version=1)
    assert (stale.value.shown, stale.value.current) == (1, 2)
    assert len(rows_of(Decision)) == 1


def test_a_decision_may_be_revised_and_both_are_kept(sent: Sent, clinician: Actor) -> None:
    decide(sent, clinician, choice=Choice.PHASE_TWO)
    why = {"reason": DecisionReason.RECORDS, "sentence": "A letter came."}
    decide(sent, clinician, choice=Choice.PHASE_THREE, **why)
    assert {row.choice for row in queries.decisions_of(sent.referral.id)} == {
        Choice.PHASE_TWO,
        Choice.PHASE_THREE,
    }
    assert sent.fresh.decided_phase == 3


def test_only_clinicians_decide(sent: Sent, desk: Actor) -> None:
    for actor in (desk, sent.patient, Actor.anonymous()):
        with pytest.raises(NotAllowed):
            decide(sent, actor, choice=Choice.PHASE_TWO)


def test_a_withdrawn_referral_is_not_decided(sent: Sent, clinician: Actor) -> None:
    with transaction():
        db.session.execute(update(Referral).values(status=ReferralStatus.WITHDRAWN))
    with pytest.raises(Conflict):
        decide(sent, clinician, choice=Choice.PHASE_TWO)


def test_a_visit_that_no_longer_fits_becomes_a_task_and_stays_booked(sent: Sent, clinician: Actor) -> None:
    time = times_for(sent, START)[0]
    held = service.hold_time(sent.referral.id, time.wanted, key="k", actor=sent.patient, now=START)
    service.confirm_time(sent.referral.id, held.id, actor=sent.patient, now=START)
    decide(sent, clinician, choice=Choice.PHASE_TWO)
    (call,) = rows_of(CallBack)
    assert (call.kind, call.subject_id) == (CallBackKind.VISIT_NO_LONGER_FITS, held.id)
    visit = service.way_to_visit(sent.fresh, LATER).visit
    assert visit is not None
    assert visit.state is State.BOOKED


def test_the_confirmed_phase_selects_the_visit_type(sent: Sent, clinician: Actor, scene: Scene) -> None:
    assert service.way_to_visit(sent.fresh, START).visit_type_id == scene.first_visit
    decide(sent, clinician, choice=Choice.PHASE_TWO)
    assert service.way_to_visit(sent.fresh, LATER).visit_type_id == scene.short_visit


def test_a_view_of_a_referral_is_recorded_and_scoped(sent: Sent, clinician: Actor, desk: Actor) -> None:
    screen = service.view_referral(sent.referral.reference, actor=clinician, now=START)
    assert screen.patient.full_name == "Hazel Exampleton"
    assert actions().count(Action.REFERRAL_VIEWED) == 1
    stranger = Actor.patient(enter_patient(START, first_name="Otto"))
    for actor in (desk, stranger, Actor.anonymous()):
        with pytest.raises(NotFound):
            service.view_referral(sent.referral.reference, actor=actor, now=START)
        with pytest.raises(NotFound):
            service.view_status(sent.referral, actor=actor, now=START)
    assert actions().count(Action.REFERRAL_VIEWED) == 1


def test_a_caller_without_an_intake_has_a_referral_that_waits_for_review(app: object, desk: Actor) -> None:
    patient_id = enter_patient(START)
    reference = service.create_for_caller(
        patient_id, CallerReason.SECOND_OPINION, actor=desk, now=START, preferred_location="auburn"
    )
    row = queries.newest_referral_of(patient_id)
    assert row is not None
    assert (row.reference, row.status, row.priority) == (reference, ReferralStatus.SUBMITTED, 4)
    assert (row.phases, row.preferred_location, row.intake_id) == ((), "auburn", None)
    assert rows_of(TriageRun) == []
    again = service.create_for_caller(patient_id, CallerReason.OTHER, actor=desk, now=LATER)
    assert again == reference


def test_flags_told_on_the_phone_set_a_callers_priority(app: object, desk: Actor) -> None:
    patient_id = enter_patient(START)
    raise_flags(patient_id, None, ["RF-DVT"], FlagSource.STAFF, desk, now=START)
    service.create_for_caller(patient_id, CallerReason.OTHER, actor=desk, now=START)
    row = queries.newest_referral_of(patient_id)
    assert row is not None
    assert row.priority == 1
    assert row.see_by == date(2026, 12, 1)


def test_a_resolved_safety_call_evaluates_again_and_asks_for_a_time(sent: Sent, clinician: Actor) -> None:
    patient = sent.referral.patient_id
    raise_flags(patient, None, ["RF-WOUND"], FlagSource.PATIENT, sent.patient, now=START)
    (call,) = rows_of(CallBack)
    record_contact(call.id, clinician, now=LATER)
    resolve(call.id, Outcome.SAFE_TO_WAIT, "Small, dressed, no fever.", clinician, now=LATER)
    assert len(rows_of(TriageRun)) == 2
    assert sent.fresh.version == 2
    assert "referral_choose_time" in [m.kind for m in rows_of(OutboxMessage)]


def test_an_unreadable_choice_of_the_tables_is_refused_by_the_database(sent: Sent) -> None:
    wrong: list[Callable[[], Any]] = [
        lambda: update(Referral).values(priority=6),
        lambda: update(Referral).values(version=0),
        lambda: update(Referral).values(intake_id=None),
        lambda: update(Referral).values(status=ReferralStatus.DECIDED),
    ]
    for change in wrong:
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(change())
