"""The one test client: it looks at every HTML page that any test fetches."""

import re
from contextvars import Context
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

from clinic.platform.extensions import db

FORM_TAGS = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}
# Words that a title (browser history, tab, screen over the shoulder) must not hold.
_WORDS = r"crps|pain|suicid\w*|symptom\w*|treatment\w*|diagnos\w*|phase (one|two|three)|red flag|urgent"
HEALTH_WORDS = re.compile(rf"\b({_WORDS})\b", re.I)


class PageFaultError(AssertionError):
    """A page breaks a promise that every page keeps."""


class PageClient:
    """`get` and `post` like a browser with one cookie jar; posts carry the form's CSRF token."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._client = app.test_client()
        self._token: str | None = None

    def get(self, url: str, *, status: int = 200, **options: Any) -> TestResponse:
        """Fetch a page and look at it; `status` is what must come back."""
        return self._open("GET", url, status, options)

    def post(
        self, url: str, data: Any = None, *, status: int | None = None, token: bool = True, **options: Any
    ) -> TestResponse:
        """Post a form. Any redirect is returned, not followed."""
        fields = dict(data or {})
        if token and "csrf_token" not in fields:
            if self._token is None:
                self.get(url, status=-1)
            if self._token is not None:
                fields["csrf_token"] = self._token
        return self._open("POST", url, status, {"data": fields, **options})

    def follow(self, answer: TestResponse, *, status: int = 200) -> TestResponse:
        """Go where a redirect points, to the end."""
        while answer.status_code in (301, 302, 303, 307, 308):
            answer = self.get(answer.headers["Location"], status=-1)
        assert answer.status_code == status, f"{answer.status_code} instead of {status}"
        return answer

    def _open(self, method: str, url: str, status: int | None, options: dict[str, Any]) -> TestResponse:
        # An empty context: the test's own application context must not leak into the request.
        answer: TestResponse = Context().run(lambda: self._client.open(url, method=method, **options))
        if db.session.registry.has():
            db.session.rollback()  # the test reads afresh what the request has written
        if status not in (None, -1):
            assert answer.status_code == status, f"{method} {url}: {answer.status_code} instead of {status}"
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 307, 308):
            self._look(answer, url)
        return answer

    def _look(self, answer: TestResponse, url: str) -> None:
        page = answer.get_data(as_text=True)
        found = faults(page)
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            found.append("Cache-Control lacks no-store")
        if found:
            raise PageFaultError(f"{url}: " + "; ".join(found))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if token:
            self._token = token.group(1)


@lru_cache(maxsize=4)  # a test looks at the same page several times
def parse(page: str) -> Element:
    """The page as a tree, not to be changed; a parse error is a fault."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree: Element = parser.parse(page)
    if parser.errors:
        raise PageFaultError(f"does not parse: {parser.errors[:3]}")
    return tree


def text_of(page: str) -> str:
    """The words of a page's body, one space between them."""
    body = parse(page).find("body")
    assert body is not None
    return " ".join("".join(body.itertext()).split())


def faults(page: str) -> list[str]:
    """What is wrong with the page, whichever page it is."""
    tree = parse(page)
    everything = list(tree.iter())
    return [
        *_heading_faults(tree),
        *_id_faults(everything),
        *_label_faults(everything),
        *_csrf_faults(everything),
        *_inline_faults(everything),
    ]


def _heading_faults(tree: Element) -> list[str]:
    found = []
    headings = list(tree.iter("h1"))
    if len(headings) != 1:
        found.append(f"{len(headings)} h1 headings")
    title = tree.find("head/title")
    words = "" if title is None else "".join(title.itertext()).strip()
    if not words:
        found.append("no title")
    if HEALTH_WORDS.search(words):
        found.append(f"health words in the title: {words}")
    return found


def _id_faults(everything: list[Element]) -> list[str]:
    ids = [element.get("id") for element in everything if element.get("id")]
    return [
        f"id {one!r} is not unique" for one in sorted({i for i in ids if ids.count(i) > 1} - {None}, key=str)
    ]


def _label_faults(everything: list[Element]) -> list[str]:
    labelled = {element.get("for") for element in everything if element.tag == "label"}
    within = {id(inner) for element in everything if element.tag == "label" for inner in element.iter()}
    found = []
    for element in everything:
        if element.tag not in FORM_TAGS or element.get("type") in UNLABELLED_TYPES:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby")
        if not named and element.get("id") not in labelled and id(element) not in within:
            found.append(f"no label for {element.tag} {element.get('name')}")
    return found


def _csrf_faults(everything: list[Element]) -> list[str]:
    found = []
    for form in everything:
        if form.tag == "form" and (form.get("method") or "get").lower() == "post":
            names = {inner.get("name") for inner in form.iter("input")}
            if "csrf_token" not in names:
                found.append(f"no CSRF field in the form to {form.get('action')}")
    return found


def _inline_faults(everything: list[Element]) -> list[str]:
    found = []
    for element in everything:
        if element.tag == "style" or "style" in element.attrib:
            found.append(f"inline style on {element.tag}")
        if element.tag == "script" and not element.get("src"):
            found.append("inline script")
        if any(str(name).startswith("on") for name in element.attrib):
            found.append(f"inline handler on {element.tag}")
    return found
