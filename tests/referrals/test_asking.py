"""Asking the patient back: only the questions asked open, answers bring a new run beside the old one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.intake.queries import Origin, answer_sheet, intake_card, origins
from clinic.intake.rules import AnswerSheet, Place, places_on
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor, ActorKind
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.referrals import queries, service
from clinic.referrals.models import InformationRequest, TriageRun
from clinic.referrals.presenters.workspace import differences, unsettled
from clinic.referrals.queries.asking import requests_of
from clinic.referrals.rules import Choice, DecisionReason, ReferralStatus, RequestState, StaleDecision, Turn
from clinic.referrals.service import Decided
from clinic.safety.models import CallBack
from clinic.safety.rules import CallBackKind, CallBackState
from tests.referrals.cast import Sent, rows_of
from tests.referrals.filled import VAGUE, fill_in
from tests.scheduling.scene import Scene
from tests.support.app import START

SOON, LATER = START + timedelta(hours=1), START + timedelta(days=2)
CHANGE = Place("overall_change")
MUCH_BETTER = {"overall_change": ["much_better"], "trend": ["improving"]}


@pytest.fixture
def vague(scene: Scene) -> Sent:
    """Somebody who did not know when it began, nor what treatment changed."""
    return fill_in(VAGUE, START)


def ask(sent: Sent, by: Actor, *places: Place, sentence: str = "", version: int = 1) -> None:
    service.ask(sent.referral.reference, places, sentence, version=version, actor=by, now=SOON)


def answer(sent: Sent, slug: str, raw: dict[str, list[str]]) -> service.Asked | None:
    service.save_asked(sent.referral.id, slug, None, raw, actor=sent.patient, now=LATER)
    return service.asked_of(sent.referral.id, sent.referral.intake_id)


def slug_of(sent: Sent, place: Place) -> str:
    asked = service.asked_of(sent.referral.id, sent.referral.intake_id)
    assert asked is not None
    return next(ref.slug for ref in (*asked.left, *asked.done) if place in places_on(ref))


def sheet_of(sent: Sent) -> AnswerSheet:
    db.session.rollback()
    assert sent.referral.intake_id is not None
    return answer_sheet(sent.referral.intake_id)


def test_the_rules_name_the_questions_that_would_settle_it(vague: Sent) -> None:
    run = queries.runs_of(vague.referral.id)[0]
    assert vague.referral.intake_id is not None
    lines = unsettled(run, intake_card(vague.referral.intake_id).questionnaire)
    assert "first_symptoms" in {line.value.rstrip(":") for line in lines}
    assert all(line.outcomes and line.question for line in lines)
    assert len({line.value for line in lines}) == len(lines)


def test_asking_waits_for_the_patient_with_its_own_clock(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE, sentence="Since you take it regularly?")
    row = vague.fresh
    assert (row.status, row.asked_at, row.version) == (ReferralStatus.NEEDS_INFORMATION, SOON, 2)
    assert row.assignee_id == clinician.id
    mail = [one for one in rows_of(OutboxMessage) if one.kind == "referral_question"]
    assert len(mail) == 1
    request = requests_of(vague.referral.id)[0]
    assert (request.asked, request.sentence) == ((CHANGE,), "Since you take it regularly?")


def test_only_the_asked_questions_open(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    asked = service.asked_of(vague.referral.id, vague.referral.intake_id)
    assert asked is not None
    assert [[one.key for one in ref.questions] for ref in asked.left] == [["overall_change"]]
    before = sheet_of(vague)
    with pytest.raises(NotFound):
        answer(vague, "diagnosis", {"diagnosis": ["no"]})
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    after = sheet_of(vague)
    changed = {place for place in after.answers if after.answers[place] != before.answers.get(place)}
    assert changed == {CHANGE}  # the trend stands on the same page, and was not asked


def test_a_new_answer_may_make_another_question_needed(vague: Sent, clinician: Actor) -> None:
    medicines = Place("tried_other_medicines")
    ask(vague, clinician, medicines)
    slug = slug_of(vague, medicines)
    asked = answer(vague, slug, {"tried_other_medicines": ["topical"]})
    assert asked is not None
    assert [ref.choice.code for ref in asked.left if ref.choice] == ["topical"]
    with pytest.raises(Invalid):
        service.send_answers(vague.referral.id, actor=vague.patient, now=LATER)


def test_the_answers_return_on_top_with_a_new_run_beside_the_old(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    old = queries.runs_of(vague.referral.id)[0]
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    assert queries.runs_of(vague.referral.id) == (old,)
    service.send_answers(vague.referral.id, actor=vague.patient, now=LATER)
    new, kept = queries.runs_of(vague.referral.id)
    assert kept == old
    assert (old.facts["overall_pgic"], new.facts["overall_pgic"]) == (None, 2)
    row, request = vague.fresh, requests_of(vague.referral.id)[0]
    assert (row.status, row.turn, row.version) == (ReferralStatus.SUBMITTED, Turn.ANSWERED, 3)
    assert (request.state, request.run_before, request.run_after) == (
        RequestState.ANSWERED,
        old.id,
        new.id,
    )
    screen = service.view_referral(row.reference, actor=clinician, now=LATER)
    assert screen.questionnaire is not None
    assert screen.answers_before is not None
    assert screen.answers is not None
    lines = differences(screen.questionnaire, screen.answers_before, screen.answers)
    assert [(one.was, one.now) for one in lines] == [
        ("I am not sure, or it is too early to tell", "Much better")
    ]


def test_a_half_given_answer_is_not_on_the_screen_before_it_is_sent(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    screen = service.view_referral(vague.referral.reference, actor=clinician, now=LATER)
    assert screen.answers is not None
    assert screen.answers.value("overall_change") != "much_better"


def test_a_decision_on_the_screen_from_before_the_answer_is_stale(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    service.send_answers(vague.referral.id, actor=vague.patient, now=LATER)
    given = Decided(choice=Choice.PHASE_TWO)
    with pytest.raises(StaleDecision) as stale:
        service.decide(vague.referral.reference, given, version=2, actor=clinician, now=LATER)
    assert (stale.value.shown, stale.value.current) == (2, 3)


def test_what_an_answer_says_urgently_reaches_a_person_before_it_is_sent(
    vague: Sent, clinician: Actor
) -> None:
    thoughts = Place("safety_thoughts")
    ask(vague, clinician, thoughts)
    answer(vague, slug_of(vague, thoughts), {"safety_thoughts": ["now"]})
    calls = [one for one in rows_of(CallBack) if one.kind is CallBackKind.SAFETY]
    assert [one.state for one in calls] == [CallBackState.OPEN]


def test_sent_twice_is_sent_once(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    service.send_answers(vague.referral.id, actor=vague.patient, now=LATER)
    with pytest.raises(Conflict):
        service.send_answers(vague.referral.id, actor=vague.patient, now=LATER)
    assert len(rows_of(TriageRun)) == 2


def test_taken_back_nothing_can_be_answered(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    slug = slug_of(vague, CHANGE)
    service.recall(vague.referral.reference, version=2, actor=clinician, now=SOON)
    assert vague.fresh.status is ReferralStatus.SUBMITTED
    with pytest.raises(Conflict):
        answer(vague, slug, MUCH_BETTER)


def test_a_decision_closes_what_is_asked(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    row = vague.fresh
    given = Decided(
        choice=Choice.PHASE_TWO, reason=DecisionReason.SPOKE_WITH_PATIENT, sentence="On the phone."
    )
    service.decide(row.reference, given, version=2, actor=clinician, now=LATER)
    assert service.asked_of(row.id, row.intake_id) is None
    assert [one.state for one in rows_of(InformationRequest)] == [RequestState.RECALLED]


@pytest.mark.parametrize("places", [[], [Place("no_such_question")], [Place("first_name")]])
def test_what_cannot_be_asked_is_refused_in_words(vague: Sent, clinician: Actor, places: list[Place]) -> None:
    with pytest.raises(Invalid) as wrong:
        ask(vague, clinician, *places)
    assert wrong.value.field == "questions"


def test_a_stale_screen_asks_nothing(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    with pytest.raises(StaleDecision):
        ask(vague, clinician, CHANGE)


def test_who_has_no_address_is_called_by_the_desk(scene: Scene, clinician: Actor) -> None:
    sent = fill_in(VAGUE, START, email="", email_none="yes")
    ask(sent, clinician, CHANGE)
    calls = [one for one in rows_of(CallBack) if one.kind is CallBackKind.ASK_BY_PHONE]
    assert [one.state for one in calls] == [CallBackState.OPEN]
    assert not [one for one in rows_of(OutboxMessage) if one.kind == "referral_question"]


def test_after_a_week_of_silence_the_desk_calls_once(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    assert service.call_the_silent(SOON + timedelta(days=6)) == 0
    for _ in range(2):
        assert service.call_the_silent(SOON + timedelta(days=7)) == 1
    calls = [one for one in rows_of(CallBack) if one.kind is CallBackKind.ASK_BY_PHONE]
    assert len(calls) == 1


def test_it_is_known_who_typed_what(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    assert vague.referral.intake_id is not None
    said = dict(origins(vague.referral.intake_id))
    assert said.pop(CHANGE) == Origin(ActorKind.PATIENT, vague.patient.id, LATER)
    assert {(one.author_kind, one.saved_at) for one in said.values()} == {(ActorKind.ANONYMOUS, START)}


def test_every_step_is_recorded(vague: Sent, clinician: Actor) -> None:
    ask(vague, clinician, CHANGE)
    answer(vague, slug_of(vague, CHANGE), MUCH_BETTER)
    service.send_answers(vague.referral.id, actor=vague.patient, now=LATER)
    wanted = (Action.REFERRAL_ASKED, Action.REFERRAL_ANSWERED)
    counted = db.session.scalar(
        select(func.count()).select_from(AuditEvent).where(AuditEvent.action.in_(wanted))
    )
    assert counted == 2
