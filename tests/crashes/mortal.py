"""`python -m tests.crashes.mortal`: workers that kill themselves in the middle of what they do, when told to.

The process loads the application once. Each line on its input is one order: for every worker the step before
which it dies (0: it lives), and what the clock shows. It forks the workers, each a process of its own, waits
for all, and answers in one line: for every worker the steps it has taken, or none when it was killed.

A step is a statement, a commit, or a word with the mail server: before it is said, before its answer is
read, and after.
"""

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import event

from clinic import create_app
from clinic.notifications import transports
from clinic.notifications.worker import Worker
from clinic.platform.extensions import db
from tests.support.app import FixedClock


@dataclass
class Fate:
    """Counts steps, and ends the process before one of them."""

    dies_before: int
    taken: int = 0

    def step(self, *_: object) -> None:
        """One more."""
        self.taken += 1
        if self.taken == self.dies_before:
            os.kill(os.getpid(), signal.SIGKILL)


class MessagesOnly(Worker):
    """A worker that leaves the periodic jobs to others: every step belongs to a message."""

    def _run_when_due(self, job: object) -> None:
        return None


def work(app: Flask, dies_before: int) -> int:
    """Handle what is due; returns the steps that were taken."""
    fate = Fate(dies_before)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fate.step)
    event.listen(engine, "commit", fate.step)
    around(smtplib.SMTP, "send", fate.step)
    around(transports._Bounded, "getreply", fate.step)
    MessagesOnly(app).drain()
    return fate.taken


def around(owner: type, name: str, step: Callable[..., None]) -> None:
    """Count a step before and after each call."""
    real = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        step()
        try:
            return real(*args, **kwargs)
        finally:
            step()

    setattr(owner, name, counted)


def fork(app: Flask, dies_before: int) -> tuple[int, int]:
    """A worker in a process of its own; its id, and where it will write how far it came."""
    reads, writes = os.pipe()
    child = os.fork()
    if child:
        os.close(writes)
        return child, reads
    code = 1
    try:
        os.write(writes, str(work(app, dies_before)).encode())
        code = 0
    finally:
        os._exit(code)


def wait(child: int, reads: int) -> int | None:
    """How many steps it took; None: it was killed."""
    with os.fdopen(reads) as said:
        steps = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    assert os.WEXITSTATUS(status) == 0, "a worker failed"
    return int(steps)


def main() -> None:
    """Obey until the input ends."""
    clock = FixedClock()
    app = create_app(clock=clock)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        clock.now = datetime.fromisoformat(order["now"])
        started = [fork(app, dies_before) for dies_before in order["die_before"]]
        print(json.dumps([wait(*one) for one in started]), flush=True)


if __name__ == "__main__":
    main()
