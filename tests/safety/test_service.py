"""Flags and call-backs in the database, on both engines."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from clinic.audit.models import AuditEvent
from clinic.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.safety import queries, registry, service
from clinic.safety.messages import URGENT_ITEM
from clinic.safety.models import CallBack, CallBackEvent
from clinic.safety.rules import (
    BLOCKING_TIERS,
    RED_FLAGS,
    CallBackAction,
    CallBackKind,
    CallBackState,
    FlagSource,
    FlagState,
    Outcome,
    Tier,
)
from tests.safety.people import CLINICIAN, DESK, enter_patient
from tests.support.app import FixedClock

BLOCKING = [code for code, entry in RED_FLAGS.items() if entry.tier in BLOCKING_TIERS]


@pytest.fixture
def patient(app: Flask, clock: FixedClock) -> UUID:
    return enter_patient(clock.now)


def tell(patient: UUID, clock: FixedClock, *codes: str) -> tuple[str, ...]:
    actor = Actor.patient(patient)
    return service.raise_flags(patient, uuid4(), codes, FlagSource.PATIENT, actor, now=clock.now)


def the_call(kind: CallBackKind = CallBackKind.SAFETY) -> queries.Call:
    queue = queries.clinical_queue(CLINICIAN)
    (call,) = (call for call in queue if call.kind is kind)
    return call


def mails() -> list[OutboxMessage]:
    chosen = select(OutboxMessage).where(OutboxMessage.kind == service.URGENT_MAIL)
    return list(db.session.scalars(chosen))


@pytest.mark.parametrize("code", BLOCKING)
def test_every_blocking_answer_alone_blocks_and_opens_a_call(
    app: Flask, clock: FixedClock, patient: UUID, code: str
) -> None:
    assert not queries.blocks_self_booking(patient)
    assert tell(patient, clock, code) == (RED_FLAGS[code].flag,)
    assert queries.blocks_self_booking(patient)
    call = the_call()
    assert [flag.code for flag in call.flags] == [RED_FLAGS[code].flag]
    assert call.state is CallBackState.OPEN
    assert queries.doctor_checks() == []


def test_t2_answers_block_nothing(app: Flask, clock: FixedClock, patient: UUID) -> None:
    assert tell(patient, clock, "RF-FASTPROG", "RF-SELFNEGLECT") == ()
    assert not queries.blocks_self_booking(patient)
    assert the_call(CallBackKind.CHECK_IN).flags == ()
    assert mails() == []


def test_saying_the_same_again_changes_nothing(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-CES", "RF-SUICIDE")
    assert tell(patient, clock, "RF-SUICIDE", "RF-CES") == ()
    assert len(queries.open_flags(patient)) == 2
    assert len(mails()) == 1
    assert len(db.session.scalars(select(CallBackEvent)).all()) == 1


def test_the_mail_holds_ids_only(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-SUICIDE-NOW")
    (mail,) = mails()
    assert mail.ids == {"call_back": str(the_call().id), "contact": "0", "occasion": "new"}
    assert mail.patient_id is None
    assert mail.due_at == clock.now


def test_an_event_is_written_for_every_change_and_names_no_code(
    app: Flask, clock: FixedClock, patient: UUID
) -> None:
    tell(patient, clock, "RF-SUICIDE-NOW")
    service.retract(patient, ["RF-SUICIDE-NOW"], Actor.patient(patient), now=clock.now)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.patient_id == patient)).all()
    assert {str(event.action) for event in events} == {
        "patient.registered",
        "safety_flag.raised",
        "call_back.opened",
        "safety_flag.retracted",
    }
    assert "SUICIDE" not in str([event.facts for event in events])


def test_retracting_keeps_the_flag_and_the_block(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-WOUND")
    clock.advance(timedelta(minutes=1))
    service.retract(patient, ["RF-WOUND"], Actor.patient(patient), now=clock.now)
    (flag,) = queries.open_flags(patient)
    assert flag.retracted_at == clock.now
    assert queries.blocks_self_booking(patient)
    assert tell(patient, clock, "RF-WOUND") == ("RF-WOUND",)
    assert queries.open_flags(patient)[0].retracted_at is None


def test_a_graver_sign_raises_the_tier_and_brings_the_target_forward(
    app: Flask, clock: FixedClock, patient: UUID
) -> None:
    tell(patient, clock, "RF-IMPLANT")
    assert the_call().acknowledge_by == clock.now + timedelta(hours=1)
    assert tell(patient, clock, "RF-IMPLANT-FEVER") == ("RF-IMPLANT",)
    (flag,) = queries.open_flags(patient)
    assert flag.tier is Tier.T0
    assert the_call().acknowledge_by == clock.now + timedelta(minutes=15)
    assert tell(patient, clock, "RF-IMPLANT") == ()
    assert queries.open_flags(patient)[0].tier is Tier.T0


def test_something_new_opens_a_call_that_was_taken_on(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-WOUND")
    call = the_call()
    service.record_contact(call.id, CLINICIAN, now=clock.now)
    clock.advance(timedelta(minutes=5))
    tell(patient, clock, "RF-CES")
    again = the_call()
    assert (again.id, again.state) == (call.id, CallBackState.OPEN)
    assert again.acknowledge_by == clock.now + timedelta(minutes=15)
    assert len(mails()) == 2
    with pytest.raises(Conflict):  # the screen of the clinician who had just reached the person is stale
        service.resolve(call.id, Outcome.SAFE_TO_WAIT, "Agreed.", CLINICIAN, now=clock.now)
    assert queries.blocks_self_booking(patient)


def test_a_call_is_placed_and_resolved(
    app: Flask, clock: FixedClock, patient: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[UUID, Outcome]] = []
    monkeypatch.setitem(app.extensions, "clinic.safety.resolved", [])
    registry.when_safety_resolved(app, lambda who, outcome, now: told.append((who, outcome)))
    tell(patient, clock, "RF-CES", "RF-SUICIDE")
    call = the_call()
    service.acknowledge(call.id, CLINICIAN, now=clock.now)
    service.record_attempt(call.id, CLINICIAN, "Voicemail.", now=clock.now)
    service.record_contact(call.id, CLINICIAN, now=clock.now)
    assert told == []
    service.resolve(call.id, Outcome.SEEN_URGENTLY, "Was seen last night.", CLINICIAN, now=clock.now)
    assert told == [(patient, Outcome.SEEN_URGENTLY)]
    assert not queries.blocks_self_booking(patient)
    assert {flag.outcome for flag in queries.flags_of(patient)} == {Outcome.SEEN_URGENTLY}
    assert queries.clinical_queue(CLINICIAN) == ()
    done, history = queries.call_back_for(CLINICIAN, call.id)
    assert done.attempts == 1
    assert [(step.action, step.note) for step in history] == [
        (None, None),
        (CallBackAction.ACKNOWLEDGE, None),
        (CallBackAction.ATTEMPT, "Voicemail."),
        (CallBackAction.CONTACT, None),
        (CallBackAction.RESOLVE, "Was seen last night."),
    ]


def test_a_failing_listener_undoes_the_resolution(
    app: Flask, clock: FixedClock, patient: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(app.extensions, "clinic.safety.resolved", [fail])
    tell(patient, clock, "RF-CES")
    call = the_call()
    service.record_contact(call.id, CLINICIAN, now=clock.now)
    with pytest.raises(RuntimeError):
        service.resolve(call.id, Outcome.BASELINE, "Usual.", CLINICIAN, now=clock.now)
    assert queries.blocks_self_booking(patient)
    assert the_call().state is CallBackState.CONTACTED


def test_only_clinicians_end_a_safety_call(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-CES")
    call, flag = the_call(), queries.open_flags(patient)[0]
    for step in (service.acknowledge, service.record_attempt, service.record_contact):
        with pytest.raises(NotAllowed):
            step(call.id, DESK, now=clock.now)
    with pytest.raises(NotAllowed):
        service.resolve(call.id, Outcome.DONE, "", DESK, now=clock.now)
    with pytest.raises(NotAllowed):
        service.close_flag(flag.id, Outcome.BASELINE, "Usual.", DESK, now=clock.now)
    with pytest.raises(NotAllowed):
        queries.clinical_queue(DESK)
    with pytest.raises(NotFound):
        queries.call_back_for(DESK, call.id)
    assert queries.desk_queue(DESK) == ()


def test_a_bad_outcome_changes_nothing(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-CES")
    call = the_call()
    service.record_contact(call.id, CLINICIAN, now=clock.now)
    for outcome, note in ((Outcome.BASELINE, " "), (Outcome.BOOKED, "Booked.")):
        with pytest.raises(Invalid):
            service.resolve(call.id, outcome, note, CLINICIAN, now=clock.now)
    assert queries.blocks_self_booking(patient)


def test_a_clinician_closes_one_flag_with_a_reason(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-WOUND", "RF-DVT")
    wound = next(flag for flag in queries.open_flags(patient) if flag.code == "RF-WOUND")
    with pytest.raises(Invalid):
        service.close_flag(wound.id, Outcome.BASELINE, "", CLINICIAN, now=clock.now)
    service.close_flag(wound.id, Outcome.BASELINE, "Old scar.", CLINICIAN, now=clock.now)
    assert [flag.code for flag in queries.open_flags(patient)] == ["RF-DVT"]
    assert queries.blocks_self_booking(patient)
    with pytest.raises(Conflict):
        service.close_flag(wound.id, Outcome.BASELINE, "Old scar.", CLINICIAN, now=clock.now)
    with pytest.raises(NotFound):
        service.close_flag(uuid4(), Outcome.BASELINE, "Old scar.", CLINICIAN, now=clock.now)
    assert tell(patient, clock, "RF-WOUND") == ("RF-WOUND",)  # told anew after it was closed
    states = [flag.state for flag in queries.flags_of(patient) if flag.code == "RF-WOUND"]
    assert sorted(states) == [FlagState.CLOSED, FlagState.OPEN]


def test_desk_calls(app: Flask, clock: FixedClock, patient: UUID) -> None:
    subject = uuid4()

    def ask() -> UUID:
        return service.open_call_back(
            patient, CallBackKind.CHOOSE_TIME, subject_id=subject, actor=DESK, now=clock.now
        )

    first = ask()
    assert ask() == first
    (call,) = queries.desk_queue(DESK)
    assert (call.id, call.patient.phone, call.flags) == (first, "+12055550164", ())
    assert call.actions(DESK) == (CallBackAction.ACKNOWLEDGE, CallBackAction.ATTEMPT, CallBackAction.CONTACT)
    assert call.actions(CLINICIAN) == ()
    counts = select(queries.CLINICAL_WAITING, queries.DESK_WAITING)
    assert tuple(db.session.execute(counts).one()) == (0, 1)
    service.record_contact(first, DESK, now=clock.now)
    service.resolve(first, Outcome.BOOKED, "", DESK, now=clock.now)
    assert queries.desk_queue(DESK) == ()
    assert ask() != first


def test_a_desk_call_lapses_when_its_reason_is_gone(app: Flask, clock: FixedClock, patient: UUID) -> None:
    due = clock.now + timedelta(hours=2)
    service.open_call_back(patient, CallBackKind.CHOOSE_TIME, due_at=due, actor=DESK, now=clock.now)
    assert queries.desk_queue(DESK)[0].due_at == due
    assert not queries.desk_queue(DESK)[0].is_late(due)
    assert queries.desk_queue(DESK)[0].is_late(due + timedelta(seconds=1))
    lapse, system = service.lapse_call_backs, Actor.system()
    assert lapse(patient, CallBackKind.CHOOSE_TIME, actor=system, now=clock.now) == 1
    assert queries.desk_queue(DESK) == ()
    assert queries.unresolved_call(patient, CallBackKind.CHOOSE_TIME) is None
    with pytest.raises(ValueError, match="clinical"):
        lapse(patient, CallBackKind.CHOOSE_TIME, CallBackKind.SAFETY, actor=system, now=clock.now)
    with pytest.raises(ValueError, match="raise_flags"):
        service.open_call_back(patient, CallBackKind.SAFETY, actor=DESK, now=clock.now)


def test_the_queue_puts_safety_first_and_the_earliest_target_before(app: Flask, clock: FixedClock) -> None:
    calm, soon, now = (enter_patient(clock.now, name) for name in ("Calm", "Soon", "Now"))
    tell(calm, clock, "RF-SELFNEGLECT")
    tell(soon, clock, "RF-DVT")
    tell(now, clock, "RF-CES")
    assert [call.patient.last_name for call in queries.clinical_queue(CLINICIAN)] == ["Now", "Soon", "Calm"]
    assert queries.blocked_patients([calm, soon, now]) == {soon, now}


def test_nobody_taking_it_on_is_told_once_more_and_only_once(
    app: Flask, clock: FixedClock, patient: UUID
) -> None:
    tell(patient, clock, "RF-CES")
    clock.advance(timedelta(minutes=14))
    assert service.escalate_overdue(clock.now) == 0
    clock.advance(timedelta(minutes=1))
    assert service.escalate_overdue(clock.now) == 1
    assert service.escalate_overdue(clock.now) == 0
    assert len(mails()) == 2


def test_taken_on_but_not_reached_in_time_the_contacts_hear_of_it_once_more(
    app: Flask, clock: FixedClock, patient: UUID
) -> None:
    tell(patient, clock, "RF-CES")
    service.acknowledge(the_call().id, CLINICIAN, now=clock.now)
    clock.advance(timedelta(minutes=59))
    assert service.escalate_overdue(clock.now) == 0
    clock.advance(timedelta(minutes=1))
    assert service.escalate_overdue(clock.now) == 1
    assert service.escalate_overdue(clock.now) == 0
    late = next(one for one in mails() if one.ids["occasion"] == "overdue")
    assert URGENT_ITEM.still_wanted(late.ids, clock.now)
    service.record_contact(the_call().id, CLINICIAN, "", now=clock.now)
    assert not URGENT_ITEM.still_wanted(late.ids, clock.now)


def test_both_targets_missed_are_told_apart(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-CES")
    for minutes, told in ((15, 1), (44, 0), (1, 1), (60, 0)):
        clock.advance(timedelta(minutes=minutes))
        assert service.escalate_overdue(clock.now) == told
    assert len(mails()) == 3


def test_what_was_said_is_sealed(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-CES")
    service.record_attempt(the_call().id, CLINICIAN, "Canary sentence.", now=clock.now)
    rows = db.session.execute(text("select * from call_back_event")).all()
    assert b"Canary" not in b"".join(v if isinstance(v, bytes) else str(v).encode() for r in rows for v in r)


def test_the_database_keeps_one_open_flag_and_one_call(app: Flask, clock: FixedClock, patient: UUID) -> None:
    from sqlalchemy.exc import IntegrityError

    tell(patient, clock, "RF-CES")
    call = db.session.scalars(select(CallBack)).one()
    columns = {c.key: getattr(call, c.key) for c in CallBack.__mapper__.column_attrs if c.key != "id"}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(CallBack(**columns | {"reference": "AAAA-BBBB"}))


def test_doctor_finds_a_flag_without_a_call(app: Flask, clock: FixedClock, patient: UUID) -> None:
    tell(patient, clock, "RF-CES")
    with transaction():
        db.session.execute(text("update call_back set state = 'resolved', outcome = 'done'"))
    (problem,) = queries.doctor_checks()
    assert "without a call-back" in problem
