"""The worker: takes due messages one at a time, sends them outside any transaction, runs periodic jobs."""

import signal
import time
from collections.abc import Callable

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from clinic.notifications import service
from clinic.notifications.registry import MessageKind, PeriodicJob, registry
from clinic.notifications.rules import Claimed, Failure, NoAddressError, lease_for
from clinic.notifications.transports import NotDeliveredError, Transport, current_transport
from clinic.platform import logs
from clinic.platform.extensions import db, now, settings

IDLE_SECONDS = 1.0
NAP_SECONDS = 0.1
BEAT_EVERY = 15.0
TIDY_EVERY = 30.0
WORKER = "worker"
OWN_JOBS = (
    PeriodicJob("heartbeat", BEAT_EVERY, lambda instant: service.beat(WORKER, instant)),
    PeriodicJob("abandoned", TIDY_EVERY, service.give_up_abandoned),
)


class Worker:
    """One worker process; several may run on one database."""

    def __init__(self, app: Flask, transport: Transport | None = None) -> None:
        self.app = app
        self.stopping = False  # a plain flag: a signal handler may set it at any moment
        self._transport = transport
        self._next_run: dict[str, float] = {}

    def run(self) -> None:
        """Work until told to stop; the message in hand is finished first."""
        while not self.stopping:
            if not self.step():
                self._rest()

    def finish(self) -> None:
        """End after the message in hand."""
        self.stopping = True

    def drain(self) -> int:
        """Run every periodic job, then send what is due now; returns how many messages were handled."""
        handled = 0
        self._next_run.clear()
        while not self.stopping and self.step():
            handled += 1
        return handled

    def step(self) -> bool:
        """Run the jobs that are due and handle one message; False when there was none to handle."""
        for job in (*OWN_JOBS, *registry(self.app).jobs.values()):
            self._run_when_due(job)
        return bool(self._guarded("worker.step", self._handle_one))

    def _rest(self) -> None:
        wake_at = time.monotonic() + IDLE_SECONDS
        while not self.stopping and time.monotonic() < wake_at:
            time.sleep(NAP_SECONDS)

    def _run_when_due(self, job: PeriodicJob) -> None:
        if time.monotonic() >= self._next_run.get(job.name, 0.0):
            self._next_run[job.name] = time.monotonic() + job.every_seconds
            self._guarded(f"worker.job.{job.name}", lambda: job.run(now()))

    def _guarded(self, what: str, work: Callable[[], object]) -> object:
        """Run in a context of its own; one failing job or message must not stop the others."""
        with self.app.app_context():
            try:
                return work()
            except Exception as wrong:
                logs.log.error(what, **logs.describe(wrong))
                return None
            finally:
                db.session.remove()

    def _handle_one(self) -> bool:
        held = service.claim(now(), lease_for(settings().mail_timeout_seconds))
        if held is None:
            return False
        failure = self._try_to_deliver(held)
        if failure is not None:
            service.mark_failed(held, failure, now())
            logs.log.warning("message.failed", kind=held.kind, where=failure.value, count=held.attempts)
        return True

    def _try_to_deliver(self, held: Claimed) -> Failure | None:
        """What went wrong; None when the message was sent, waits for the morning, or was no longer wanted."""
        kind = registry().kinds.get(held.kind)
        if kind is None:
            return Failure.UNKNOWN_KIND
        try:
            if not self._is_to_be_sent_now(kind, held):
                return None
            message = kind.render(held.ids)
        except NoAddressError:
            return Failure.NO_ADDRESS
        except Exception as wrong:
            logs.log.error("message.not_written", kind=held.kind, **logs.describe(wrong))
            return Failure.WRITING
        finally:
            db.session.rollback()  # nothing is held open while we talk to the mail server
        try:
            (self._transport or current_transport()).deliver(message, held.message_id, now())
        except NotDeliveredError as wrong:
            return wrong.failure
        service.mark_sent(held, now())
        return None

    def _is_to_be_sent_now(self, kind: MessageKind, held: Claimed) -> bool:
        """Is it still true, and may it go now? Asked when it goes, however late the worker comes to it."""
        instant = now()
        loud = registry().loud_from(instant) if kind.by_itself else instant
        if not kind.still_wanted(held.ids, loud):
            service.mark_unwanted(held)
        elif loud > instant:
            service.postpone(held, loud)
        else:
            return True
        return False


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due now, run the periodic jobs once, and end.")
@with_appcontext
def worker_command(once: bool) -> None:
    """Send the outbox and run the periodic jobs until SIGTERM or Ctrl-C."""
    worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]  # behind Flask's proxy
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: worker.finish())
    if once:
        click.echo(f"{worker.drain()} messages handled.")
    else:
        worker.run()
