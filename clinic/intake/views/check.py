"""Check your answers before sending them."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.intake import presenters, queries
from clinic.intake.rules import first_unanswered
from clinic.intake.views import browser
from clinic.intake.views.blueprint import intake
from clinic.platform.access import public


@intake.get("/check")
@public
def check() -> ResponseReturnValue:
    """Every answer read back, each with a way to change it."""
    card = browser.draft()
    elsewhere = browser.turned_away(card)
    if card is None or elsewhere is not None:
        return elsewhere or redirect(url_for("intake.start"))
    sheet = queries.answer_sheet(card.id)
    gap = first_unanswered(card.questionnaire, sheet)
    if gap is not None:
        return redirect(browser.page_url(gap))
    return render_template(
        "intake/check.html",
        groups=presenters.groups(card.questionnaire, sheet),
        page_url=browser.row_url,
        saved_at=card.last_saved_at,
        urgent=bool(browser.urgent_codes()),
    )
