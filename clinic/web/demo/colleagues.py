"""Demo colleagues share the work: some referrals are taken, one has a comment, and somebody is away."""

from datetime import datetime, timedelta

from clinic.accounts.service import enter_cover
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor
from clinic.referrals.queries import worklist
from clinic.referrals.service import Held, assign, comment

AWAY = timedelta(days=5)
COMMENT = "I called the practice that sent her letter. The records follow on Friday."


def share_work(clinicians: tuple[Actor, ...], now: datetime) -> None:
    """Every third referral to review is with somebody; the last clinician is away, the first covers."""
    first, second, *_, away = clinicians
    rows = worklist(first, now=now).rows[::3]
    holders = (away, second, first)
    for number, row in enumerate(rows):
        holder = holders[number % len(holders)]
        assign([Held(row.referral.reference, None)], holder.id, actor=holder, now=now)
    comment(rows[1].referral.reference, COMMENT, actor=second, now=now)
    today = central_date(now)
    enter_cover(today, today + AWAY, first.id, actor=away, now=now)
