"""Migrations with rows in the tables: what was there is there afterwards, up and down again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from clinic.platform.extensions import db
from tests.conftest import DATABASES
from tests.migrations.test_migrations import config
from tests.support.app import build
from tests.support.databases import create_postgres_database, drop_postgres_database

THEN = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
IDS = {"appointment": str(uuid4()), "sequence": "0"}


@pytest.fixture(params=DATABASES)
def old_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database of the first schema."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'clinic.sqlite3'}" if sqlite else create_postgres_database()
    app = build(url, tmp_path)
    with app.app_context():
        command.upgrade(config(), "0001")
        yield app
        db.session.remove()
        db.engine.dispose()
    if not sqlite:
        drop_postgres_database(url)


def table(name: str) -> sa.Table:
    """A table as it is now, whatever the models say; ids on SQLite are 32 characters."""
    return sa.Table(name, sa.MetaData(), autoload_with=db.engine, resolve_fks=False)


def an_id() -> Any:
    """A fresh id in the database's own form."""
    made = uuid4()
    return made.hex if db.engine.dialect.name == "sqlite" else made


def filler(column: sa.Column[Any]) -> Any:
    """Something that fits a column nobody cares about."""
    kind = column.type.python_type
    size = int(getattr(column.type, "length", None) or 8)
    fillers: dict[type, Any] = {
        str: uuid4().hex[:size],
        bytes: uuid4().bytes,
        int: 1,
        bool: False,
        datetime: THEN,
        date: THEN.date(),
        UUID: uuid4(),
        dict: [],
        list: [],
    }
    return fillers[kind]


def put(name: str, **given: Any) -> Any:
    """A row with these values; whatever else must be there is filled in. Returns its id."""
    held = table(name)
    key = given.setdefault("id", an_id())
    rest = {
        one.name: filler(one)
        for one in held.columns
        if not one.nullable and one.server_default is None and one.name not in given
    }
    with db.engine.begin() as link:
        link.execute(held.insert().values(**rest, **given))
    return key


def rows(name: str) -> dict[Any, dict[str, Any]]:
    """Every row by its id."""
    with db.engine.connect() as link:
        return {row["id"]: dict(row) for row in link.execute(table(name).select()).mappings()}


def furnish() -> dict[str, Any]:
    """A patient with a decided referral, one that waits, a run, a decision and two call-backs."""
    patient = put("patient", no_email=True, email=None, email_index=None)
    staff = put("staff")
    links = [put("private_link", patient_id=patient, purpose="visit") for _ in range(2)]
    common: dict[str, Any] = {"patient_id": patient, "source": "phone", "caller_reason": "first_visit"}
    common |= {"intake_id": None, "phases": [2], "flags": [], "details": [], "version": 3}
    decided = put(
        "referral",
        **common,
        link_id=links[0],
        status="decided",
        choice="phase_two",
        reference="AAAA-AAAA",
        priority=4,
    )
    waiting = put(
        "referral", **common, link_id=links[1], status="needs_information", reference="BBBB-BBBB", priority=3
    )
    put("triage_run", referral_id=decided)
    put(
        "decision",
        referral_id=decided,
        run_id=None,
        staff_id=staff,
        choice="phase_two",
        kind="agrees",
    )
    kinds = ("safety", "finish_intake")
    for kind in kinds:
        put("call_back", patient_id=patient, kind=kind, state="open", subject_id=an_id())
    return {"patient": patient, "staff": staff, "decided": decided, "waiting": waiting}


TABLES = ("patient", "staff", "private_link", "referral", "triage_run", "decision", "call_back")


