"""Walks through the real pages as a browser without script does: reads the form, fills it in, sends it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import select
from werkzeug.test import TestResponse

from clinic.intake import queries
from clinic.intake.models import Intake
from clinic.platform.extensions import db
from tests.support.client import PageClient, parse, text_of

PERSONAS = Path(__file__).parent / "personas"
Answers = Mapping[str, str | Sequence[str]]
NEW, FIVE = "new-and-untreated", "fourteen-months-five-treatments"


def persona(name: str) -> dict[str, Any]:
    """A checked-in persona by its file name."""
    return tomllib.loads((PERSONAS / f"{name}.toml").read_text())


def form_of(page: str) -> Element:
    """The form of the page's questions: the first that is sent to the page itself."""
    return next(form for form in parse(page).iter("form") if not form.get("action"))


def held_values(page: str) -> dict[str, list[str]]:
    """What the form would send if nothing were touched."""
    found: dict[str, list[str]] = {}
    for control in form_of(page).iter():
        name = control.get("name")
        if name is None or control.tag not in ("input", "select", "textarea"):
            continue
        if control.tag == "select":
            chosen = [one.get("value", "") for one in control.iter("option") if "selected" in one.attrib]
            found[name] = chosen or [""]
        elif control.tag == "textarea":
            found[name] = ["".join(control.itertext()).strip()]
        elif control.get("type") not in ("radio", "checkbox"):
            found.setdefault(name, []).append(control.get("value", ""))
        elif "checked" in control.attrib:
            found.setdefault(name, []).append(control.get("value", "on"))
    return found


def names_on(page: str) -> set[str]:
    """The names of all controls of the form."""
    return {str(one.get("name")) for one in form_of(page).iter() if one.get("name")}


@dataclass
class Walk:
    """One person's way through the pages. `taps` counts choices, fields entered and buttons."""

    client: PageClient
    answers: Answers
    treatments: Mapping[str, Answers] = field(default_factory=dict)
    url: str = ""
    page: str = ""
    taps: int = 0
    pages: int = 0
    words: int = 0

    def start(self) -> None:
        """Begin the form."""
        self.client.get("/intake/start")
        self.taps += 1
        self._arrive(self.client.post("/intake/start"))

    def go_to(self, url: str) -> None:
        """Open a page."""
        self.url = url
        self._arrive(self.client.get(url, status=-1))

    def fill(self, **other: str | Sequence[str]) -> TestResponse:
        """Fill in the page from the person's answers (`other` wins) and choose Continue."""
        sent = held_values(self.page)
        about = sent.get("about", [""])[0]
        wanted = {**self.answers, **self.treatments.get(about, {}), **other}
        for name in names_on(self.page):
            value = wanted.get(name.replace("-", "_"))
            if value is not None:
                sent[name] = [value] if isinstance(value, str) else list(value)
                self.taps += len(sent[name])
        self.taps += 1
        answer = self.client.post(self.url, sent)
        self._arrive(answer)
        return answer

    def to_check(self) -> None:
        """Go on until the answers are read back."""
        for _ in range(200):
            if self.url.startswith("/intake/check"):
                return
            before = self.url
            answer = self.fill()
            assert answer.status_code in (302, 303), f"{before}: {text_of(answer.text)[:600]}"
        raise AssertionError("the form has no end")

    def _arrive(self, answer: TestResponse) -> None:
        while answer.status_code in (301, 302, 303):
            self.url = answer.headers["Location"]
            answer = self.client.get(self.url, status=-1)
        self.page = answer.text
        self.pages += 1
        self.words += len(text_of(self.page).split())


def walk(client: PageClient, name: str) -> Walk:
    """A persona at the beginning of the form."""
    known = persona(name)
    made = Walk(client, known["answers"], known.get("treatments", {}))
    made.start()
    return made


def the_intake() -> Intake:
    """The newest one."""
    db.session.rollback()
    found = db.session.scalars(select(Intake).order_by(Intake.started_at.desc())).first()
    assert found is not None
    return found


def value(question: str) -> object:
    """The answer in the newest intake."""
    return queries.answer_sheet(the_intake().id).value(question)


def go_to(person: Walk, slug: str) -> Walk:
    """The person answers until this page is next."""
    while not person.url.startswith(f"/intake/page/{slug}"):
        assert person.fill().status_code == 302
    return person


def title_of(page: str) -> str:
    """The page's title."""
    title = parse(page).find("head/title")
    assert title is not None
    return "".join(title.itertext())


def errors_of(page: str) -> list[str]:
    """The words of the summary; each must stand beside its field too, and link to a control that is there."""
    tree = parse(page)
    ids = {one.get("id") for one in tree.iter()}
    for box in tree.iter("div"):
        if "govuk-error-summary" in (box.get("class") or "").split():
            links = list(box.iter("a"))
            assert all((link.get("href") or "")[1:] in ids for link in links)
            return ["".join(link.itertext()) for link in links]
    return []
