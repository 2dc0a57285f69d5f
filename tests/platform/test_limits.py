"""Rate limits: exact under parallel tries, per visitor, over when their window is, and who is let through."""

from contextvars import copy_context
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from clinic.platform.extensions import db
from clinic.platform.limits import (
    HOUR,
    LINK,
    MINUTE,
    PUBLIC_POST,
    SIGN_IN,
    Allowance,
    RateLimit,
    TooOften,
    limited,
    spend,
    sweep_limits,
    visitor,
)
from clinic.platform.transaction import transaction
from tests.support.app import FixedClock

SMALL = Allowance("small", ((3, MINUTE), (5, HOUR)))
ADDRESS = "203.0.113.7"


def uses(allowance: Allowance, tries: int, who: str = ADDRESS) -> int:
    """How many of so many tries are let through."""
    let_through = 0
    for _ in range(tries):
        try:
            spend(allowance, who)
        except TooOften:
            continue
        let_through += 1
    return let_through


@pytest.mark.usefixtures("app")
class TestCounting:
    """What the counter promises."""

    def test_each_window_holds_by_itself(self, clock: FixedClock) -> None:
        assert uses(SMALL, 10) == 3
        clock.advance(MINUTE)
        assert uses(SMALL, 10) == 0, "ten tries a minute ago have used up the hour"
        clock.advance(HOUR)
        assert uses(SMALL, 10) == 3

    def test_the_refusal_says_how_long_to_wait(self, clock: FixedClock) -> None:
        uses(SMALL, 3)
        clock.advance(timedelta(seconds=20))
        with pytest.raises(TooOften) as refused:
            spend(SMALL, ADDRESS)
        assert refused.value.wait == timedelta(seconds=40)

    def test_visitors_and_allowances_do_not_share(self) -> None:
        uses(SMALL, 9)
        assert uses(SMALL, 1, "203.0.113.8") == 1
        assert uses(LINK, 1) == 1

    def test_the_table_does_not_name_the_visitor(self) -> None:
        spend(SMALL, ADDRESS)
        with db.engine.connect() as link:
            held = str(link.execute(select(RateLimit.__table__)).all())
        assert ADDRESS not in held

    def test_a_sweep_forgets_windows_that_are_over(self, clock: FixedClock) -> None:
        spend(SMALL, ADDRESS)
        clock.advance(MINUTE)
        with transaction():
            sweep_limits(clock.now)
        assert db.session.scalar(select(func.count()).select_from(RateLimit)) == 1, "the hour still runs"

    def test_parallel_tries_are_counted_exactly(self) -> None:
        allowance = Allowance("race", ((10, MINUTE),))
        counts: list[int] = []
        contexts = [copy_context() for _ in range(4)]
        racers = [
            Thread(target=context.run, args=(lambda: counts.append(uses(allowance, 10)),))
            for context in contexts
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        assert len(counts) == 4
        assert sum(counts) == 10


def test_without_its_table_sign_in_closes_and_the_intake_stays_open(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as link:
        link.exec_driver_sql("alter table rate_limit rename to away")
    try:
        spend(PUBLIC_POST, ADDRESS)
        with pytest.raises((OperationalError, ProgrammingError)):
            spend(SIGN_IN, ADDRESS)
    finally:
        with app.app_context(), db.engine.begin() as link:
            link.exec_driver_sql("alter table away rename to rate_limit")


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("not an address", "not an address"),
    ],
)
def test_a_household_counts_as_one_visitor(app: Flask, address: str, counted_as: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert visitor() == counted_as


def test_only_posts_are_counted_and_the_declared_access_stays(app: Flask) -> None:
    def view() -> str:
        return "done"

    view.access = "public"  # type: ignore[attr-defined]  # as `@public` marks it
    guarded = limited(SMALL)(view)
    assert vars(guarded)["access"] == "public"
    with app.test_request_context(method="GET"):
        assert [guarded() for _ in range(9)] == ["done"] * 9
    with app.test_request_context(method="POST"):
        assert [guarded() for _ in range(3)] == ["done"] * 3
        with pytest.raises(TooOften):
            guarded()
