"""Sixteen clients on one database: rounds of orders that go off at one moment, and what came of them."""

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from clinic import create_app
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.platform.transaction import transaction
from clinic.scheduling import queries, service
from clinic.scheduling.rules import Wanted
from clinic.scheduling.service.guards import PATIENT, ensure_resource
from config import Settings
from tests.races.client import TAKEN, WON, Answer, Order, serve
from tests.races.switches import drop_cell_key
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, build_scene, central
from tests.support.app import test_settings
from tests.support.databases import create_postgres_database, drop_postgres_database
from tests.support.proofs import note, rounds

CLIENTS = 16
ROUNDS = int(os.environ.get("CLINIC_RACE_ROUNDS") or rounds(20, 1000))
CONTROL_ROUNDS = min(ROUNDS, 100)  # whether a check can fail shows soon
Wish = tuple[str, dict[str, Any]]
# Long enough for every client to have read its order before the moment comes.
HEADSTART = 0.02


@dataclass
class Arena:
    """One database, its small clinic, and the clients."""

    scene: Scene
    patients: list[UUID]
    links: list[Connection]
    answers: list[list[Answer]] = field(default_factory=list)
    used: int = 0
    # Seconds by which a verb starts later, where one use case works longer before it matters.
    behind: dict[str, float] = field(default_factory=dict)

    def rounds(self, count: int = ROUNDS) -> Iterator[int]:
        """Numbers of rounds that nobody has used; the answers of earlier ones are forgotten."""
        self.answers.clear()
        for _ in range(count):
            self.used += 1
            yield self.used

    def day(self, number: int) -> date:
        """A weekday of its own for every round."""
        weeks, weekday = divmod(number, 5)
        return MONDAY + timedelta(weeks=weeks, days=weekday)

    def now(self, number: int) -> datetime:
        """Two days before the round's day, so that notice and window always fit."""
        return central(self.day(number) - timedelta(days=2), 9)

    def wanted(self, number: int, minutes: int = 0, *, short: bool = False, ben: bool = False) -> Wanted:
        """A time on the round's day, so many minutes after 9:00."""
        return self.scene.wanted(
            central(self.day(number), 9) + timedelta(minutes=minutes),
            clinician=self.scene.ben if ben else None,
            location=self.scene.auburn if ben else None,
            visit_type=self.scene.short_visit if short else None,
        )

    def prepared(self, number: int, verb: str = "book", patient: int = 0) -> UUID:
        """A visit at 9:00 of the round's day that stands before the race."""
        take = service.book if verb == "book" else service.hold
        row = take(
            self.wanted(number),
            patient_id=self.patients[patient],
            key=f"prepared {number}",
            actor=DESK,
            now=self.now(number),
        )
        return row.id

    def race(
        self, number: int, orders: Sequence[tuple[str, dict[str, Any]]], **later: datetime
    ) -> list[Answer]:
        """Let the orders go off at once, each in its own client; `later` gives a verb another clock."""
        db.session.remove()
        at = time.monotonic() + HEADSTART
        for link, (verb, given) in zip(self.links, orders, strict=False):
            moment = at + self.behind.get(verb, 0.0)
            link.send(Order(verb, given, later.get(verb, self.now(number)), moment))
        found: list[Answer] = [link.recv() for link, _ in zip(self.links, orders, strict=False)]
        self.answers.append(found)
        return found

    def wish(self, number: int, patient: int, wanted: Wanted, *, verb: str = "book") -> Wish:
        """One patient's wish in one round."""
        return verb, {
            "first": wanted,
            "patient_id": self.patients[patient],
            "key": f"{number} {patient} {wanted.start}",
        }

    def wishes(self, number: int, *, verb: str = "book") -> list[Wish]:
        """One wish for every client, all overlapping: two starts, two lengths, sixteen people."""
        return [
            self.wish(number, n, self.wanted(number, minutes=15 * (n % 2), short=n % 4 < 2), verb=verb)
            for n in range(CLIENTS)
        ]

    def warm_up(self) -> None:
        """Each client books once and is refused once, one after the other.

        A first statement takes far longer than any other: it is put together, and the server plans it.
        """
        for n, (number, link) in enumerate(zip(self.rounds(CLIENTS), self.links, strict=True)):
            for who, outcome in ((n, WON), ((n + 1) % CLIENTS, TAKEN)):
                verb, given = self.wish(number, who, self.wanted(number))
                link.send(Order(verb, given, self.now(number), 0.0))
                assert link.recv().outcome == outcome

    def double_bookings(self) -> int:
        """Rounds after which two live visits of one clinician or patient overlap, as the doctor sees it."""
        said = {line.split(" overlap")[0] for line in queries.doctor_checks(self.now(0)) if "overlap" in line}
        return len(said)


@contextmanager
def arena(database: str, folder: Path, *, lock: bool = True, key: bool = True) -> Iterator[Arena]:
    """A fresh database with its clinic and clients; without `lock` or `key` a guard is taken away."""
    url = create_postgres_database() if database == "postgresql" else f"sqlite:///{folder / 'race.sqlite3'}"
    settings = test_settings(url, folder, sqlite_synchronous="FULL")
    app = create_app(settings)
    with app.app_context():
        made = _furnish(app, key=key)
        processes = _start_clients(made, settings, lock=lock)
        try:
            made.warm_up()
            yield made
        finally:
            for link in made.links:
                link.send(None)
            for process in processes:
                process.join(10)
            db.session.remove()
            db.engine.dispose()
    if database == "postgresql":
        drop_postgres_database(url)


def _furnish(app: Flask, *, key: bool) -> Arena:
    Base.metadata.create_all(db.engine)
    scene = build_scene(central(MONDAY - timedelta(days=7), 9))
    patients = [add_patient(scene.now, f"Racer{n}") for n in range(CLIENTS)]
    with transaction():
        for patient in patients:
            ensure_resource(PATIENT, patient)
    if not key:
        drop_cell_key()
    db.session.remove()
    return Arena(scene, patients, [])


def _start_clients(made: Arena, settings: Settings, *, lock: bool) -> list[Any]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.client"])
    processes = []
    for _ in range(CLIENTS):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, settings), kwargs={"lock": lock}, daemon=True)
        process.start()
        theirs.close()
        made.links.append(ours)
        processes.append(process)
    for link in made.links:
        assert link.recv() > 0
    return processes


def report(what: str, database: str, answers: list[list[Answer]]) -> None:
    """Print what happened; a run in which few requests really overlapped in time proves nothing."""
    every = [answer for answered in answers for answer in answered]
    together = sum(_overlaps(answer, answered) for answered in answers for answer in answered)
    outcomes = Counter(answer.outcome for answer in every)
    refused = [answer.ended - answer.began for answer in every if answer.outcome != WON]
    slowest = {"worst_refusal": f"{max(refused) * 1000:.0f} ms"} if refused else {}
    note(
        f"{what}, {database}",
        rounds=len(answers),
        requests=len(every),
        overlapped_in_time=f"{together / len(every):.0%}",
        **slowest,
        **{outcome.replace(" ", "_"): count for outcome, count in sorted(outcomes.items())},
    )
    assert together > len(every) / 2, "too few requests overlapped in time: this run proves nothing"


def _overlaps(one: Answer, answered: list[Answer]) -> bool:
    return any(other is not one and other.began < one.ended and one.began < other.ended for other in answered)
