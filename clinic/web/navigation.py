"""What the header of a staff page shows: the pages one may open, what waits there, and who is signed in."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, current_app, has_request_context, request
from sqlalchemy import ScalarSelect, Select, select

from clinic.accounts.queries import KEYS_ON
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.platform.access import current_actor
from clinic.platform.extensions import db
from clinic.referrals.queries.worklist import REVIEW_COUNT
from clinic.safety.queries import CLINICAL_WAITING, DESK_WAITING

ITEMS: tuple[tuple[str, str, Permission], ...] = (
    ("Worklist", "referrals.worklist", Permission.WORKLIST_VIEW),
    ("Safety calls", "referrals.safety_queue", Permission.SAFETY_VIEW),
    ("My day", "referrals.schedule", Permission.SCHEDULE_VIEW),
    ("Rules", "triage.rules", Permission.RULES_VIEW),
    ("Today", "frontdesk.today", Permission.DAY_VIEW),
    ("Calendar", "frontdesk.calendar", Permission.DAY_VIEW),
    ("To book", "frontdesk.unbooked", Permission.APPOINTMENT_BOOK),
    ("Call-backs", "frontdesk.calls", Permission.CALL_BACK_VIEW),
    ("Messages", "frontdesk.messages", Permission.MESSAGES_VIEW),
    ("Numbers", "referrals.numbers", Permission.NUMBERS_VIEW),
    ("Set up", "setup.overview", Permission.SETUP_CHANGE),
    ("Staff", "accounts.staff_list", Permission.STAFF_VIEW),
)
# What waits behind an item, each count up to the cap and on an index, for who may see one of these.
COUNTS: Mapping[str, tuple[ScalarSelect[int], tuple[Permission, ...]]] = {
    "referrals.worklist": (REVIEW_COUNT, (Permission.WORKLIST_VIEW,)),
    "referrals.safety_queue": (CLINICAL_WAITING, (Permission.SAFETY_VIEW, Permission.CALL_BACK_VIEW)),
    "frontdesk.calls": (DESK_WAITING, (Permission.SAFETY_VIEW, Permission.CALL_BACK_VIEW)),
}


def set_up(app: Flask) -> None:
    """Give every staff page its navigation."""
    app.context_processor(header)


def header() -> dict[str, Any]:
    """`nav_items` (label, endpoint, count or none), `signed_in_as`, `keys_on`; nothing on patients' pages."""
    if not has_request_context() or not request.path.startswith("/staff/"):
        return {}
    actor = current_actor()
    if actor.kind is not ActorKind.STAFF:
        return {}
    waiting, keys_on = _asked(actor)
    items = [
        (label, endpoint, waiting.get(endpoint))
        for label, endpoint, permission in ITEMS
        if actor.may(permission) and endpoint in current_app.view_functions
    ]
    return {"nav_items": items, "signed_in_as": actor.label, "keys_on": keys_on}


def _asked(actor: Actor) -> tuple[dict[str, int], bool]:
    """How much waits behind each menu item of this person, and whether keys are on: one statement."""
    wanted = tuple(
        endpoint for endpoint, (_, permissions) in COUNTS.items() if any(map(actor.may, permissions))
    )
    *counts, keys_on = db.session.connection().execute(_statement(wanted), {"staff_id": actor.id}).one()
    return dict(zip(wanted, counts, strict=True)), bool(keys_on)


@cache
def _statement(endpoints: tuple[str, ...]) -> Select[Any]:
    wanted: tuple[Any, ...] = (*(COUNTS[endpoint][0] for endpoint in endpoints), KEYS_ON)
    return select(*wanted)
