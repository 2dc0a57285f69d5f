"""One racing client: a process with its own application and connections, told what to do and when."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from clinic import create_app
from clinic.kernel.errors import Conflict
from clinic.platform.extensions import db
from clinic.referrals import service as referrals
from clinic.scheduling import service
from clinic.scheduling.rules import HoldExpired, NotBookable, TimeTaken
from clinic.scheduling.service import setup
from config import Settings
from tests.races.switches import turn_off_lock
from tests.scheduling.scene import DESK

OF_REFERRALS = ("decide", "withdraw")
OF_SETUP: dict[str, Callable[..., Any]] = {"change": setup.change, "undo_change": setup.undo}
WON, TAKEN, NOTHING_NEAR, EXPIRED, REFUSED, STALE = (
    "won",
    "taken",
    "nothing near",
    "expired",
    "refused",
    "stale",
)


@dataclass(frozen=True, slots=True)
class Order:
    """One call of one use case, at one moment of the machine's clock."""

    verb: str
    given: dict[str, Any]
    now: datetime
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it, when it began and ended, and the appointment."""

    verb: str
    outcome: str
    began: float
    ended: float
    appointment: UUID | None = None


def serve(link: Connection, settings: Settings, *, lock: bool) -> None:
    """Carry out orders until told to stop with None."""
    app = create_app(settings)
    if not lock:
        turn_off_lock()
    with app.app_context():
        db.session.connection()  # connected before the first race
        db.session.rollback()
        link.send(os.getpid())
        while (order := link.recv()) is not None:
            link.send(carry_out(order))
            db.session.remove()
        db.engine.dispose()


def carry_out(order: Order) -> Answer:
    """Wait for the moment, call, and name what happened; an unexpected error is an outcome of its own."""
    time.sleep(max(0.0, order.at - time.monotonic()))
    began = time.monotonic()
    appointment = None
    try:
        appointment = _call(order)
        outcome = WON
    except TimeTaken as lost:
        # A page asks for the nearest times: finding them belongs to the answer that is timed.
        outcome = TAKEN if lost.nearest else NOTHING_NEAR
    except HoldExpired:
        outcome = EXPIRED
    except NotBookable:
        outcome = REFUSED
    except Conflict:
        outcome = STALE
    except Exception as wrong:
        outcome = f"{type(wrong).__name__}: {wrong}"[:300]
    return Answer(order.verb, outcome, began, time.monotonic(), appointment)


def _call(order: Order) -> UUID | None:
    if order.verb == "expire_due":
        service.expire_due(order.now)
        return None
    slice_of = referrals if order.verb in OF_REFERRALS else service
    verb: Callable[..., Any] = OF_SETUP.get(order.verb) or getattr(slice_of, order.verb)
    given = {"actor": DESK, "now": order.now} | order.given
    found: UUID | None = getattr(verb(*_listed(given.pop("first")), **given), "id", None)
    return found


def _listed(first: Any) -> tuple[Any, ...]:
    return first if isinstance(first, tuple) else (first,)
