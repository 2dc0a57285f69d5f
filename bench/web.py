"""A web server as production runs it, and desks that book over HTTP."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.house import DESKS, PASSWORD, House, desk_address
from clinic.web.serve import commands
from tests.architecture.source import ROOT
from tests.support.live import free_port

READY_SECONDS, STOP_SECONDS, PATIENCE_SECONDS = 120, 40, 30
USUAL_WORKERS = 2


@contextmanager
def served(
    environment: dict[str, str], folder: Path, module: str = "wsgi:app", workers: int = USUAL_WORKERS
) -> Iterator[int]:
    """The web server with the flags of production; gives its port."""
    port = free_port()
    command = [*commands(str(port))[0][:-1], "--workers", str(workers), module]
    if workers > USUAL_WORKERS:
        command.insert(-1, "--preload")  # or their start would take longer than the run
    with (folder / "web.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own fixed command
            command,
            cwd=ROOT,
            env=environment | {"CLINIC_PUBLIC_URL": f"http://127.0.0.1:{port}"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(port, process, folder / "web.log")
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            ask(port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the web server does not answer: " + log.read_text()[-2000:])


def ask(port: int, sent: bytes) -> bytes:
    """One request on a connection of its own, as sync workers answer; the whole answer."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as link:
        link.sendall(sent)
        parts = []
        while part := link.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def status_of(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer[9:12])


class Desk:
    """A browser in which somebody of the front desk is signed in; requests are made before they are timed."""

    def __init__(self, port: int, cookie: str = "", token: str = "") -> None:
        self.port, self.cookie, self.token = port, cookie, token

    def sign_in(self, number: int) -> None:
        """Through the page, as people do."""
        page = self._open("GET", "/staff/sign-in")
        form = {"email": desk_address(number), "password": PASSWORD, "csrf_token": _token(page)}
        answer = self._open("POST", "/staff/sign-in", form)
        assert status_of(answer.encode()) == 302, answer[:200]
        self.token = _token(self._open("GET", "/staff/caller"))

    def booking(self, reference: str, slot: str, key: str) -> bytes:
        """The request that books this time for the person behind the reference."""
        form = {"csrf_token": self.token, "slot": slot, "key": key, "first_day": ""}
        return self._request("POST", f"/staff/unbooked/{reference}", form)

    def _open(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        answer = ask(self.port, self._request(method, path, form)).decode()
        if found := re.search(r"(?i)^set-cookie: (session=[^;]+)", answer, re.M):
            self.cookie = found[1]
        return answer

    def _request(self, method: str, path: str, form: dict[str, str] | None = None) -> bytes:
        body = urllib.parse.urlencode(form or {})
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:300]
    return found[1]


def desks_of(held: House, port: int) -> list[Desk]:
    """The desks of the house at this server; they sign in once, since that is limited."""
    if not held.cookies:
        for number in range(DESKS):
            desk = Desk(port)
            desk.sign_in(number)
            held.cookies.append((desk.cookie, desk.token))
    return [Desk(port, cookie, token) for cookie, token in held.cookies]


Answer = tuple[int, float]


def together(port: int, clients: Sequence[Sequence[bytes]]) -> tuple[list[list[Answer]], float]:
    """Every client sends its requests one after the other, all clients at once.

    Gives status and seconds of each request, and the seconds until the last client was done.
    """
    answers: list[list[Answer]] = [[] for _ in clients]
    start = threading.Barrier(len(clients) + 1)

    def work(held: list[Answer], requests: Sequence[bytes]) -> None:
        start.wait()
        held += [timed(port, sent) for sent in requests]

    threads = [
        threading.Thread(target=work, args=pair, daemon=True) for pair in zip(answers, clients, strict=True)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return answers, time.perf_counter() - started


def timed(port: int, sent: bytes) -> Answer:
    """Status, and seconds from the first byte sent to the last received."""
    started = time.perf_counter()
    answer = ask(port, sent)
    return status_of(answer), time.perf_counter() - started
