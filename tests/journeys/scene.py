"""Brings a browser into any situation of the list of states: who somebody is, and what lies behind them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from flask import Flask
from playwright.sync_api import APIRequestContext, Playwright
from sqlalchemy import select, update

from clinic.accounts.queries import staff_cards
from clinic.intake.rules.status import BIRTH_DATE_TRIES, IDLE_LIMIT
from clinic.notifications.models import OutboxMessage
from clinic.notifications.service import enqueue
from clinic.patients.queries import patient_card
from clinic.patients.service import link_token
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals.models import Referral
from clinic.referrals.queries.office import office_of
from clinic.referrals.rules import Turn
from clinic.safety.models import CallBack
from clinic.safety.queries import blocks_self_booking
from clinic.safety.rules import CLINICAL_KINDS, CallBackState
from clinic.scheduling.models import Appointment, VisitType
from clinic.scheduling.queries import next_appointment
from clinic.web.demo import PASSWORD
from tests.intake.walking import Walk, persona
from tests.journeys.clock import clock
from tests.journeys.installation import Clinic
from tests.journeys.staff_steps import CLINICIAN, DESK, MANAGER
from tests.journeys.wire import Wire
from tests.support.client import PageClient

NEW, SIX_YEARS = "new-and-untreated", "six-years-twelve-treatments"
STAFF = {"clinician": CLINICIAN, "desk": DESK, "manager": MANAGER}
ADDRESSES = count(1)
WORKER_SECONDS = 30
LOCAL = {
    "domain": "127.0.0.1",
    "path": "/",
    "expires": -1,
    "httpOnly": True,
    "secure": False,
    "sameSite": "Lax",
}
Cookies = list[Any]  # Playwright's own shape, handed on as it came


@dataclass(frozen=True)
class Known:
    """One of the demo people, and where their referral stands."""

    reference: str
    token: str
    born: date
    standing: tuple[str, ...]


class Scene:
    """One clinic, looked at from every side. Cookies of a situation are made once."""

    def __init__(self, clinic: Clinic, driver: Playwright) -> None:
        self.clinic = clinic
        self.driver = driver
        self.app: Flask = clinic.app()
        self._cookies: dict[str, Cookies] = {"visitor": []}
        with self.app.app_context():
            self.known = list(_known())
            self.staff_id = staff_cards()[0].id

    def close(self) -> None:
        """Give back every connection."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def cookies(self, who: str) -> Cookies:
        """What the browser of somebody in this situation holds."""
        if who not in self._cookies:
            self._cookies[who] = SITUATIONS[who](self) if who in SITUATIONS else self._with_link(who)
        return self._cookies[who]

    def forget(self, who: str) -> None:
        """Bring them into the situation afresh the next time."""
        self._cookies.pop(who, None)

    @contextmanager
    def wire(self, who: str = "visitor") -> Iterator[Wire]:
        """Somebody in this situation who speaks HTTP directly."""
        requests: APIRequestContext = self.driver.request.new_context(
            base_url=self.clinic.url,
            extra_http_headers={"X-Forwarded-For": self.an_address()},
            storage_state={"cookies": self.cookies(who), "origins": []},
        )
        try:
            yield Wire(requests)
        finally:
            requests.dispose()

    def an_address(self) -> str:
        """An address of one's own: limits count by it."""
        number = next(ADDRESSES)
        return f"198.19.{number // 250}.{number % 250 + 1}"

    def someone(self, *standing: str) -> Known:
        """The first of the demo people whose referral stands like this."""
        return next(one for one in self.known if set(standing) <= set(one.standing))

    def visit(self, state: str) -> str:
        """The address of a visit in this state."""
        with self.app.app_context():
            rows = db.session.scalars(select(Appointment).order_by(Appointment.start_at))
            return next(f"/staff/visits/{row.id}" for row in rows if row.state.value == state)

    def call(self, *, clinical: bool, last: bool = False) -> str:
        """The address of an unresolved call-back: the most pressing, or the one with the most time."""
        with self.app.app_context():
            rows = db.session.scalars(
                select(CallBack).order_by(CallBack.due_at.desc() if last else CallBack.due_at)
            )
            wanted = next(
                row.id
                for row in rows
                if (row.kind in CLINICAL_KINDS) is clinical and row.state is not CallBackState.RESOLVED
            )
        return f"/staff/safety/{wanted}" if clinical else f"/staff/calls/{wanted}"

    @contextmanager
    def booking_for_today_alone(self) -> Iterator[None]:
        """No visit type lets anybody book further ahead."""
        with self.app.app_context():
            before = dict(db.session.execute(select(VisitType.id, VisitType.window_days)).all())
            try:
                self._set_windows({key: {str(number): 0 for number in range(1, 6)} for key in before})
                yield
            finally:
                self._set_windows(before)

    def _set_windows(self, days: Mapping[Any, Mapping[str, int]]) -> None:
        with transaction():
            for key, window in days.items():
                db.session.execute(update(VisitType).where(VisitType.id == key).values(window_days=window))

    def newest_mail(self) -> str:
        """The name of a mail to a patient; the worker has one to send from the demo people."""
        return self.clinic.mail_to("@example.com", "").name

    def message_that_nobody_knows(self) -> str:
        """The desk's page of messages, with one that cannot be sent; the worker finds that out."""
        with self.app.app_context():
            patient_id = db.session.scalars(select(Referral.patient_id)).first()
            key = f"journey-{uuid4()}"
            enqueue("of_an_older_release", key, {}, patient_id, clock(), now=clock())
            wanted = select(OutboxMessage.last_error).where(OutboxMessage.key == key)
            deadline = time.monotonic() + WORKER_SECONDS
            while not db.session.scalar(wanted) and time.monotonic() < deadline:
                db.session.rollback()
                time.sleep(0.1)
        return "/staff/messages"

    def _with_link(self, who: str) -> Cookies:
        """`patient:<standing>,<standing>`: one of the demo people, after the birth date."""
        known = self.someone(*who.removeprefix("patient:").split(","))
        with self.wire() as wire:
            open_link(wire, known)
            wire.post("/visit/birth-date", birth_date_of(known))
            return wire.cookies()


