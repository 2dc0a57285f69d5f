"""Every route says who may use it, and reading changes nothing."""

from flask import Flask

from clinic.patients.rules import LinkPurpose
from clinic.patients.views import HOMES
from clinic.platform.access import declared


def test_every_route_declares_its_access(app: Flask) -> None:
    assert [rule.endpoint for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None] == []


def test_views_of_patients_and_staff_have_their_own_addresses(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (declared(app, rule.endpoint) not in (None, "public")) and not rule.rule.startswith("/staff/")
    ]
    assert wrong == []


def test_every_private_link_leads_to_a_page(app: Flask) -> None:
    assert set(HOMES) == set(LinkPurpose)
    assert set(HOMES.values()) <= {rule.endpoint for rule in app.url_map.iter_rules()}
