"""The cast of the cross-cutting tests: two patients with visits, an urgent caller, staff, a stranger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from clinic.accounts.models import Staff
from clinic.accounts.queries import actor_of
from clinic.accounts.service import enter_cover
from clinic.intake.queries import answer_sheet, intake_card
from clinic.intake.rules import PageRef, first_unanswered
from clinic.intake.service import save_page, start
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.patients.rules import PatientDetails
from clinic.patients.service import link_token, register
from clinic.platform.extensions import db, now
from clinic.referrals import service
from clinic.referrals.queries import ReferralRow, referral_of_intake
from clinic.referrals.rules import CallerReason
from clinic.safety.queries import unresolved_call
from clinic.safety.rules import CallBackKind, FlagSource
from clinic.safety.service import raise_flags
from clinic.scheduling.queries import AppointmentRow, open_times
from clinic.scheduling.queries.changes import changes
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Kind
from clinic.web.demo.differing import set_up_differences
from clinic.web.demo.staff import DOMAIN, PASSWORD, set_up_clinic
from tests.support.client import PageClient
from tests.support.personas import Persona, personas
from tests.support.staff import try_sign_in

STAFF = {"clinician": "ada.fernwood", "second": "silas.lark", "desk": "desk.birmingham", "admin": "manager"}
PATIENTS = ("patient_a", "patient_b")
MEMBERS = ("stranger", *PATIENTS, *STAFF)
TREATED = "Six years, twelve treatments and a stimulator"
Typed = Mapping[str, str | list[str]]

AMARYLLIS: Typed = {
    "first_name": "Amaryllis",
    "last_name": "Quillfeather",
    "birth_date_month": "4",
    "birth_date_day": "17",
    "birth_date_year": "1975",
    "phone": "(205) 555-0171",
    "email": "amaryllis@patients.example.com",
    "city_now": "Wetumpka",
    "state_now": "AL",
}
BARTHOLOMEW: Typed = {
    "first_name": "Bartholomew",
    "last_name": "Winterbourne",
    "birth_date_month": "8",
    "birth_date_day": "29",
    "birth_date_year": "1969",
    "phone": "(334) 555-0182",
    "email": "bartholomew@patients.example.com",
    "city_now": "Sylacauga",
    "state_now": "AL",
}


@dataclass(frozen=True)
class Patient:
    """Somebody who sent answers in and has a visit."""

    typed: Typed
    referral: ReferralRow
    visit: AppointmentRow

    @property
    def actor(self) -> Actor:
        """The patient as the one who acts."""
        return Actor.patient(self.referral.patient_id)

    @property
    def link(self) -> str:
        """The path of the private link."""
        return f"/go/{link_token(self.referral.link_id)}"

    @property
    def names(self) -> tuple[str, ...]:
        """What points to this person wherever it stands."""
        return tuple(str(self.typed[name]) for name in ("first_name", "last_name", "email", "city_now"))


@dataclass(frozen=True)
class Cast:
    """Everybody, and a signed-in client for each member."""

    a: Patient
    b: Patient
    clients: Mapping[str, PageClient]
    actors: Mapping[str, Actor]
    draft: tuple[str, UUID]  # a page about one treatment in patient A's open draft: slug, entry
    urgent_patient: UUID
    urgent_reference: str
    safety_call: UUID
    desk_call: UUID
    message: UUID
    cover: UUID  # the clinician is away, the second stands in
    set_up: Mapping[str, UUID]  # one thing of each kind that is set up, and the change that made one


def gather(app: Flask) -> Cast:
    """Open the clinic and bring everybody in, through the same use cases as in life."""
    instant = now()
    clinic = set_up_clinic(central_date(instant) - timedelta(days=1), instant)
    set_up_differences(clinic, instant)
    actors = {who: staff_actor(mail) for who, mail in STAFF.items()}
    a, b = send_in(AMARYLLIS, instant), send_in(BARTHOLOMEW, instant)
    urgent, reference = _urgent_caller(actors["desk"], instant)
    desk_call = service.ask_for_call(a.referral.id, actor=a.actor, now=instant)
    safety_call = unresolved_call(urgent, CallBackKind.SAFETY)
    assert safety_call
    db.session.rollback()
    next_week = central_date(instant) + timedelta(days=7)
    second = actors["second"].id
    cover = enter_cover(next_week, next_week, second, actor=actors["clinician"], now=instant)
    clients = {who: client_of(app, number) for number, who in enumerate(MEMBERS, 1)}
    for who, mail in STAFF.items():
        answer = try_sign_in(clients[who], f"{mail}@{DOMAIN}", PASSWORD)
        assert answer.status_code == 302, answer.text
    for who, patient in zip(PATIENTS, (a, b), strict=True):
        come_in(clients[who], patient)
    clients["stranger"].get("/staff/sign-in")  # a session of its own, with a token
    open_draft(clients["patient_b"], BARTHOLOMEW, instant)
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.patient_id == a.actor.id)).first()
    assert message is not None
    return Cast(
        a=a,
        b=b,
        clients=clients,
        actors=actors,
        draft=open_draft(clients["patient_a"], AMARYLLIS, instant),
        urgent_patient=urgent,
        urgent_reference=reference,
        safety_call=safety_call,
        desk_call=desk_call,
        message=message.id,
        cover=cover,
        set_up=one_of_each(actors["admin"]),
    )


def one_of_each(manager: Actor) -> dict[str, UUID]:
    """Something of each kind that has a page of its own, by the name that addresses use."""
    stands = set_up()
    session_id, session = max(stands.of(Kind.SESSION).items(), key=lambda one: one[1]["first_day"])
    found = {kind: next(iter(stands.of(kind))) for kind in Kind if stands.of(kind)}
    return {
        "location_id": found[Kind.LOCATION],
        "visit_type_id": found[Kind.VISIT_TYPE],
        "session_id": session_id,
        "clinician_id": session["clinician_id"],
        "dated_id": found[Kind.DATED_HOURS],
        "closure_id": found[Kind.CLOSURE],
        # Undone by whoever may: nothing else hangs on a room.
        "change_id": next(one.id for one in changes(manager).lines if one.steps[0][0] is Kind.ROOM),
    }


def staff_actor(mail: str) -> Actor:
    """A member of staff of the demo clinic."""
    return actor_of(db.session.scalars(select(Staff).where(Staff.email == f"{mail}@{DOMAIN}")).one())


def client_of(app: Flask, number: int) -> PageClient:
    """A browser at an address of its own, so that limits of one are not spent by another."""
    made = PageClient(app)
    made._client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
    return made


def persona_named(title: str, typed: Typed) -> Persona:
    """A checked-in persona under another name."""
    (found,) = (one for one in personas() if one.title.startswith(title))
    kept = {name: value for name, value in found.answers.items() if name != "email_none"}
    return Persona(found.title, found.today, found.most_taps, {**kept, **typed}, found.treatments)


def fill_in(persona: Persona, instant: datetime, *, until_entry: bool = False) -> tuple[UUID, PageRef | None]:
    """Answer page after page; `until_entry` stops before the first page about one treatment."""
    intake_id = start(Actor.anonymous(), instant)
    ref = first_unanswered(intake_card(intake_id).questionnaire, answer_sheet(intake_id))
    while ref is not None and not (until_entry and ref.entry is not None):
        raw = persona.raw(ref, ref.questions)
        saved = save_page(intake_id, ref.page.slug, ref.entry_id, raw, actor=Actor.anonymous(), now=instant)
        assert saved.checked.sound, (ref.slug, saved.checked.mistakes)
        ref = saved.after
    return intake_id, ref


def send_in(typed: Typed, instant: datetime, title: str = "New and untreated") -> Patient:
    """Somebody fills in Part 1, sends it, and books the first time that is open."""
    intake_id, _ = fill_in(persona_named(title, typed), instant)
    service.submit(intake_id, actor=Actor.anonymous(), now=instant)
    referral = referral_of_intake(intake_id)
    assert referral is not None
    patient = Actor.patient(referral.patient_id)
    way = service.way_to_visit(referral, instant)
    times = open_times(
        way.visit_type_id,
        from_=instant,
        until=instant + timedelta(days=8),
        now=instant,
        patient_id=patient.id,
    )
    held = service.hold_time(referral.id, times[0].wanted, key=str(referral.id), actor=patient, now=instant)
    return Patient(typed, referral, service.confirm_time(referral.id, held.id, actor=patient, now=instant))


def come_in(client: PageClient, patient: Patient) -> TestResponse:
    """Open the private link, press its button, give the birth date."""
    client.get(patient.link)
    client.post(patient.link, status=303)
    client.get("/visit/birth-date")
    born = {f"born-{part}": str(patient.typed[f"birth_date_{part}"]) for part in ("month", "day", "year")}
    return client.follow(client.post("/visit/birth-date", born, status=303))


def open_draft(client: PageClient, typed: Typed, instant: datetime) -> tuple[str, UUID]:
    """Put a half-filled draft with treatments into this browser; where its next page is."""
    intake_id, ref = fill_in(persona_named(TREATED, typed), instant, until_entry=True)
    assert ref is not None
    assert ref.entry_id is not None
    hold_draft(client, intake_id, instant)
    return ref.slug, UUID(ref.entry_id)


def hold_draft(client: PageClient, intake_id: UUID, instant: datetime) -> None:
    """As if this browser had filled the draft in."""
    with client._client.session_transaction() as held:
        held["intake_id"], held["intake_seen"] = str(intake_id), instant.isoformat()
    db.session.rollback()


def _urgent_caller(desk: Actor, instant: datetime) -> tuple[UUID, str]:
    """Somebody on the phone who told of a sign that must not wait, without a visit."""
    details: dict[str, Any] = {
        "first_name": "Cordelia",
        "last_name": "Ashgrove",
        "birth_date": central_date(instant).replace(year=1981),
        "phone": "205-555-0193",
        "email": "cordelia@patients.example.com",
    }
    patient_id = register(PatientDetails(**details), desk, instant)
    raise_flags(patient_id, None, ["RF-PE"], FlagSource.STAFF, desk, now=instant)
    reference = service.create_for_caller(patient_id, CallerReason.FIRST_VISIT, actor=desk, now=instant)
    return patient_id, reference