def kept(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Every value that was there is there."""
    for name, held in before.items():
        assert set(held) == set(after[name]), name
        for key, row in held.items():
            assert {column: after[name][key][column] for column in row} == row, name


def test_the_workspace_keeps_every_row_both_ways(old_app: Flask) -> None:
    known = furnish()
    before = {name: rows(name) for name in TABLES}
    command.upgrade(config(), "head")
    after = {name: rows(name) for name in TABLES}
    kept(before, after)
    waiting = after["referral"][known["waiting"]]
    assert (waiting["turn"], waiting["assignee_id"]) == (1, None)
    assert waiting["asked_at"] == waiting["submitted_at"]  # a clock for whoever was waiting already
    assert after["staff"][known["staff"]]["shortcuts"] in (True, 1)
    new = {
        kind: put("call_back", patient_id=known["patient"], kind=kind, state="open", subject_id=an_id())
        for kind in ("ask_by_phone", "redirected")
    }
    command.downgrade(config(), "0001")
    down = {name: rows(name) for name in TABLES}
    assert {down["call_back"].pop(key)["kind"] for key in new.values()} == {"finish_intake"}
    assert down == before


def test_what_a_table_refused_it_refuses_afterwards(old_app: Flask) -> None:
    known = furnish()
    command.upgrade(config(), "head")
    referral, call_back = table("referral"), table("call_back")
    for wrong in (
        referral.update().values(priority=9),
        referral.update().values(turn=2),
        referral.update().where(referral.c.id == known["waiting"]).values(asked_at=None),
        referral.update().where(referral.c.id == known["decided"]).values(choice=None),
        call_back.update().values(kind="unheard_of"),
        table("decision").update().values(priority=1),
    ):
        with pytest.raises(sa.exc.DBAPIError), db.engine.begin() as link:
            link.execute(wrong)


BOOKING = ("location", "visit_type", "patient", "staff", "appointment", "appointment_event", "closure")


def furnish_booking() -> dict[str, Any]:
    """A booked visit with its history, a closure, and a message that was given up."""
    patient = put("patient", no_email=True, email=None, email_index=None)
    staff = put("staff")
    place = put("location")
    kind = put("visit_type", minutes=60, before_minutes=0, after_minutes=10, step_minutes=15, phases=[1])
    visit = put(
        "appointment",
        patient_id=patient,
        clinician_id=staff,
        location_id=place,
        visit_type_id=kind,
        start_at=THEN,
        end_at=THEN.replace(hour=16),
        state="booked",
        booked_by="desk",
    )
    event = {"appointment_id": visit, "actor_kind": "staff", "from_state": "open", "to_state": "booked"}
    put("appointment_event", **event, step="book", version=1)
    put("closure")
    return {"patient": patient, "event": event, "message": put("outbox_message", ids=IDS, state="given_up")}


def test_booking_keeps_every_row_both_ways(old_app: Flask) -> None:
    command.upgrade(config(), "0002")
    known = furnish_booking()
    tables = (*BOOKING, "outbox_message")
    before = {name: rows(name) for name in tables}
    command.upgrade(config(), "head")
    after = {name: rows(name) for name in tables}
    kept(before, after)
    assert after["outbox_message"][known["message"]]["channel"] == "email"
    (visit,) = after["appointment"].values()
    assert (visit["overridden"], visit["attendance_confirmed_at"]) in ((False, None), (0, None))
    subject = after["outbox_message"][known["message"]]["subject_id"]
    assert UUID(str(subject)) == UUID(IDS["appointment"])
    new = put("appointment_event", **known["event"] | {"from_state": "booked"}, step="undo", version=2)
    called = put("outbox_message", ids={}, state="called", called_at=THEN, last_error="no_address")
    with pytest.raises(sa.exc.DBAPIError), db.engine.begin() as link:
        link.execute(table("appointment_event").update().values(version=9))
    command.downgrade(config(), "0002")
    down = {name: rows(name) for name in tables}
    assert down["appointment_event"].pop(new)["step"] == "move"
    message = down["outbox_message"].pop(called)
    assert (message["state"], message["last_error"]) == ("unwanted", "refused")
    assert down == before
    with pytest.raises(sa.exc.DBAPIError), db.engine.begin() as link:
        link.execute(table("appointment_event").update().values(version=9))
