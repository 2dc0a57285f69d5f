"""The urgent page: 911, 988 or "be seen today", before anything else."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.intake import presenters, queries, service
from clinic.intake.rules import first_unanswered
from clinic.intake.views import browser
from clinic.intake.views.blueprint import intake
from clinic.platform.access import public
from clinic.platform.extensions import now


@intake.get("/help-now")
@public
def safety_card() -> ResponseReturnValue:
    """What to do at once. It stays within reach; after a pause it no longer says what was answered."""
    card, shown = browser.held(), presenters.urgent_page(browser.urgent_codes())
    if shown is None:
        return redirect(url_for("intake.resume"))
    intake_id = card.id if card else None
    service.record_urgent_page(intake_id, presenters.TEXT_VERSION, browser.actor_for(card), now())
    return render_template(
        "intake/urgent.html",
        shown=shown,
        staff_told=card is not None and card.patient_id is not None,
        quotes=() if browser.is_locked() else shown.quotes,
        go_on=url_for("intake.go_on", to=request.args.get("to")),
    )


@intake.get("/go-on")
@public
def go_on() -> ResponseReturnValue:
    """To the first page that still wants an answer, or to the answers as they are read back."""
    card = browser.draft()
    elsewhere = browser.turned_away(card)
    if card is None or elsewhere is not None:
        return elsewhere or redirect(url_for("intake.start"))
    gap = first_unanswered(card.questionnaire, queries.answer_sheet(card.id))
    return redirect(browser.page_url(gap, request.args.get("to")) if gap else url_for("intake.check"))
