"""Strict headers on every answer that any route gives to anybody, refusals and failures included."""

from contextvars import Context
from http import HTTPStatus

import pytest
from flask import Flask

from clinic.platform.headers import ALWAYS, MEGABYTE
from tests.matrix.walking import Walked
from tests.support.client import PageClient

# The address of this page holds the token: other sites are told the host alone.
OWN_REFERRER = {"/go/<token>": "strict-origin"}


def test_every_answer_is_strict(walked: Walked) -> None:
    for one in walked.seen:
        wanted = ALWAYS | ({"Referrer-Policy": OWN_REFERRER[one.rule]} if one.rule in OWN_REFERRER else {})
        for name, value in wanted.items():
            given = one.headers.get(name)
            fine = given == value or (name == "Referrer-Policy" and given == ALWAYS[name])
            assert fine, (one.member, one.method, one.rule, one.status, name, given)


def test_no_page_is_kept_by_a_browser_or_a_proxy(walked: Walked) -> None:
    kept = {one.rule for one in walked.seen if one.headers.get("Cache-Control") != "no-store"}
    assert kept == {"/static/<path:filename>"}


def test_refusals_were_among_them(walked: Walked) -> None:
    wanted = {200, 302, 303, 400, 403, 404, 409, 422}
    assert wanted <= {one.status for one in walked.seen}


def test_the_answers_that_a_walk_does_not_meet_are_strict(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = {"email": "x" * (MEGABYTE + 1)}
    answers = [client.get("/staff/sign-out", status=405), client.post("/staff/sign-in", large, status=413)]
    for _ in range(11):
        last = client.post("/staff/sign-in", {"email": "nobody@example.org", "password": "wrong"})
    answers.append(last)

    def broken() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "home.privacy", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    broken.access = "public"  # type: ignore[attr-defined]  # as the decorator does
    answers.append(client.get("/privacy", status=500))
    assert [answer.status_code for answer in answers] == [405, 413, 429, HTTPStatus.INTERNAL_SERVER_ERROR]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert answer.headers["Cache-Control"] == "no-store"


def test_options_are_strict_too(app: Flask) -> None:
    answer = Context().run(lambda: app.test_client().options("/visit"))
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
