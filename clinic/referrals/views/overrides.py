"""Clinicians: how often, where and why decisions left what the rules suggested."""

from flask import render_template, request

from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals.presenters import overriding as present
from clinic.referrals.queries.overrides import AT_MOST
from clinic.referrals.rules.overriding import PERIODS, tally
from clinic.referrals.service.overriding import view_overrides
from clinic.referrals.views.blueprint import pages


@pages.get("/staff/rules/overrides")
@requires(Permission.OVERRIDES_VIEW)
def overrides() -> str:
    """Counts per rule and per cell over a period, and the overrides with their sentences."""
    asked, rule, cell = (request.args.get(name, "") for name in ("months", "rule", "cell"))
    months = next((one for one in PERIODS if str(one) == asked), PERIODS[-1])
    judged = view_overrides(months, actor=current_actor(), now=now())
    rules, cells = present.rule_lines(judged), present.cell_lines(judged)
    chosen = next((one for one in (*rules, *cells) if one.key in (rule, cell)), None)
    found = present.overrides(judged, rule if chosen else "", cell if chosen else "")
    return render_template(
        "referrals/overrides.html",
        months=months,
        periods=PERIODS,
        total=tally(judged),
        full=len(judged) == AT_MOST,
        at_most=AT_MOST,
        rules=rules,
        cells=cells,
        chosen=chosen,
        overrides=found[: present.SHOWN],
        count=len(found),
    )
