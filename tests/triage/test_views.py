"""The page of the rules: complete, and what it shows is what is in force."""

from dataclasses import fields
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from clinic.accounts.rules import Role
from clinic.triage import presenters
from clinic.triage.rules import CATALOGUE, DECISION_TABLE, RULE_VERSION, RuleSettings
from clinic.triage.rules.choices import SETTINGS
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.table import BANDS, RESPONSES, ROWS
from tests.support.client import PageClient, parse, text_of
from tests.support.staff import sign_in

CHIPS = {"One": 1, "Two": 2, "Three": 3}


@pytest.fixture
def page(client: PageClient) -> str:
    """The page as a clinician sees it."""
    sign_in(client, Role.CLINICIAN)
    return client.get("/staff/rules").get_data(as_text=True)


def phases_in(cell: Element) -> frozenset[int]:
    """The phases of a cell's chips."""
    return frozenset(CHIPS[text] for text in cell.itertext() if text in CHIPS)


def test_every_cell_is_that_of_the_decision_table(page: str) -> None:
    tables = list(parse(page).iter("table"))
    for number, band in enumerate(BANDS):
        rows = [list(row) for row in tables[3 + number].iter("tr")][1:]
        assert [len(row) for row in rows] == [1 + len(RESPONSES)] * len(ROWS)
        for name, (_, *cells) in zip(ROWS, rows, strict=True):
            for response, cell in zip(RESPONSES, cells, strict=True):
                assert phases_in(cell) == DECISION_TABLE.cells[band, name, response], (band, name, response)


def test_version_hash_and_every_treatment_are_named(page: str) -> None:
    words = text_of(page)
    assert RULE_VERSION in words
    assert RuleSettings().config_hash in words
    assert [item.name for item in CATALOGUE.values() if item.name not in words] == []


def test_every_setting_has_words_and_a_change_shows_the_default() -> None:
    assert set(SETTINGS) == {one.name for one in fields(RuleSettings)}
    changed = RuleSettings(
        p2_min_weeks=26, p1_needs_both=False, extra_counts=(("antidepressant_other", "p2_medicine"),)
    )
    differs = {
        line.decides: (line.value, line.default) for line in presenters.setting_lines(changed) if line.default
    }
    assert set(differs.values()) == {
        ("26 weeks", "12 weeks"),
        ("No", "Yes"),
        (f"{CATALOGUE['antidepressant_other'].name}: Phase Two medicine", "None"),
    }


def test_every_fact_is_said_to_be_used_or_not() -> None:
    said = [*presenters.USED, *presenters.KNOWN]
    assert sorted(said) == sorted({one.name for one in fields(Facts)} - {"schema_version"})


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN])
def test_it_is_for_clinicians(app: Flask, client: PageClient, role: Role) -> None:
    sign_in(client, role)
    client.get("/staff/rules", status=403)
