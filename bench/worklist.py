"""The worklist of a clinic with as many referrals as asked for, on a PostgreSQL of the run."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from bench.timing import Ratio, interleaved
from clinic.platform.access import public
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.referrals.models import TO_REVIEW, Referral
from clinic.referrals.queries.referral import chosen_rows, rows_of
from clinic.referrals.rules import ReferralStatus
from clinic.web.demo.staff import DOMAIN, PASSWORD, set_up_clinic
from tests.support.app import START, build
from tests.support.client import PageClient
from tests.support.databases import POSTGRES_VARIABLE, create_postgres_database
from tests.support.many import fill
from tests.support.pg_server import Server
from tests.support.staff import try_sign_in

FEW, TO_REVIEW_ROWS, DEEP = 10_000, 5_000, 40_000
LIST, HISTORY, BARE = "/staff/worklist", "/staff/worklist?show=decided", "/bare"


@dataclass(frozen=True)
class Clinic:
    """An application, and a browser in which a clinician is signed in."""

    app: Flask
    browser: FlaskClient

    def open(self, url: str) -> str:
        """The whole page, as the server makes it."""
        answer = Context().run(lambda: self.browser.get(url))
        assert answer.status_code == 200, answer.status
        return answer.text


def worklist_lines(rows: int) -> Iterator[str]:
    """Goals 9, 10 and 11, and how many statements a page takes."""
    with server() as folder:
        few, many = clinic(folder / "few", FEW), clinic(folder / "many", rows)
        ours, floor = interleaved(lambda: many.open(LIST), lambda: few.open(LIST), 3)
        yield Ratio(9, f"worklist page 1 at {rows:,} referrals over {FEW:,}", ours, floor, 1.3, 1.1).line()
        row, reference = deep_row(many)
        after = f"{HISTORY}&after={reference}"
        ours, floor = interleaved(lambda: many.open(after), lambda: many.open(HISTORY), 3)
        yield Ratio(10, f"history page at row {row:,} over page 1", ours, floor, 1.5, 1.1).line()
        ours, floor = interleaved(lambda: many.open(LIST), lambda: many.open(BARE), 3, time.process_time)
        yield Ratio(11, "CPU of a list page over one query and its template", ours, floor, 2, 1.3).line()
        yield f"     statements of a worklist page: {statements(many, LIST)}"


@contextmanager
def server() -> Iterator[Path]:
    """A PostgreSQL, and a folder for what applications keep."""
    started = Server()
    os.environ[POSTGRES_VARIABLE] = started.url
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            yield Path(folder)
    finally:
        del os.environ[POSTGRES_VARIABLE]
        started.stop()


def clinic(folder: Path, rows: int) -> Clinic:
    """An application on a fresh database with that many referrals, of which some thousands wait."""
    folder.mkdir()
    app = build(create_postgres_database(), folder)
    bare_page(app)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        set_up_clinic(START.date(), START)
        fill(rows, START, to_review=min(TO_REVIEW_ROWS, rows // 2))
        db.session.rollback()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.execute(text("SET statement_timeout = 0"))  # a million rows take longer than a page may
            link.execute(text("VACUUM ANALYZE"))
            link.execute(text("RESET statement_timeout"))  # the pool keeps the connection
        client = PageClient(app)
        assert try_sign_in(client, f"ada.fernwood@{DOMAIN}", PASSWORD).status_code == 302
        db.session.remove()
    return Clinic(app, client._client)


def deep_row(held: Clinic) -> tuple[int, str]:
    """A row far down the history, by number and reference."""
    with held.app.app_context():
        past = select(Referral.reference).where(Referral.status == ReferralStatus.DECIDED)
        ordered = past.order_by(Referral.decided_at.desc(), Referral.id.desc())
        found = db.session.scalars(ordered.limit(DEEP)).all()
        db.session.remove()
    return len(found), found[-100]


def bare_page(app: Flask) -> None:
    """The floor of a list page, as a page of the same server: one query, and the same template filled in.

    It is filled in with what the last true page was given. Nobody signs in, nothing is opened or recorded.
    """
    given: dict[str, Any] = {}
    query = chosen_rows().where(text(TO_REVIEW)).order_by(Referral.priority, Referral.turn).limit(51)

    def keep(*_: object, context: dict[str, Any], **__: object) -> None:
        given.update(context)

    def bare() -> str:
        rows_of(query)
        return app.jinja_env.get_template("referrals/worklist.html").render(given)

    template_rendered.connect(keep, app, weak=False)
    app.add_url_rule(BARE, "bare", public(bare))


def statements(held: Clinic, url: str) -> int:
    """How many statements a page takes."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    with held.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    held.open(url)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)
