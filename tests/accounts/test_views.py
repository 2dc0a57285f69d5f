"""Signing in, out and the holes around it: each closed hole has its test."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from clinic.accounts.models import Staff
from clinic.accounts.rules import Role
from clinic.accounts.service import deactivate
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db, now
from clinic.platform.sessions import STAFF_ABSOLUTE, STAFF_IDLE, WebSession
from tests.support.app import FixedClock
from tests.support.client import PageClient, text_of
from tests.support.staff import PASSWORD, SIGN_IN, add_staff, sign_in, try_sign_in

PEOPLE = "/staff/people"
CHANGE = "/staff/password"
OUT = "/staff/sign-out"
ADDRESS = "admin@clinic.example.com"


def events(*actions: Action) -> list[tuple[str, UUID | None]]:
    """Action and subject of the events of these actions, oldest first."""
    db.session.rollback()
    wanted = select(AuditEvent).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.at)
    return [(str(event.action), event.subject_id) for event in db.session.scalars(wanted)]


def cookie(client: PageClient) -> str:
    """The session's name in this browser."""
    held = client._client.get_cookie("session")
    return held.value if held else ""


class TestSigningIn:
    """The way in."""

    def test_a_visitor_is_sent_to_sign_in_and_then_to_the_page_they_wanted(self, client: PageClient) -> None:
        add_staff(Role.ADMIN)
        asked = client.get(PEOPLE, status=302)
        assert asked.headers["Location"] == "/staff/sign-in?next=/staff/people"
        page = client.follow(asked)
        assert 'name="next" value="/staff/people"' in page.text
        answer = client.post(SIGN_IN, {"email": ADDRESS, "password": PASSWORD, "next": PEOPLE}, status=302)
        assert answer.headers["Location"].removeprefix("http://localhost") == PEOPLE
        assert "Robin Vale" in text_of(client.get(PEOPLE).text)

    def test_an_admin_lands_on_the_staff_list(self, client: PageClient) -> None:
        sign_in(client, Role.ADMIN)
        assert client.get("/staff/", status=302).headers["Location"] == PEOPLE

    def test_it_is_recorded(self, client: PageClient) -> None:
        staff_id = sign_in(client, Role.CLINICIAN)
        assert events(Action.STAFF_SIGNED_IN) == [("staff.signed_in", staff_id)]

    def test_the_session_gets_a_new_id_and_the_old_one_is_dead(self, client: PageClient) -> None:
        client.get(SIGN_IN)
        fixed = cookie(client)
        sign_in(client, Role.ADMIN)
        assert cookie(client) not in ("", fixed)
        client._client.set_cookie("session", fixed)
        assert client.get(PEOPLE, status=302).headers["Location"].startswith(SIGN_IN)

    def test_no_remember_cookie_however_it_is_asked_for(self, client: PageClient) -> None:
        add_staff(Role.ADMIN)
        client.get(SIGN_IN)
        answer = client.post(SIGN_IN, {"email": ADDRESS, "password": PASSWORD, "remember": "y"}, status=302)
        assert [name.partition("=")[0] for name in answer.headers.getlist("Set-Cookie")] == ["session"]

    def test_tokens_open_nothing(self, app: Flask, client: PageClient) -> None:
        staff_id = add_staff(Role.ADMIN)
        with app.test_request_context():
            made = db.session.get_one(Staff, staff_id).get_auth_token()
        token = made.decode() if isinstance(made, bytes) else made
        client.get(PEOPLE, status=302, headers={"Authentication-Token": token})
        client.get(f"{PEOPLE}?auth_token={token}", status=302)

    def test_a_patients_session_does_not_live_on_in_a_staff_session(self, client: PageClient) -> None:
        client.get(SIGN_IN)
        with client._client.session_transaction() as held:
            held["intake_id"] = "somebody's"
        sign_in(client, Role.ADMIN)
        with client._client.session_transaction() as held:
            assert "intake_id" not in held

    def test_json_gets_no_special_treatment(self, client: PageClient) -> None:
        add_staff(Role.ADMIN)
        answer = client.get(SIGN_IN, headers={"Accept": "application/json"})
        assert answer.mimetype == "text/html"