def open_link(wire: Wire, known: Known) -> None:
    """Press the button behind a private link."""
    wire.get(f"/go/{known.token}")
    wire.post(f"/go/{known.token}")


def birth_date_of(known: Known) -> dict[str, str]:
    """The fields of the question."""
    born = known.born
    return {"born-month": str(born.month), "born-day": str(born.day), "born-year": str(born.year)}


def _known() -> Iterator[Known]:
    for row in db.session.scalars(select(Referral).order_by(Referral.submitted_at.desc(), Referral.id)):
        visit = next_appointment(row.patient_id, clock())
        standing = (
            row.status.value,
            row.choice.value if row.choice else "undecided",
            "urgent" if blocks_self_booking(row.patient_id) else "calm",
            visit.state.value if visit else "no_visit",
            "caller" if row.intake_id is None else "sent",
            "phases_" + "".join(map(str, row.phases)),
            "answered" if row.turn == Turn.ANSWERED else "ordinary",
            "office" if office_of(row.id) else "no_office",
        )
        token = link_token(row.link_id) if row.link_id else ""
        yield Known(row.reference, token, patient_card(row.patient_id).birth_date, standing)


def _intake(path: str, known_as: str = NEW, *, then: str = "", **other: Any) -> Callable[[Scene], Cookies]:
    """Somebody who has filled in the form up to this address (and `then` posts something)."""

    def make(scene: Scene) -> Cookies:
        with scene.wire() as wire:
            wire.begin_intake()
            wire.answer_until(path, known_as, **{"last_name": "Statewell", **other})
            if then:
                wire.post(then)
            return wire.cookies()

    return make


