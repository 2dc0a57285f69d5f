"""Somebody who speaks HTTP directly: brings people quickly to the place where a test begins."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIRequestContext, APIResponse

from tests.intake.walking import held_values, names_on, persona
from tests.journeys.person import Answers

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REDIRECTS = (301, 302, 303)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Wire:
    """`get` and `post` with the cookies of a browser; posts carry the token of the last page."""

    def __init__(self, requests: APIRequestContext) -> None:
        self.requests = requests
        self.path = ""
        self.page = ""
        self.status = 0

    def get(self, path: str) -> str:
        """Fetch a page, wherever that leads; returns its source."""
        return self._arrive(path, self.requests.get(path, max_redirects=0))

    def post(self, path: str, fields: Mapping[str, str | Sequence[str]] | None = None) -> str:
        """Send a form, go where that leads; returns the source of the page."""
        token = TOKEN.search(self.page)
        body = urlencode({"csrf_token": token[1] if token else "", **(fields or {})}, doseq=True)
        return self._arrive(path, self.requests.post(path, data=body, headers=FORM, max_redirects=0))

    def cookies(self) -> list[Any]:
        """What a browser must hold to go on from here."""
        return list(self.requests.storage_state()["cookies"])

    def begin_intake(self) -> None:
        """Start the form."""
        self.get("/intake/start")
        self.post("/intake/start")

    def answer_until(self, path: str, known_as: str, **other: str | Sequence[str]) -> None:
        """Answer the form's pages as this persona until this address is reached."""
        told = persona(known_as)
        answers: Answers = {**told["answers"], **other}
        for _ in range(90):
            if self.path.startswith(path):
                return
            if self.path.startswith("/intake/help-now"):
                self.get("/intake/go-on")
            else:
                self.answer(answers, told.get("treatments", {}))
        raise AssertionError(f"{path} was not reached")

    def answer(self, answers: Answers, treatments: Mapping[str, Answers] | None = None) -> None:
        """Fill in this page and send it."""
        sent = held_values(self.page)
        wanted = {**answers, **(treatments or {}).get(sent.get("about", [""])[0], {})}
        for name in names_on(self.page):
            value = wanted.get(name.replace("-", "_"))
            if value is not None:
                sent[name] = [value] if isinstance(value, str) else list(value)
        before = self.path
        self.post(self.path, sent)
        assert self.status < 400, f"{before}: {self.status}"

    def fields(self) -> dict[str, list[str]]:
        """What the page's form would send as it stands."""
        return held_values(self.page)

    def first(self, pattern: str) -> str:
        """The first match of a pattern in the page's source."""
        found = re.search(pattern, self.page)
        assert found, f"nothing like {pattern} on {self.path}"
        return found[1]

    def _arrive(self, path: str, answer: APIResponse) -> str:
        while answer.status in REDIRECTS:
            path = answer.headers["location"]
            answer = self.requests.get(path, max_redirects=0)
        self.path, self.page, self.status = path, answer.text(), answer.status
        return self.page
