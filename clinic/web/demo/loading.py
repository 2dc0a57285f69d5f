"""Brings the demo people in, through the same use cases as everybody, with the days of their story."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from clinic.accounts.queries import staff_cards
from clinic.intake import queries as intake
from clinic.intake.rules import PageRef, field_names, first_unanswered
from clinic.intake.service import save_page, start
from clinic.kernel.clock import CENTRAL, central_date
from clinic.kernel.permissions import Actor
from clinic.patients.rules import PatientDetails
from clinic.patients.service import register
from clinic.platform.transaction import transaction
from clinic.referrals.presenters.word_templates import WORD_TEMPLATES
from clinic.referrals.queries import ReferralRow, referral_for
from clinic.referrals.rules import CallerReason, Choice, DecisionReason
from clinic.referrals.service import (
    Decided,
    ask_for_call,
    book_by_staff,
    create_for_caller,
    decide,
    submit,
)
from clinic.scheduling import service as scheduling
from clinic.scheduling.queries import AppointmentRow, open_times, visit_type_for
from clinic.scheduling.rules import OpenTime
from clinic.scheduling.rules.setup import federal_holidays
from clinic.triage.service import publish_first
from clinic.web.demo.colleagues import share_work
from clinic.web.demo.differing import set_up_differences
from clinic.web.demo.offices import type_office
from clinic.web.demo.past import load_past
from clinic.web.demo.people import Fields, answers, cases, identity
from clinic.web.demo.rules import set_up_rules
from clinic.web.demo.staff import DOMAIN, Clinic, set_up_clinic
from clinic.web.demo.workspace import record_visit, take_further

HISTORY = timedelta(days=70)
BOOKS = {"booked", "requested", "decided_booked", "today", "visited", "no_show", "cancelled"}
DECIDES = {"decided", "decided_booked", "today", "visited", "no_show"}
CHOICES = {1: Choice.PHASE_ONE, 2: Choice.PHASE_TWO, 3: Choice.PHASE_THREE}
WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class _Case:
    """One demo person: the n-th, with a story, sent in at an instant, standing somewhere."""

    number: int
    what: str
    story: str
    sent: datetime


def is_loaded() -> bool:
    """Are the demo people there?"""
    return demo_data_present()


def demo_data_present() -> bool:
    """Is there a demo account? Production does not start with one."""
    return any(card.email.endswith(f"@{DOMAIN}") for card in staff_cards())


def load_demo(now: datetime) -> int:
    """Bring everybody in, all or nothing; done before, it changes nothing. Returns how many people came."""
    if is_loaded():
        return 0
    with transaction():
        clinic = set_up_clinic(central_date(now) - HISTORY, now - HISTORY)
        set_up_differences(clinic, now - timedelta(days=1))
        publish_first(now - HISTORY)
        held = list(_cases(now))
        for case in held:
            _play(case, clinic, now)
        _callers(len(held), clinic, now)
        set_up_rules(clinic.clinicians, now)
        share_work(clinic.clinicians, now)
        load_past(clinic.places, clinic.desk, now - HISTORY, now)
    return len(held)


def _cases(now: datetime) -> Iterator[_Case]:
    number = 0
    for group in cases():
        for story, days in zip(group["stories"], group["sent_days_ago"], strict=True):
            sent = now - timedelta(days=days, hours=1 + number % 7, minutes=number * 7 % 60)
            yield _Case(number, group["what"], story, sent)
            number += 1


def _play(case: _Case, clinic: Clinic, now: datetime) -> None:
    intake_id = _fill_in(case)
    if case.what == "draft":
        return
    reference = submit(intake_id, actor=Actor.anonymous(), now=case.sent)
    type_office(case.number, reference, clinic.desk, case.sent)
    clinician = clinic.clinicians[case.number % len(clinic.clinicians)]
    referral = referral_for(clinician, reference)
    if case.what in DECIDES:
        overrides = case.what == "visited" and case.number % 2 == 1
        _decide(referral, clinician, min(now, case.sent + timedelta(days=3)), overrides=overrides)
        referral = referral_for(clinician, reference)
    if case.what == "call_me":
        ask_for_call(referral.id, actor=Actor.patient(referral.patient_id), now=case.sent)
    if case.what in BOOKS:
        _book(case, referral, clinic, now)
    take_further(case.what, referral, clinician, case.sent, now)
    if case.what == "visited":
        record_visit(referral, clinician, now)


def _fill_in(case: _Case) -> UUID:
    """Answer page after page; a draft stops in the middle."""
    common, treatments = answers(case.story, case.number, central_date(case.sent))
    intake_id = start(Actor.anonymous(), case.sent)
    ref = first_unanswered(intake.intake_card(intake_id).questionnaire, intake.answer_sheet(intake_id))
    while ref is not None and not (case.what == "draft" and ref.page.key == "any_treatment"):
        raw = _typed(ref, common, treatments)
        saved = save_page(intake_id, ref.page.slug, ref.entry_id, raw, actor=Actor.anonymous(), now=case.sent)
        if not saved.checked.sound:
            raise ValueError(f"the story {case.story} does not fit {ref.page.slug}: {saved.checked.mistakes}")
        ref = saved.after
    return intake_id


def _typed(ref: PageRef, common: Fields, treatments: Mapping[str, Fields]) -> Fields:
    told = common if ref.entry is None else treatments[ref.entry.code]
    names = [name for question in ref.questions for name in field_names(question)]
    return {name: told[name] for name in names if name in told}


def _decide(referral: ReferralRow, clinician: Actor, at: datetime, *, overrides: bool = False) -> None:
    given = Decided(choice=CHOICES[referral.phases[-1]]) if referral.phases else _assigned(referral)
    if overrides and referral.phases:
        given = _override(referral)
    decide(referral.reference, given, version=referral.version, actor=clinician, now=at)


def _override(referral: ReferralRow) -> Decided:
    outside = next(phase for phase in (2, 1, 3) if phase not in referral.phases)
    return Decided(
        choice=CHOICES[outside],
        reason=DecisionReason.RECORDS,
        sentence="The letter says that therapy stopped after three weeks.",
    )


def _assigned(referral: ReferralRow) -> Decided:
    elsewhere = "not_crps" in referral.flags
    return Decided(
        choice=Choice.NOT_FOR_THIS_CLINIC if elsewhere else Choice.CANNOT_DECIDE_YET,
        reason=DecisionReason.OTHER_DIAGNOSIS if elsewhere else DecisionReason.MORE_NEEDED,
        sentence="Talked on the phone. The records will follow.",
        words_to_patient=WORD_TEMPLATES["elsewhere" if elsewhere else "talk_first"][1],
    )


def _book(case: _Case, referral: ReferralRow, clinic: Clinic, now: datetime) -> None:
    asked_at = case.sent + timedelta(hours=2)
    first_day, until = _days_of(case, now)
    times = _times(referral, first_day, until, asked_at)
    chosen = times[case.number * 5 % len(times)]
    row = book_by_staff(
        referral.id, chosen.wanted, key=f"demo-{case.number}", actor=clinic.desk, now=asked_at
    )
    if case.what == "cancelled":
        scheduling.cancel(row.id, actor=clinic.desk, now=asked_at + timedelta(days=1))
    elif case.what == "no_show":
        scheduling.mark_no_show(row.id, actor=clinic.desk, now=row.start_at + timedelta(minutes=30))
    elif case.what in ("today", "visited"):
        if case.number % 2:
            person = Actor.patient(row.patient_id)
            scheduling.confirm_attendance(row.id, actor=person, now=asked_at + timedelta(hours=1))
        _walk_through(row, clinic.desk, now)


def _days_of(case: _Case, now: datetime) -> tuple[date, date]:
    """The days on which this person's visit lies: past, today (the next weekday), or coming."""
    today = central_date(now)
    if case.what in ("visited", "no_show"):
        first = central_date(case.sent) + timedelta(days=4)
        return first, first + timedelta(days=5)
    if case.what == "today":
        closed = {holiday.day for holiday in federal_holidays(today, today + timedelta(days=7))}
        while today.weekday() in WEEKEND or today in closed:
            today += timedelta(days=1)
        return today, today + timedelta(days=1)
    return today + timedelta(days=2), today + timedelta(days=12)


