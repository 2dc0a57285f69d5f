"""The rows of the worklist."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinic.kernel.wording import us_date_short
from clinic.referrals.presenters.staff import age_on, top_reasons, waiting
from clinic.referrals.presenters.words import SHORT_FLAG_WORDS
from clinic.referrals.queries import ComingVisit, ReferralRow, WorklistRow
from clinic.referrals.rules import Choice, ReferralStatus, Turn
from clinic.referrals.rules.listing import answer_is_late
from clinic.safety.rules import BLOCKING_TIERS
from clinic.scheduling.rules import State

PHASE_KEYS = {1: "one", 2: "two", 3: "three"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the worklist."""

    id: UUID
    reference: str
    priority: int
    name: str
    age: int
    sent: str
    answered: bool
    phases: tuple[str, ...]
    flags: str
    main: str
    sub: str
    place: str
    visit: str
    assignee: str
    assignee_id: UUID | None
    covered: bool
    since: str
    until: str
    late: bool
    action: str
    urgent: bool


def line(row: WorklistRow, now: datetime, today: date, places: Mapping[str, str]) -> Line:
    """One referral as a row; `places` gives a location's name by its slug, `today` is the day in Alabama."""
    referral = row.referral
    main, sub = top_reasons(referral, (code for code, _ in row.red_flags))
    urgent = any(tier in BLOCKING_TIERS for _, tier in row.red_flags)
    since, until, late = _clock(row, now, today)
    return Line(
        id=referral.id,
        reference=referral.reference,
        priority=referral.priority,
        name=row.name,
        age=age_on(row.birth_date, today),
        sent=_day(referral.submitted_at),
        answered=referral.turn == Turn.ANSWERED,
        phases=tuple(PHASE_KEYS[phase] for phase in referral.phases),
        flags=", ".join(SHORT_FLAG_WORDS[code] for code in referral.flags if code in SHORT_FLAG_WORDS),
        main=main,
        sub=sub,
        place=places.get(referral.preferred_location or "", "Either place"),
        visit=_visit(row.visit),
        assignee=row.assignee.short_name if row.assignee else "",
        assignee_id=referral.assignee_id,
        covered=row.covered,
        since=since,
        until=until,
        late=late,
        action=_action(referral, urgent=urgent, late=late),
        urgent=urgent,
    )


def _clock(row: WorklistRow, now: datetime, today: date) -> tuple[str, str, bool]:
    """Since when it waits, until when, and whether that is past; each status has a clock of its own."""
    referral = row.referral
    if referral.status is ReferralStatus.NEEDS_INFORMATION and referral.asked_at:
        late = answer_is_late(referral.asked_at, now)
        asked = f"asked {waiting(now - referral.asked_at)} ago"
        return (
            asked,
            "late, please call" if late else f"sent {waiting(now - referral.submitted_at)} ago",
            late,
        )
    if referral.status in (ReferralStatus.CLOSED, ReferralStatus.WITHDRAWN):
        return f"sent {waiting(now - referral.submitted_at)} ago", referral.status.value, False
    decided = referral.status is ReferralStatus.DECIDED and referral.decided_at
    since = f"decided {waiting(now - decided)} ago" if decided else waiting(now - referral.submitted_at)
    late = row.visit is None and today > referral.see_by
    return since, f"{'past' if late else 'see by'} {_day(referral.see_by)}", late


def _visit(visit: ComingVisit | None) -> str:
    """The coming visit in as few words as a row has room for."""
    if visit is None:
        return "No visit yet"
    verb = "Asked for" if visit.state is State.REQUESTED else "Visit"
    return f"{verb} {_day(visit.start_at)}, {visit.place}"


def _day(moment: date) -> str:
    """Dec 8: on a list of what is going on, the year goes without saying."""
    return us_date_short(moment).partition(", ")[2]


def _action(referral: ReferralRow, *, urgent: bool, late: bool) -> str:
    if urgent:
        return "Call now"
    if referral.status is ReferralStatus.NEEDS_INFORMATION:
        return "Call" if late else "Look"
    if referral.status is not ReferralStatus.SUBMITTED:
        return "Decide" if referral.choice is Choice.CANNOT_DECIDE_YET else "Look"
    if referral.turn == Turn.ANSWERED:
        return "Read"
    if "contradictory_data" in referral.flags:
        return "Compare"
    return "Ask" if "incomplete_data" in referral.flags else "Review"
