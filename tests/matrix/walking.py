"""Every route as every member, once: what came back, and what it changed."""

from collections.abc import Callable, Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from clinic.intake.questionnaire import current
from clinic.intake.rules import AnswerSheet, path
from clinic.platform.extensions import db
from clinic.platform.orm import Base
from clinic.triage.rules import RuleSettings
from tests.privacy.watching import Watch, watching
from tests.support.cast import MEMBERS, Cast, gather
from tests.support.client import PageClient

Picture = Mapping[str, str]
Form = Mapping[str, str] | None
# Reading may write here: who looked, the visitor's own session, how often it was tried.
MAY_CHANGE = {"audit_event", "web_session", "rate_limit"}
FIRST_PAGE = path(current(), AnswerSheet())[0].slug
SOMEBODY = UUID("00000000-0000-4000-8000-00000000dead")
# Sent after all others: they end or exchange the session that the others need.
LAST = ("/go/<token>", "/staff/sign-in", "/staff/sign-out")
WITH_FORMS = ("patient_a", "clinician", "desk")
QUERIES: Mapping[str, str] = {
    "/visit/times": "?place=auburn&from=2026-12-08&all=1",
    "/visit/change": "?place=auburn&from=2026-12-08&all=1",
    "/staff/today": "?day=2026-12-02",
    "/staff/coming": "?from=2026-12-08",
    "/staff/calendar": "?day=2026-12-02&view=week&type=first",
    "/staff/schedule": "?day=2026-12-02",
    "/staff/numbers": "?days=365",
    "/staff/worklist": "?show=waiting&place=auburn&phases=2-3&sort=newest",
    "/staff/unbooked/<reference>": "?from=2026-12-08",
    "/staff/visits/<uuid:appointment_id>/move": "?from=2026-12-08",
    "/staff/why-not": "?date=2026-12-08&time=25:99",
    "/intake/page/<slug>/<uuid:entry_id>": "?to=check",
    "/intake/help-now": "?to=check",
    "/staff/sign-in": "?next=/staff/today",
}


@dataclass(frozen=True)
class Seen:
    """One answer."""

    member: str
    method: str
    rule: str
    way: str  # "known", "unknown", "query", "head", "no token", ...
    status: int
    headers: Mapping[str, str]
    body: bytes
    unrecorded: frozenset[UUID]  # patients of whom something was opened that no audit event tells of

    @property
    def code(self) -> str:
        """How the table of access writes it."""
        if self.status in (301, 302) and self.headers["Location"].startswith("/staff/sign-in"):
            return "sign-in"
        if self.status == 200 and b"<h1>Find your visit</h1>" in self.body:
            return "no-link"
        return str(self.status)


@dataclass
class Walked:
    """All answers, and which tables each pass changed."""

    seen: list[Seen] = field(default_factory=list)
    changed: dict[str, set[str]] = field(default_factory=dict)

    def of(self, *ways: str, method: str = "") -> Iterator[Seen]:
        """The answers that were asked for in these ways."""
        return (one for one in self.seen if one.way in ways and method in ("", one.method))