def _times(referral: ReferralRow, first: date, until: date, asked_at: datetime) -> tuple[OpenTime, ...]:
    return open_times(
        visit_type_for(referral.decided_phase).id,
        from_=datetime.combine(first, time(), tzinfo=CENTRAL),
        until=datetime.combine(until, time(), tzinfo=CENTRAL),
        now=asked_at,
        with_notice=False,
    )


def _walk_through(row: AppointmentRow, desk: Actor, now: datetime) -> None:
    """Take a visit as far as the clock says."""
    steps = (
        (scheduling.arrive, row.start_at - timedelta(minutes=6)),
        (scheduling.start, row.start_at + timedelta(minutes=4)),
        (scheduling.complete, row.end_at - timedelta(minutes=3)),
    )
    for step, at in steps:
        if at > now:
            return
        step(row.id, actor=desk, now=at)


def _callers(first_number: int, clinic: Clinic, now: datetime) -> None:
    """Two people who phoned and have no intake yet."""
    for number in (first_number, first_number + 1):
        known = identity(number)
        details = PatientDetails(
            first_name=known["first_name"],
            last_name=known["last_name"],
            birth_date=date(
                int(known["birth_date_year"]), int(known["birth_date_month"]), int(known["birth_date_day"])
            ),
            phone=known["phone"],
            email=known.get("email"),
            no_email="email" not in known,
            voicemail_ok=True,
        )
        patient_id = register(details, clinic.desk, now)
        create_for_caller(patient_id, CallerReason.DOCTOR_SENT, actor=clinic.desk, now=now)
