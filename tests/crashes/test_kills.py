"""Web and worker are killed in turn while eight desks book: nothing acknowledged is lost, no mail is lost."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.engine import Engine

from clinic.kernel.clock import utc_now
from clinic.notifications.models import OutboxMessage
from clinic.notifications.rules import MessageState
from clinic.scheduling.models import Appointment
from clinic.scheduling.rules import State
from clinic.scheduling.service.outbox import CONFIRMED
from tests.crashes.callers import Caller
from tests.support.databases import create_postgres_database, drop_postgres_database
from tests.support.live import Live
from tests.support.proofs import note, rounds
from tests.support.smtp import HOST, MailServer, Mood, mail_server

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("crashes")]
KILLS = rounds(3, 20)
CLIENTS = 8
BOOKED_BETWEEN = 4  # so many visits between two kills: each meets work in progress
PROGRESS_SECONDS = 120
MAIL_TIMEOUT = "5"
SETTLE_SECONDS = 240
UNSETTLED = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A real mail server that takes everything, each in a second: a kill meets a message on its way."""
    with mail_server() as running:
        running.mood = Mood.SLOW
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path: Path, server: MailServer) -> Iterator[Live]:
    """An installation with staff and hours; SQLite writes as in production."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'clinic.sqlite3'}" if sqlite else create_postgres_database()
    made = Live(
        tmp_path,
        url,
        CLINIC_SQLITE_SYNCHRONOUS="FULL",
        CLINIC_MAIL_SERVER=HOST,
        CLINIC_MAIL_PORT=str(server.port),
        CLINIC_MAIL_USE_TLS="false",
        CLINIC_MAIL_TIMEOUT_SECONDS=MAIL_TIMEOUT,
    )
    made.environment["CLINIC_ENVIRONMENT"] = "test"  # there, nobody is loaded
    made.prepare()
    del made.environment["CLINIC_ENVIRONMENT"]
    made.run("-m", "tests.crashes.clinic")
    try:
        yield made
    finally:
        made.stop()
        if not sqlite:
            drop_postgres_database(url)


@pytest.fixture
def engine(live: Live) -> Iterator[Engine]:
    """The test's own look at the database."""
    made = create_engine(live.environment["CLINIC_DATABASE_URL"])
    yield made
    made.dispose()


def test_nothing_acknowledged_and_no_mail_is_lost(live: Live, server: MailServer, engine: Engine) -> None:
    live.start_web()
    live.start_worker()
    stop = threading.Event()
    callers = [Caller(live.url, number, stop) for number in range(CLIENTS)]
    for caller in callers:
        caller.start()
    kill_in_turn(live, callers)
    stop.set()
    server.mood = Mood.ACCEPT
    for caller in callers:
        caller.join(60)
    assert [one for caller in callers for one in caller.unexpected] == []
    acknowledged = {UUID(visit) for caller in callers for visit in caller.acknowledged.values()}
    wait_for_mail(engine)
    live.stop()
    check(engine, acknowledged, server)
    assert "No problem found" in live.run("-m", "flask", "--app", "wsgi", "doctor")
    note(
        f"kill -9 while {CLIENTS} desks book, {engine.dialect.name}",
        kills_of_the_web_server=KILLS,
        kills_of_the_worker=KILLS,
        acknowledged_bookings=len(acknowledged),
        lost=0,
        requests_asked_again=sum(caller.retries for caller in callers),
        mails=len(set(server.message_ids)),
        mails_lost=0,
        second_copies=len(server.message_ids) - len(set(server.message_ids)),
    )


def kill_in_turn(live: Live, callers: list[Caller]) -> None:
    """Each process, hard, in the middle of its work, and up again."""
    for _ in range(KILLS):
        wait_for_bookings(callers)
        assert live.web is not None
        live.kill(live.web)
        live.start_web()
        wait_for_bookings(callers)
        assert live.worker is not None
        live.kill(live.worker)
        live.start_worker()
    wait_for_bookings(callers)


def wait_for_bookings(callers: list[Caller]) -> None:
    """Until a few more visits are booked."""
    goal = booked(callers) + BOOKED_BETWEEN
    deadline = time.monotonic() + PROGRESS_SECONDS
    while booked(callers) < goal:
        assert time.monotonic() < deadline, "the desks book nothing any more"
        assert not any(caller.unexpected for caller in callers), [caller.unexpected for caller in callers]
        time.sleep(0.05)


def booked(callers: list[Caller]) -> int:
    """How many visits were read back to a desk."""
    return sum(len(caller.acknowledged) for caller in callers)


def wait_for_mail(engine: Engine) -> None:
    """Until nothing waits that is due; what a killed worker held comes back when its lease ends."""
    due = select(OutboxMessage.key).where(
        OutboxMessage.state.in_(UNSETTLED), OutboxMessage.due_at <= utc_now()
    )
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        with engine.connect() as link:
            if link.execute(due).first() is None:
                return
        time.sleep(0.5)
    raise AssertionError("messages that are due still wait")


def check(engine: Engine, acknowledged: set[UUID], server: MailServer) -> None:
    """Every visit that a page confirmed is booked, and its confirmation was delivered at least once."""
    assert len(acknowledged) >= CLIENTS, "too few bookings to prove anything"
    with engine.connect() as link:
        states = dict(link.execute(select(Appointment.id, Appointment.state)).all())
        mails = link.execute(select(OutboxMessage)).all()
    assert {states.get(visit) for visit in acknowledged} == {State.BOOKED}
    confirmed = {UUID(mail.ids["appointment"]): mail for mail in mails if mail.kind == CONFIRMED}
    delivered = Counter(server.message_ids)
    assert acknowledged <= set(confirmed)
    assert [visit for visit in acknowledged if not delivered[confirmed[visit].message_id]] == []
    assert set(delivered) == {mail.message_id for mail in mails if mail.state is MessageState.SENT}
    assert [mail.key for mail in mails if mail.state is MessageState.GIVEN_UP] == []
