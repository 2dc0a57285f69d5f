"""A whole installation as its users meet it: gunicorn and the worker as processes, on a real database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.architecture.source import ROOT

READY_SECONDS = 60
STOP_SECONDS = 40


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Live:
    """Web server and worker on one database; `prepare` makes keys, tables and the demo people."""

    module = "wsgi"

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CLINIC_")}
        self.environment = outside | {
            "CLINIC_INSTANCE_DIR": str(folder),
            "CLINIC_DATABASE_URL": database_url,
            "CLINIC_PUBLIC_URL": self.url,
            "CLINIC_SQLITE_SYNCHRONOUS": "OFF",
            "PYTHONWARNINGS": "error",
            **settings,
        }
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Keys, tables, demo data: what `make setup` does."""
        self.run("-m", "clinic.web.prepare")

    def run(self, *arguments: str) -> str:
        """Run a Python command in this installation; returns what it printed."""
        ended = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def start_web(self, workers: int = 2) -> None:
        """Start the web server and wait until it answers."""
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            str(workers),
        ]
        self.web = self._start(
            "web", [*command, "--worker-class", "sync", "--no-control-socket", f"{self.module}:app"]
        )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                # A server that has just begun may answer others first: waiting in its queue is no failure.
                asked = f"{self.url}/healthz"
                urllib.request.urlopen(asked, timeout=READY_SECONDS).close()  # noqa: S310 - our own server
            except (urllib.error.URLError, OSError):
                assert self.web.poll() is None, self.log("web")
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the web server does not answer: " + self.log("web"))

    def start_worker(self) -> None:
        """Start the outbox worker."""
        self.worker = self._start("worker", [sys.executable, "-m", "flask", "--app", self.module, "worker"])

    def stop(self) -> None:
        """Stop both; a process that does not end by itself fails the test."""
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in (self.web, self.worker):
            if process is not None:
                process.wait(STOP_SECONDS)
        self.web = self.worker = None

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children as a power cut would."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.folder / f"{name}.log").read_text()

    def _start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, start_new_session=True, **options
            )
