"""Between submitting and the decision every outcome gets the same pages, mail and files, byte for byte."""

import re

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from clinic.notifications.models import OutboxMessage
from clinic.notifications.registry import registry
from clinic.platform.extensions import db
from clinic.platform.limits import RateLimit
from clinic.platform.transaction import transaction
from clinic.referrals import service
from tests.referrals.browsing import book
from tests.referrals.cast import Sent, come_in, rows_of, send_in
from tests.scheduling.scene import Scene
from tests.support.app import START
from tests.support.client import PageClient, text_of
from tests.triage.examples import worked_examples

# What may differ between two patients: references, tokens, keys, ids, and the times of day of messages.
VARIABLE = (
    re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b"),
    re.compile(r'name="(csrf_token|key)"[^>]*value="[^"]*"'),
    re.compile(r'value="[^"]*"[^>]*name="(csrf_token|key)"'),
    re.compile(r"/go/[\w-]{43}"),
    re.compile(r"UID:[^\r\n]*"),
)
PHASE_WORDS = re.compile(r"\b(suggest|priority|confidence|red flag|urgent_|RF-)", re.I)


def same_for_all(text: str) -> str:
    for pattern in VARIABLE:
        text = pattern.sub("~", text)
    return text


class Hurried(PageClient):
    """Fetches very many pages of kinds that the other tests look at; here only their bytes are compared."""

    def _look(self, answer: TestResponse, url: str) -> None:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
        self._token = found.group(1) if found else self._token


def mail_texts(sent: Sent) -> list[str]:
    found = []
    for row in rows_of(OutboxMessage):
        if row.patient_id == sent.referral.patient_id:
            kind = registry().kinds[row.kind]
            assert kind.still_wanted(row.ids, START)
            message = kind.render(row.ids)
            found.append("\n".join((message.subject, message.text, message.html)))
            found += [one.data.decode() for one in message.attachments]
    return found


def everything_that_a_patient_gets(client: PageClient, sent: Sent) -> list[str]:
    """Pages, mail and files between submitting and the decision, with what may differ blotted out."""
    found = [come_in(client, sent).text]
    found += [client.get(url).text for url in ("/visit/received", "/visit/times", "/visit/will-call")]
    book(client)
    found += [client.get(url).text for url in ("/visit/booked", "/visit", "/visit/change", "/visit/cancel")]
    found.append(client.get("/visit/calendar").text)
    found += mail_texts(sent)
    visit = service.way_to_visit(sent.fresh, START).visit
    assert visit is not None
    service.cancel_visit(sent.referral.id, visit.id, version=visit.version, actor=sent.patient, now=START)
    return [same_for_all(text) for text in found]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # pages, not storage: once is enough
@pytest.mark.long
def test_every_worked_example_gets_the_same_pages_mail_and_files(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[str] = []
    outcomes = set()
    for example in worked_examples():
        with transaction():  # one address, one instant: what the limits are for, but not what is tested here
            db.session.execute(delete(RateLimit))
        client = Hurried(app)
        sent = send_in(monkeypatch, START, example.facts)
        outcomes.add((sent.referral.phases, sent.referral.priority))
        got = everything_that_a_patient_gets(client, sent)
        first = first or got
        for one, other in zip(got, first, strict=True):
            assert one == other, f"worked example {example.number} gets something else"
    assert len(outcomes) > 10
    assert not any(PHASE_WORDS.search(text_of(page)) for page in first[:4])
