"""The one message of this slice: something urgent is in the queue. It says nothing about anybody's health."""

from datetime import datetime
from uuid import UUID

from clinic.kernel.wording import us_date_time
from clinic.notifications.composition import compose
from clinic.notifications.registry import MessageKind
from clinic.notifications.rules import Message
from clinic.platform.extensions import settings
from clinic.platform.urls import public_url
from clinic.safety.queries import urgent_item
from clinic.safety.rules import NOT_REACHED, CallBackState, Occasion
from clinic.safety.service import URGENT_MAIL


def still_wanted(ids: dict[str, str], now: datetime) -> bool:
    """Nobody has taken it on yet, or nobody has reached the person in time; and the contact is still one."""
    item = urgent_item(UUID(ids["call_back"]))
    waits = item.state in (NOT_REACHED if _is_overdue(ids) else (CallBackState.OPEN,))
    return waits and int(ids["contact"]) < len(settings().safety_contacts)


def render(ids: dict[str, str]) -> Message:
    """A reference and a time, for one safety contact."""
    item = urgent_item(UUID(ids["call_back"]))
    return compose(
        "safety_urgent_item",
        to=settings().safety_contacts[int(ids["contact"])],
        reference=item.reference,
        by=us_date_time(item.due_at if _is_overdue(ids) else item.acknowledge_by),
        address=public_url("security.login"),
    )


def _is_overdue(ids: dict[str, str]) -> bool:
    return ids.get("occasion") == Occasion.OVERDUE


URGENT_ITEM = MessageKind(URGENT_MAIL, still_wanted, render)
