"""Web server and worker, started and stopped together. Ctrl-C or SIGTERM: both finish what they hold."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from clinic.web.prepare import prepare
from config import Settings

ROOT = Path(__file__).resolve().parents[2]
GRACE_SECONDS = 35  # gunicorn's own 30, and a little
LOOK_EVERY_SECONDS = 0.2


def commands(port: str) -> list[list[str]]:
    """What is started. Sync workers: threads were no faster and had the worse tail on SQLite."""
    web = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "sync", "--workers", "2", "--graceful-timeout", "30", "--timeout", "30"),
        *("--max-requests", "5000", "--max-requests-jitter", "500"),
        *("--limit-request-line", "4094", "--limit-request-fields", "50"),
        *("--no-control-socket", "--log-level", "warning", "wsgi:app"),
    ]
    return [web, [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]]


def announce(held: Settings, port: str) -> None:
    """Print where to look, and who may sign in."""
    address = f"http://127.0.0.1:{port}"
    print(f"\n  {held.clinic_name}: {address}/\n")
    if held.environment != "development":
        return
    from clinic.web.demo import PASSWORD, sign_ins

    print(f"  Staff sign in at {address}/staff/sign-in with the password: {PASSWORD}")
    for who, email in sign_ins():
        print(f"    {email:<34}{who}")
    if not held.mail_server:
        print(f"  Mail that would be sent: {address}/dev/mail")
    print("  Ctrl-C stops.\n", flush=True)


def run(started: Sequence[Sequence[str]], environment: dict[str, str]) -> int:
    """Keep the processes until a signal comes or one ends, then end them all; returns the exit code."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: stop.set())
    children = [_start(command, environment) for command in started]
    while not stop.wait(LOOK_EVERY_SECONDS) and all(child.poll() is None for child in children):
        pass
    fallen = next((child.returncode for child in children if child.poll() is not None), None)
    _stop(children)
    return 0 if stop.is_set() else (fallen or 1)


def _start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches the supervisor alone."""
    return subprocess.Popen(  # noqa: S603 - our own fixed commands
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=_end_with_supervisor,  # noqa: PLW1509 - the supervisor has no threads
    )


def _end_with_supervisor() -> None:
    """On Linux the kernel tells the child when the supervisor dies, however it dies."""
    if sys.platform == "linux":
        import ctypes

        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM)


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def main() -> int:
    """Prepare, announce, serve."""
    port = os.environ.get("PORT", "8000")
    environment = os.environ.copy()
    if environment.get("CLINIC_ENVIRONMENT", "development") == "development":
        environment.setdefault("CLINIC_PUBLIC_URL", f"http://127.0.0.1:{port}")  # links in mail lead here
    held = prepare()
    announce(held, port)
    return run(commands(port), environment)


if __name__ == "__main__":
    sys.exit(main())
