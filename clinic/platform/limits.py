"""Rate limits, counted in the database, so that they hold across workers and restarts."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import request
from sqlalchemy import LargeBinary, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped

from clinic.kernel.errors import ClinicError
from clinic.platform import logs
from clinic.platform.extensions import db, key_ring, now
from clinic.platform.orm import Base, operational
from clinic.platform.transaction import short_write

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class RateLimit(Base):
    """How often one visitor did one thing in the window that ends at `ends_at`."""

    __tablename__ = "rate_limit"

    key: Mapped[bytes] = operational(LargeBinary(32), primary_key=True)
    hits: Mapped[int] = operational()
    ends_at: Mapped[datetime] = operational(index=True)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often one visitor may do something; every window holds.

    A fixed window lets twice its number through around its edge: hence pairs of windows.
    `open_when_down`: a failure of the counter itself lets the visitor through.
    """

    name: str
    windows: tuple[tuple[int, timedelta], ...]
    open_when_down: bool = False


# Several patients may share one address (a family, a phone network): generous, and never in an answer's way.
PUBLIC_POST = Allowance("public-post", ((120, MINUTE), (1800, HOUR)), open_when_down=True)
# Guessing costs: sign-in by address and by account, private links and birth dates by address.
SIGN_IN = Allowance("sign-in", ((10, MINUTE), (50, HOUR)))
SIGN_IN_ACCOUNT = Allowance("sign-in-account", ((10, MINUTE), (40, HOUR)))
LINK = Allowance("link", ((20, MINUTE), (100, HOUR)))


class TooOften(ClinicError):  # noqa: N818 - the house's names of refusals are words, not *Error
    """The visitor has used up an allowance; `wait` tells when a new window begins."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Too many tries in a short time. Wait a moment, then try again.")
        self.wait = wait


def visitor() -> str:
    """The address that asks; an IPv6 network of one household (/64) counts as one."""
    text = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def spend(allowance: Allowance, who: str) -> None:
    """Count one use by `who` (stored only as a keyed hash). Call it before a transaction begins.

    Raises:
        TooOften: a window of the allowance is used up.
    """
    try:
        waits = [_count(allowance, limit, span, who) for limit, span in allowance.windows]
    except SQLAlchemyError as wrong:
        if not allowance.open_when_down:
            raise
        logs.log.warning("limits.down", **logs.describe(wrong))
        return
    longest = max(waits)
    if longest:
        raise TooOften(longest)


def limited(
    allowance: Allowance, methods: tuple[str, ...] = ("POST",)
) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Decorator of a view, below `@public` or `@requires`: its POSTs spend the allowance of the visitor."""

    def guard(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            if request.method in methods:
                spend(allowance, visitor())
            return view(*args, **kwargs)

        return guarded

    return guard


def sweep_limits(instant: datetime) -> None:
    """Delete counters of windows that are over. Part of the caller's transaction."""
    db.session.execute(delete(RateLimit).where(RateLimit.ends_at <= instant))


def _count(allowance: Allowance, limit: int, span: timedelta, who: str) -> timedelta:
    """Count in one window, by one atomic statement; returns how long to wait (zero: within the limit)."""
    instant = now()
    key = key_ring().mac("rate-limit", f"{allowance.name}\0{span.total_seconds()}\0{who}")
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    put = insert(RateLimit).values(key=key, hits=1, ends_at=instant + span)
    live = RateLimit.ends_at > instant
    upsert = put.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "hits": case((live, RateLimit.hits + 1), else_=1),
            "ends_at": case((live, RateLimit.ends_at), else_=put.excluded.ends_at),
        },
    ).returning(RateLimit.hits, RateLimit.ends_at)
    with short_write() as link:
        hits, ends_at = link.execute(upsert).one()
    return ends_at - instant if hits > limit else timedelta()