class TestRefusals:
    """The way in, barred."""

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            (ADDRESS, "wrong horse battery staple"),
            ("nobody@clinic.example.com", PASSWORD),
            ("ended@clinic.example.com", PASSWORD),
            ("not an address", PASSWORD),
            (ADDRESS, ""),
            ("", ""),
            ("x\x00@clinic.example.com", PASSWORD),
            (ADDRESS, "\U0001f9e1" * 3000),
        ],
    )
    def test_every_failure_reads_the_same(self, client: PageClient, email: str, password: str) -> None:
        add_staff(Role.ADMIN)
        ended = add_staff(Role.ADMIN, email="ended@clinic.example.com")
        deactivate(ended, actor=Actor.system(), now=now())
        answer = try_sign_in(client, email, password)
        assert answer.status_code == 200
        assert "<title>Error: " in answer.text
        assert answer.text.count("The e-mail address or the password is not right") == 2
        page = re.sub(r'name="(csrf_token|email)"[^>]*', "", answer.text)
        other = try_sign_in(client, "stranger@clinic.example.com", "a quite different password").text
        assert page == re.sub(r'name="(csrf_token|email)"[^>]*', "", other)
        client.get(PEOPLE, status=302)

    def test_failures_are_recorded_without_the_address(self, client: PageClient) -> None:
        staff_id = add_staff(Role.ADMIN)
        try_sign_in(client, ADDRESS, "wrong horse battery staple")
        try_sign_in(client, "nobody@clinic.example.com")
        told = events(Action.STAFF_SIGN_IN_FAILED)
        assert sorted(told, key=str) == sorted(
            [("staff.sign_in_failed", staff_id), ("staff.sign_in_failed", None)], key=str
        )
        assert all("nobody" not in str(event.facts) for event in db.session.scalars(select(AuditEvent)))

    def test_guessing_stops_for_the_account_and_the_address(
        self, client: PageClient, clock: FixedClock
    ) -> None:
        add_staff(Role.ADMIN)
        for _ in range(10):
            try_sign_in(client, ADDRESS, "wrong horse battery staple")
        refused = try_sign_in(client, ADDRESS)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) <= 60
        clock.advance(timedelta(minutes=1))
        assert try_sign_in(client, ADDRESS).status_code == 302

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "http:///evil.example",
            "http:evil.example",
            "evil.example",
            "/nowhere-of-ours",
            "/staff/sign-out",
            "/%5cevil.example",
        ],
    )
    def test_a_target_that_is_not_a_page_of_ours_is_refused(self, client: PageClient, target: str) -> None:
        add_staff(Role.ADMIN)
        client.get(SIGN_IN)
        form = {"email": ADDRESS, "password": PASSWORD, "next": target}
        assert client.post(SIGN_IN, form).status_code == 422
        assert client.post(SIGN_IN, form | {"next": ""}, query_string={"next": target}).status_code == 422
        client.get(PEOPLE, status=302)

    def test_a_form_without_its_token_changes_nothing(self, client: PageClient) -> None:
        add_staff(Role.ADMIN)
        answer = client.post(SIGN_IN, {"email": ADDRESS, "password": PASSWORD}, token=False, status=400)
        assert "go back" in text_of(answer.text)
        assert events(Action.STAFF_SIGNED_IN, Action.STAFF_SIGN_IN_FAILED) == []

    def test_nobody_is_signed_in_when_it_cannot_be_recorded(
        self, app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise RuntimeError("no room for another event")

        add_staff(Role.ADMIN)
        client.get(SIGN_IN)
        monkeypatch.setattr("clinic.accounts.datastore.record", fail)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        client.post(SIGN_IN, {"email": ADDRESS, "password": PASSWORD}, status=500)
        client.get(PEOPLE, status=302)


class TestLeaving:
    """The ways out."""

    def test_signing_out_ends_the_session_on_the_server(self, client: PageClient) -> None:
        staff_id = sign_in(client, Role.ADMIN)
        copied = cookie(client)
        client.get(PEOPLE)
        answer = client.post(OUT, status=302)
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert events(Action.STAFF_SIGNED_OUT) == [("staff.signed_out", staff_id)]
        assert db.session.scalars(select(WebSession)).all() == []
        client._client.set_cookie("session", copied)
        client.get(PEOPLE, status=302)

    def test_a_link_cannot_sign_anybody_out(self, client: PageClient) -> None:
        sign_in(client, Role.ADMIN)
        client.get(OUT, status=405)
        client.post(OUT, token=False, status=400)
        client.get(PEOPLE)

    @pytest.mark.parametrize("rest", [STAFF_IDLE, STAFF_ABSOLUTE])
    def test_rest_signs_out(self, client: PageClient, clock: FixedClock, rest: timedelta) -> None:
        sign_in(client, Role.ADMIN)
        clock.advance(rest)
        client.get(PEOPLE, status=302)

    def test_ending_the_access_ends_the_session_at_once(self, client: PageClient) -> None:
        staff_id = sign_in(client, Role.ADMIN)
        deactivate(staff_id, actor=Actor.system(), now=now())
        client.get(PEOPLE, status=302)
        assert try_sign_in(client, ADDRESS).status_code == 200


class TestPassword:
    """Changing the own password."""

    NEW = "seven quiet herons in fog"

    def change(self, client: PageClient, old: str, new: str, again: str) -> Any:
        """Fill in the form."""
        client.get(CHANGE)
        return client.post(CHANGE, {"password": old, "new_password": new, "new_password_confirm": again})

    def test_it_signs_every_other_browser_out(self, app: Flask, client: PageClient) -> None:
        staff_id = sign_in(client, Role.ADMIN)
        other = PageClient(app)
        assert try_sign_in(other, ADDRESS).status_code == 302
        before = cookie(client)
        assert self.change(client, PASSWORD, self.NEW, self.NEW).status_code == 302
        assert cookie(client) != before
        assert "Your password is changed" in text_of(client.get(PEOPLE).text)
        other.get(PEOPLE, status=302)
        assert events(Action.STAFF_PASSWORD_CHANGED) == [("staff.password_changed", staff_id)]
        assert len(events(Action.STAFF_SIGNED_IN)) == 2, "the library's new sign-in is not one of a person"
        client.post(OUT)
        assert try_sign_in(client, ADDRESS).status_code == 200
        assert try_sign_in(client, ADDRESS, self.NEW).status_code == 302

    @pytest.mark.parametrize(
        ("old", "new", "again", "words"),
        [
            ("wrong horse battery staple", NEW, NEW, "This is not your present password"),
            ("", NEW, NEW, "Enter the password"),
            (PASSWORD, NEW, "another one altogether", "Enter the same new password twice"),
            (PASSWORD, "short", "short", "Use 15 characters or more"),
            (PASSWORD, "robin vale robin", "robin vale robin", "Do not build the password from your name"),
            (PASSWORD, PASSWORD, PASSWORD, "differs from the present one"),
            (PASSWORD, "", "", "Enter the password"),
        ],
    )
    def test_what_will_not_do_changes_nothing(
        self, client: PageClient, old: str, new: str, again: str, words: str
    ) -> None:
        sign_in(client, Role.ADMIN)
        answer = self.change(client, old, new, again)
        assert answer.status_code == 200
        assert words in text_of(answer.text)
        assert "<title>Error: " in answer.text
        assert events(Action.STAFF_PASSWORD_CHANGED) == []
        client.post(OUT)
        assert try_sign_in(client, ADDRESS).status_code == 302

    def test_confirming_the_password(self, client: PageClient) -> None:
        staff_id = sign_in(client, Role.ADMIN)
        client.get("/staff/confirm-password")
        wrong = client.post("/staff/confirm-password", {"password": "wrong horse battery staple"})
        assert "This is not your present password" in text_of(wrong.text)
        assert events(Action.STAFF_SIGN_IN_FAILED) == [("staff.sign_in_failed", staff_id)]
        assert (
            client.post("/staff/confirm-password", {"password": PASSWORD, "next": PEOPLE}).status_code == 302
        )


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK])
def test_the_staff_list_is_for_admins(client: PageClient, role: Role) -> None:
    sign_in(client, role)
    client.get(PEOPLE, status=403)
    client.get(CHANGE)


def test_the_library_has_no_other_pages(app: Flask) -> None:
    found = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")}
    assert found == {"security.change_password", "security.login", "security.logout", "security.verify"}
