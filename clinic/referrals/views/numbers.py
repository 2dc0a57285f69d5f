"""Admins and clinicians: how long people wait, what becomes of freed times, who comes."""

from flask import render_template, request

from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals.presenters import numbers as present
from clinic.referrals.service.numbers import view_numbers
from clinic.referrals.views.blueprint import pages
from clinic.scheduling.rules.numbers import ENOUGH, PERIODS

USUAL = 90


@pages.get("/staff/numbers")
@requires(Permission.NUMBERS_VIEW)
def numbers() -> str:
    """Counts and days of a period; no patient is named."""
    asked, instant = request.args.get("days", ""), now()
    days = next((one for one in PERIODS if str(one) == asked), USUAL)
    found = view_numbers(days, actor=current_actor(), now=instant)
    types = present.type_lines(found.next_times, found.places, instant)
    freed = present.freed_lines(found.freed, found.places)
    leads = present.lead_lines(found.leads)
    waits = present.wait_lines(found.waits, found.places)
    return render_template(
        "referrals/numbers.html",
        days=days,
        at=instant,
        periods=PERIODS,
        enough=ENOUGH,
        types=types,
        type_bars=present.type_bars(types),
        freed=freed,
        freed_bars=present.freed_bars(freed),
        leads=leads,
        lead_bars=present.lead_bars(leads),
        unclosed=found.unclosed,
        waits=waits,
        wait_bars=present.wait_bars(waits),
    )
