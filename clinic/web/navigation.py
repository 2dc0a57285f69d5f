"""What the header of a staff page shows: the pages one may open, what waits there, and who is signed in."""

from typing import Any

from flask import Flask, current_app, has_request_context, request

from clinic.accounts.queries import shortcuts_on
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.platform.access import current_actor
from clinic.referrals.queries.worklist import review_count
from clinic.safety.queries import count_unresolved

ITEMS: tuple[tuple[str, str, Permission], ...] = (
    ("Worklist", "referrals.worklist", Permission.WORKLIST_VIEW),
    ("Safety calls", "referrals.safety_queue", Permission.SAFETY_VIEW),
    ("My day", "referrals.schedule", Permission.SCHEDULE_VIEW),
    ("Rules", "triage.rules", Permission.RULES_VIEW),
    ("Today", "frontdesk.today", Permission.DAY_VIEW),
    ("To book", "frontdesk.unbooked", Permission.APPOINTMENT_BOOK),
    ("Call-backs", "frontdesk.calls", Permission.CALL_BACK_VIEW),
    ("Messages", "frontdesk.messages", Permission.MESSAGES_VIEW),
    ("Staff", "accounts.staff_list", Permission.STAFF_VIEW),
)


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
    waiting = _waiting(actor)
    items = [
        (label, endpoint, waiting.get(endpoint))
        for label, endpoint, permission in ITEMS
        if actor.may(permission) and endpoint in current_app.view_functions
    ]
    keys_on = shortcuts_on(actor.id) if actor.id else False
    return {"nav_items": items, "signed_in_as": actor.label, "keys_on": keys_on}


def _waiting(actor: Actor) -> dict[str, int]:
    """How much waits behind each menu item that this person has: two statements at most, both on an index."""
    found = {}
    if actor.may(Permission.WORKLIST_VIEW):
        found["referrals.worklist"] = review_count()
    if actor.may(Permission.SAFETY_VIEW) or actor.may(Permission.CALL_BACK_VIEW):
        found["referrals.safety_queue"], found["frontdesk.calls"] = count_unresolved()
    return found
