"""Clinicians: the visits of one's own day, each one key away from its summary."""

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.presenters import schedule as present
from clinic.referrals.views.blueprint import pages

# Nobody has visits further away; a day beyond is a mistyped address and shows today.
FURTHEST = timedelta(days=3 * 366)


@pages.get("/staff/schedule")
@requires(Permission.SCHEDULE_VIEW)
def schedule() -> ResponseReturnValue:
    """One day by place and time, and the days of the coming two weeks."""
    instant = now()
    today, step = central_date(instant), timedelta(days=1)
    day = _day(request.args.get("day", ""), today)
    shown = service.view_schedule(day, actor=current_actor(), now=instant)
    return render_template(
        "referrals/schedule.html",
        heading=present.heading(shown, today),
        day=day,
        is_today=day == today,
        before=(day - step).isoformat(),
        after=(day + step).isoformat(),
        places=present.by_place(shown),
        strip=list(present.strip_days(shown)),
        phase_words=present.phase_words,
    )


def _day(text: str, today: date) -> date:
    """The day named in the address; today when there is none or it is no day of ours."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs(day - today) <= FURTHEST else today
