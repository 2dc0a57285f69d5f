"""Who may open what: the whole table, checked in as `access.txt`, and what a closed door gives away."""

from pathlib import Path

import pytest
from flask import Flask

from tests.matrix.walking import Seen, Walked, rules_of
from tests.support.cast import AMARYLLIS, BARTHOLOMEW, MEMBERS, Typed

TABLE = Path(__file__).parent / "access.txt"
WIDTH = 50


def written() -> list[str]:
    """The rows that are checked in."""
    return [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]


def row(method: str, rule: str, codes: list[str]) -> str:
    """One row as the file has it."""
    return f"{method:<5}{rule:<{WIDTH}}" + "".join(f"{code:<11}" for code in codes).rstrip()


def found(walked: Walked) -> list[str]:
    """The rows as the application answers."""
    codes: dict[tuple[str, str], dict[str, str]] = {}
    for one in walked.of("known"):
        codes.setdefault((one.rule, one.method), {})[one.member] = one.code
    return [
        row(method, rule, [held[who] for who in MEMBERS]) for (rule, method), held in sorted(codes.items())
    ]


def test_every_route_answers_every_member_as_the_table_says(walked: Walked) -> None:
    assert found(walked) == written()


def test_every_route_has_a_row(app: Flask) -> None:
    rows = {tuple(line.split()[:2]) for line in written()}
    assert rows == {(method, rule) for method in ("GET", "POST") for rule in rules_of(app, method)}


def test_nothing_breaks_whatever_is_asked_for(walked: Walked) -> None:
    broken = {(one.method, one.rule) for one in walked.seen if one.status >= 500}
    assert broken <= {("GET", "/readyz")}  # 503: no worker runs beside the tests


def told(answer: Seen) -> tuple[int, str, bytes]:
    """What a closed door says; a redirect repeats the address that was asked for, and no more."""
    where = answer.headers.get("Location", "").partition("?")[0]
    return answer.status, where, b"" if where else answer.body


def test_who_may_not_see_something_learns_not_even_whether_it_is_there(walked: Walked) -> None:
    known = {(one.member, one.rule): one for one in walked.of("known", method="GET")}
    for nobody in walked.of("unknown"):
        somebody = known[nobody.member, nobody.rule]
        if somebody.status != 200:
            assert told(somebody) == told(nobody), (nobody.member, nobody.rule)


def shown_to(walked: Walked, member: str, typed: Typed) -> list[str]:
    """The pages on which this member reads who somebody is."""
    words = [str(typed[name]).encode() for name in ("first_name", "last_name", "email", "city_now")]
    return [
        one.rule for one in walked.seen if one.member == member and any(word in one.body for word in words)
    ]


def test_a_patient_reads_nothing_of_another(walked: Walked) -> None:
    assert shown_to(walked, "patient_b", AMARYLLIS) == []
    assert shown_to(walked, "patient_a", BARTHOLOMEW) == []
    assert shown_to(walked, "clinician", AMARYLLIS)  # the search finds what is there


@pytest.mark.parametrize("member", ["stranger", "admin"])
def test_strangers_and_admins_see_no_patient(walked: Walked, member: str) -> None:
    assert shown_to(walked, member, AMARYLLIS) == shown_to(walked, member, BARTHOLOMEW) == []
