"""Clinicians: the referral for the chart as a PDF."""

from pathlib import Path

from flask import current_app, make_response
from flask.typing import ResponseReturnValue

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now, settings
from clinic.referrals import service
from clinic.referrals.presenters import staff as present
from clinic.referrals.presenters import words
from clinic.referrals.presenters.history import history_lines
from clinic.referrals.presenters.reason_card import reason_card
from clinic.referrals.presenters.story import story_of
from clinic.referrals.presenters.workspace import workspace_of
from clinic.referrals.service import ReferralScreen
from clinic.referrals.timeline import draw
from clinic.referrals.views.blueprint import pages
from clinic.safety.rules import BLOCKING_TIERS, RED_FLAGS


@pages.get("/staff/referrals/<reference>/chart.pdf")
@requires(Permission.REFERRAL_VIEW)
def chart(reference: str) -> ResponseReturnValue:
    """One or two sheets; the file is named by the reference alone."""
    screen = service.view_chart(reference, actor=current_actor(), now=now())
    answer = make_response(_pdf(screen))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{screen.referral.reference}.pdf"'
    return answer


def _pdf(screen: ReferralScreen) -> bytes:
    from clinic.referrals.paper.chart import Chart, chart_pdf

    instant, run = now(), screen.runs[0] if screen.runs else None
    visit_day = central_date(screen.visit.start_at) if screen.visit else None
    story = story_of(run, today=central_date(instant), visit=screen.visit) if run else None
    card = reason_card(run, visit_day) if run else None
    blocking = [flag for flag in screen.open_flags if flag.tier in BLOCKING_TIERS]
    decided = screen.decisions[0] if screen.decisions else None
    chart = Chart(
        clinic_name=settings().clinic_name,
        printed_at=instant,
        screen=screen,
        age=present.age_on(screen.patient.birth_date, central_date(instant)),
        visit=present.visit_words(screen.visit),
        flags=(*card.flags, *card.details) if card else (),
        urgent=tuple(RED_FLAGS[flag.code].concern for flag in blocking),
        card=card,
        story=story,
        drawing=draw(story) if story else None,
        groups=workspace_of(screen).groups,
        lines=history_lines(screen),
        decision=f"{words.CHOICE_LONG[decided.choice]}, {decided.staff_name}" if decided else "",
    )
    return chart_pdf(chart, Path(current_app.static_folder or "") / "vendor" / "fonts")
