"""A worker takes a message at the moment in which the desk calls instead: exactly one of them has it."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from clinic.kernel.errors import Conflict
from clinic.notifications import service
from clinic.notifications.rules import MessageState
from clinic.platform.extensions import db
from tests.notifications.mailing import put, rows
from tests.notifications.test_service import DESK
from tests.support.app import FixedClock
from tests.support.proofs import note, rounds

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("called-instead")]
ROUNDS = rounds(20, 1000)
LEASE = timedelta(seconds=60)


def at_once(app: Flask, *acts: Callable[[], str]) -> list[str]:
    """Run these in threads of their own, all from the same instant; what each came to."""
    said: list[str] = []
    barrier = Barrier(len(acts))

    def run(act: Callable[[], str]) -> None:
        with app.app_context():
            barrier.wait()
            said.append(act())
            db.session.remove()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_the_worker_takes_it_or_it_was_called(app: Flask, clock: FixedClock) -> None:
    came: Counter[str] = Counter()
    for number in range(ROUNDS):
        put(f"{number:04}", clock.now)
        message = rows()[-1].id

        def claims() -> str:
            return "nothing to take" if service.claim(clock.now, LEASE) is None else "taken"

        def calls(message_id: object = message) -> str:
            try:
                service.call_instead(message_id, DESK, clock.now)  # type: ignore[arg-type]  # bound early
            except Conflict:
                return "refused"
            return "called"

        said = at_once(app, claims, calls)
        assert said in (["called", "nothing to take"], ["refused", "taken"])
        state = rows()[-1].state
        assert state is (MessageState.CALLED if "called" in said else MessageState.SENDING)
        came[said[0]] += 1
    note(
        f"a worker takes a message while the desk calls instead, {db.engine.dialect.name}",
        rounds=ROUNDS,
        called=came["called"],
        taken_by_the_worker=came["refused"],
        both=0,
        neither=0,
    )