def _staff(email: str) -> Callable[[Scene], Cookies]:
    def make(scene: Scene) -> Cookies:
        with scene.wire() as wire:
            wire.get("/staff/sign-in")
            wire.post("/staff/sign-in", {"email": f"{email}@example.com", "password": PASSWORD, "next": ""})
            assert wire.path != "/staff/sign-in"
            return wire.cookies()

    return make


def _linked(scene: Scene) -> Cookies:
    """The link is opened, the birth date not yet given."""
    with scene.wire() as wire:
        open_link(wire, scene.someone("decided", "calm"))
        return wire.cookies()


class _Earlier(PageClient):
    """A browser of an hour ago."""

    def cookie(self) -> Cookies:
        held = self._client.get_cookie("session")
        assert held is not None
        return [{"name": "session", "value": held.value, **LOCAL}]


def _away(scene: Scene) -> Cookies:
    """Began the form, then was away for longer than the answers stay open."""
    real = scene.app.extensions["clinic.clock"]
    scene.app.extensions["clinic.clock"] = _behind(real)
    try:
        with scene.app.app_context():
            client = _Earlier(scene.app)
            walk = Walk(client, persona(NEW)["answers"])
            walk.start()
            walk.fill()
            walk.fill()
            return client.cookie()
    finally:
        scene.app.extensions["clinic.clock"] = real


def _behind(real: Callable[[], datetime]) -> Callable[[], datetime]:
    return lambda: real() - IDLE_LIMIT - timedelta(minutes=5)


def _locked_out(scene: Scene) -> Cookies:
    """Gave a wrong birth date too often."""
    scene._cookies["wrong"] = _away(scene)
    with scene.wire("wrong") as wire:
        wire.get("/intake/birth-date")
        for _ in range(BIRTH_DATE_TRIES):
            wire.post(
                "/intake/birth-date",
                {f"birth_date-{part}": "1" for part in ("month", "day")} | {"birth_date-year": "1950"},
            )
        return wire.cookies()


# Somebody who meets the pages that few people meet: no name for it yet, it came back, a flare, an implant.
RARE: dict[str, Any] = {
    "first_symptoms_count": "60",
    "first_symptoms_unit": "months",
    "gap": "from_1_year",
    "came_back_count": "3",
    "came_back_unit": "months",
    "any_treatment": "yes",
    "tried_pain_medicines": ["none"],
    "tried_other_medicines": ["none"],
    "tried_mind": ["none"],
    "tried_injections": ["none"],
    "tried_devices": ["none"],
    "tried_therapy": ["pt"],
    "told_all": "yes",
    "status": "still",
    "how_long": "lt4",
    "how_regular": "most",
    "response": "much_worse",
    "episode": "this_time",
    "flare": "yes",
    "overall_change": "a_little_worse",
    "wants": ["next_options"],
    "implants": ["scs"],
    "implant_reason": "yes",
}
SITUATIONS: dict[str, Callable[[Scene], Cookies]] = {
    "begun": _intake("/intake/page/reach-you"),
    "full": _intake("/intake/check", SIX_YEARS),
    "full-rare": _intake("/intake/check", NEW, **RARE),
    "urgent-911": _intake("/intake/help-now", safety_body=["chest"]),
    "urgent-988": _intake("/intake/help-now", safety_thoughts="recent"),
    "urgent-today": _intake("/intake/help-now", safety_limb=["sore"]),
    "urgent-checked": _intake("/intake/check", safety_danger="yes"),
    "sent": _intake("/intake/check", then="/intake/submit"),
    "sent-urgent": _intake("/intake/check", then="/intake/submit", safety_thoughts="recent"),
    "sent-today": _intake("/intake/check", then="/intake/submit", safety_limb=["sore"]),
    "choosing": _intake("/intake/check", then="/intake/submit"),
    "rival": _intake("/intake/check", then="/intake/submit"),
    "away": _away,
    "locked-out": _locked_out,
    "linked": _linked,
    **{who: _staff(email) for who, email in STAFF.items()},
}
