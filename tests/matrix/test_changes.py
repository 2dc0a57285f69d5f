"""Reading changes nothing; a form without its token, or with fields of its own making, changes nothing."""

import pytest
from flask import Flask

from clinic.platform.extensions import csrf
from tests.matrix.walking import Walked

# Checks the token itself, so that a page whose session is over gets its answers back.
CHECKS_ITSELF = "clinic.intake.views.pages.page"
INTAKE_PAGE = "/intake/page/"


def changes(walked: Walked, pass_name: str) -> dict[str, set[str]]:
    """Which tables were changed, by pass and member."""
    return {what: names for what, names in walked.changed.items() if what.startswith(pass_name) and names}


def test_no_get_and_no_head_changes_a_table(walked: Walked) -> None:
    assert changes(walked, "GET") == {}
    assert {one.status for one in walked.of("head")} == {200}


@pytest.mark.parametrize("way", ["no token", "forged token", "token of another"])
def test_without_its_own_token_no_form_is_taken(walked: Walked, way: str) -> None:
    taken = [
        (one.member, one.rule, one.status)
        for one in walked.of(way)
        if one.status != 400 and not (one.rule.startswith(INTAKE_PAGE) and one.status == 404)
    ]
    assert taken == []
    assert changes(walked, way) == {}


def test_only_the_page_that_checks_its_token_itself_is_exempt(app: Flask) -> None:
    assert csrf._exempt_views == {CHECKS_ITSELF}
    assert csrf._exempt_blueprints == set()


def test_no_form_takes_a_field_that_it_did_not_ask_for(walked: Walked) -> None:
    assert changes(walked, "columns") == {}
    accepted = {one.rule for one in walked.of("columns") if one.code == "200"}
    assert accepted <= {"/staff/password", "/staff/confirm-password"}  # these two say what is wrong with 200