def picture() -> Picture:
    """A fingerprint of every table that only a form may change."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in MAY_CHANGE:
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    db.session.rollback()
    return found


def rules_of(app: Flask, method: str) -> list[str]:
    """The addresses that answer to a method."""
    rules: list[Rule] = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(rule.rule for rule in rules)


class Walker:
    """Asks for everything, as everybody, on a fresh cast."""

    def __init__(self, app: Flask) -> None:
        self.app, self.cast, self.walked = app, gather(app), Walked()
        self.watch = Watch()
        self.columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}

    def walk(self) -> Walked:
        """Read, read again by HEAD, send forms without and with false tokens, then true ones."""
        with watching() as self.watch:
            self.watch.unrecorded()  # what was before the walk
            self._walk()
        return self.walked

    def _walk(self) -> None:
        for member in MEMBERS:
            self._watched(f"GET as {member}", partial(self._read, member))
        for member in (*WITH_FORMS, "stranger", "admin"):
            self._watched(f"no token as {member}", partial(self._send_all, member, "no token", {}))
        other = self.cast.clients["stranger"]._token or ""
        for member in WITH_FORMS:
            for way, token in (("forged token", "forged"), ("token of another", other)):
                steps = partial(self._send_all, member, way, {"csrf_token": token})
                self._watched(f"{way} as {member}", steps)
        for member in WITH_FORMS:
            self._watched(f"columns as {member}", partial(self._send_columns, member))
        for member in MEMBERS:
            self._send_all(member, "known", {"csrf_token": self._token(member)})

    def _watched(self, what: str, steps: Callable[[], None]) -> None:
        before = picture()
        steps()
        after = picture()
        self.walked.changed[what] = {name for name in before if before[name] != after[name]}

    def _read(self, member: str) -> None:
        for rule in rules_of(self.app, "GET"):
            answer = self._ask(member, "GET", rule, "known")
            if answer.status == 200 and member in (*WITH_FORMS, "stranger"):
                self._ask(member, "HEAD", rule, "head")
            if "<" in rule:
                self._ask(member, "GET", rule, "unknown")
            if rule in QUERIES and member in WITH_FORMS:
                self._ask(member, "GET", rule, "query", query=QUERIES[rule])

    def _send_all(self, member: str, way: str, form: Form) -> None:
        rules = rules_of(self.app, "POST")
        for rule in sorted(rules, key=lambda rule: (rule in LAST and LAST.index(rule) + 1, rule)):
            self._ask(member, "POST", rule, way, form=form)

    def _send_columns(self, member: str) -> None:
        form = dict.fromkeys(self.columns, "1") | {"csrf_token": self._token(member)}
        for rule in rules_of(self.app, "POST"):
            if rule not in (*LAST, "/intake/start"):  # these read no form, and they are meant to act
                self._ask(member, "POST", rule, "columns", form=form)

    def _token(self, member: str) -> str:
        client = self.cast.clients[member]
        if client._token is None:
            client.get("/intake/start")
        assert client._token
        return client._token

    def _ask(
        self, member: str, method: str, rule: str, way: str, *, form: Form = None, query: str = ""
    ) -> Seen:
        url = address(self.cast, rule, known=way != "unknown") + query
        answer = fetch(self.cast.clients[member], method, url, form)
        seen = Seen(
            member,
            method,
            rule,
            way,
            status=answer.status_code,
            headers=dict(answer.headers),
            body=answer.get_data(),
            unrecorded=frozenset(self.watch.unrecorded()),
        )
        answer.close()
        self.walked.seen.append(seen)
        return seen


def fetch(client: PageClient, method: str, url: str, form: Form = None) -> TestResponse:
    """Ask without looking at the page: the pages have tests of their own."""
    return Context().run(lambda: client._client.open(url, method=method, data=form))


def address(cast: Cast, rule: str, *, known: bool = True) -> str:
    """An address of this rule: about patient A, or about nobody."""
    slug, entry = cast.draft
    visit, call, reference = cast.a.visit.id, cast.safety_call, cast.a.referral.reference
    values: dict[str, tuple[object, object]] = {
        "<token>": (cast.a.link.removeprefix("/go/"), "A" * 43),
        "<name>": ("nothing", "nowhere"),
        "<uuid:patient_id>": (cast.urgent_patient, SOMEBODY),
        "<uuid:message_id>": (cast.message, SOMEBODY),
        "<uuid:appointment_id>": (visit, SOMEBODY),
        "<uuid:call_back_id>": (cast.desk_call if "/calls/" in rule else call, SOMEBODY),
        "<uuid:cover_id>": (cast.cover, SOMEBODY),
        "<reference>": (cast.urgent_reference if "/unbooked/" in rule else reference, "ZZZZ-ZZZZ"),
        "<step>": ("attempt", "attempt"),
        "<uuid:entry_id>": (entry, SOMEBODY),
        "<int:number>": (1, 999),
        "<config_hash>": (RuleSettings().config_hash, "sha256:0"),
        "<slug>": (slug, slug) if "entry_id" in rule else (FIRST_PAGE, "nowhere"),
        "<path:filename>": ("favicon.svg", "nothing.css"),
    }
    values |= {f"<uuid:{name}>": (one, SOMEBODY) for name, one in cast.set_up.items()}
    for part, (own, nobody) in values.items():
        rule = rule.replace(part, str(own if known else nobody))
    assert "<" not in rule, f"a new part of an address: give {rule} an example here"
    return rule
