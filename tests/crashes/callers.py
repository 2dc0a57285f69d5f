"""Clients who book over HTTP as the front desk does, and go on when the server is gone."""

import http.client
import random
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from clinic.web.demo import PASSWORD

DESKS = ("desk.birmingham@example.com", "desk.auburn@example.com")
VISIT, NO_TIME = "/staff/visits/", "none"
SLOT = re.compile(r'name="slot" value="([^"]+)"')
LATER = re.compile(r'name="times" value="([^"]+)">Later')
PATIENCE_SECONDS = 20
GONE = (urllib.error.URLError, http.client.HTTPException, OSError)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Answer:
    """What came back."""

    status: int
    location: str
    page: str


@dataclass
class Caller(threading.Thread):
    """One desk that books one caller after another until told to stop."""

    url: str
    number: int
    stop: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)  # form's key -> visit
    retries: int = 0
    unexpected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.random = random.Random(self.number)
        cookies = urllib.request.HTTPCookieProcessor()
        self.browser = urllib.request.build_opener(_Stay, cookies)

    def __hash__(self) -> int:
        return id(self)

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer | None:
        """None: nobody answered."""
        sent = None if form is None else urllib.parse.urlencode(form).encode()
        wanted = urllib.request.Request(self.url + path, sent)  # noqa: S310 - our own server
        try:
            return self._answer(wanted)
        except GONE:  # also in the middle of the page, whatever its status
            return None

    def _answer(self, wanted: urllib.request.Request) -> Answer:
        try:
            with self.browser.open(wanted, timeout=PATIENCE_SECONDS) as answer:
                return Answer(answer.status, "", answer.read().decode())
        except urllib.error.HTTPError as other:
            return Answer(other.code, other.headers.get("Location", ""), other.read().decode())

    def insist(self, path: str, form: dict[str, str] | None = None) -> Answer | None:
        """Ask until somebody answers; the same form again, as a person does who saw no page."""
        while not self.stop.is_set():
            answer = self.ask(path, form)
            if answer is not None and answer.status not in (502, 503):
                return answer
            self.retries += 1
            self.stop.wait(0.2)
        return None

    def run(self) -> None:
        """Sign in, then book."""
        page = self.insist("/staff/sign-in")
        if page is None:
            return
        form = {
            "email": DESKS[self.number % 2],
            "password": PASSWORD,
            "csrf_token": value(page.page, "csrf_token"),
        }
        self.insist("/staff/sign-in", form)
        count = 0
        while not self.stop.is_set():
            count += 1
            self.book(count)

    def book(self, count: int) -> None:
        """One caller without an intake; a time that was just taken is replaced by another."""
        shown = self.insist("/staff/caller")
        while shown is not None and not self.stop.is_set():
            slots = [slot for slot in SLOT.findall(shown.page) if slot != NO_TIME]
            if not slots:  # two weeks are full
                shown = self.look_later(shown, count)
                continue
            form = self.form(shown.page, count) | {"slot": self.random.choice(slots)}
            shown = self.insist("/staff/caller", form)
            if shown is not None and shown.location.startswith(VISIT):
                self.acknowledged[form["key"]] = shown.location.removeprefix(VISIT)
                return
            if shown is not None and shown.status != 422:
                self.unexpected.append(f"{shown.status} {shown.location}")
                return

    def look_later(self, shown: Answer, count: int) -> Answer | None:
        """Press "Later dates"; what was typed comes back."""
        later = LATER.search(shown.page)
        if later is None:
            self.unexpected.append(f"{shown.status} {shown.location}: neither times nor later dates")
            return None
        form = self.form(shown.page, count) | {"times": later[1], "slot": ""}
        del form["book"]
        return self.insist("/staff/caller", form)

    def form(self, page: str, count: int) -> dict[str, str]:
        """Somebody new each time."""
        kept = {name: value(page, name) for name in ("csrf_token", "key", "first_day")}
        return kept | {
            "first_name": f"Caller{self.number}",
            "last_name": f"Number{count}",
            "born-month": str(self.number + 1),
            "born-day": str(count % 28 + 1),
            "born-year": str(1940 + count % 60),
            "phone": f"205-555-01{count % 100:02}",
            "email": f"caller-{self.number}-{count}@example.com",
            "voicemail": "yes",
            "reason": "first_visit",
            "physical": "no",
            "which": "",
            "thoughts": "no",
            "danger": "no",
            "book": "1",
        }


def value(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""
