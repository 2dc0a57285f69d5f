"""The way in: what the form is, start, the list of parts, come back later, the birth date after a pause."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.intake import presenters, queries, service
from clinic.intake.forms import BirthDateForm
from clinic.intake.rules import first_unanswered
from clinic.intake.rules.person import BIRTH_DATE
from clinic.intake.rules.status import DRAFT_LIFE, IDLE_LIMIT, tries_left
from clinic.intake.views import browser
from clinic.intake.views.blueprint import intake
from clinic.platform.access import public
from clinic.platform.extensions import now
from clinic.platform.limits import LINK, PUBLIC_POST, limited


@intake.get("/start")
@public
def start() -> str:
    """What the form is, how long it takes, who sees it."""
    return render_template("intake/start.html", has_draft=browser.draft() is not None)


@intake.post("/start")
@public
@limited(PUBLIC_POST)
def begin() -> ResponseReturnValue:
    """Begin; a second press goes on with the same draft, unless a new one is asked for."""
    card = browser.draft()
    if card is None or request.form.get("fresh") == "yes":
        browser.forget()
        intake_id = service.start(browser.actor_for(None), now())
        browser.remember(intake_id)
        card = queries.intake_card(intake_id)
        first = first_unanswered(card.questionnaire, queries.answer_sheet(intake_id))
        return redirect(browser.page_url(first) if first else url_for("intake.resume"))
    return redirect(url_for("intake.resume"))


@intake.get("")
@public
def resume() -> ResponseReturnValue:
    """The list of parts with how far each has come."""
    card = browser.draft()
    elsewhere = browser.turned_away(card)
    if card is None or elsewhere is not None:
        return elsewhere or redirect(url_for("intake.start"))
    sheet = queries.answer_sheet(card.id)
    gap = first_unanswered(card.questionnaire, sheet)
    return render_template(
        "intake/tasks.html",
        tasks=presenters.tasks(card.questionnaire, sheet),
        go_on=browser.page_url(gap) if gap else url_for("intake.check"),
        page_url=browser.page_url,
        saved_at=card.last_saved_at if sheet.answers else None,
        urgent=bool(browser.urgent_codes()),
    )


@intake.get("/later")
@public
def later() -> ResponseReturnValue:
    """Saved; how to come back, and until when."""
    card = browser.draft()
    if card is None:
        return redirect(url_for("intake.start"))
    return render_template(
        "intake/later.html",
        until=card.started_at + DRAFT_LIFE,
        minutes=IDLE_LIMIT.seconds // 60,
        saved_at=card.last_saved_at,
        urgent=bool(browser.urgent_codes()),
    )


@intake.route("/birth-date", methods=["GET", "POST"])
@public
@limited(LINK)
def birth_date() -> ResponseReturnValue:
    """Ask the birth date after a pause; a few wrong ones, and only the phone is left."""
    card = browser.draft()
    if card is None or not browser.is_locked():
        return redirect(url_for("intake.resume"))
    if queries.answer_sheet(card.id).value(BIRTH_DATE) is None:
        browser.forget()  # nothing to ask by, and hardly anything to lose
        return redirect(url_for("intake.start"))
    form, left = BirthDateForm(), tries_left(card.birth_date_failures)
    if left and form.validate_on_submit():
        if service.confirm_birth_date(card.id, form.birth_date.data, browser.actor_for(card), now()):
            browser.unlock()
            return redirect(url_for("intake.resume"))
        left -= 1
        form.add_error("birth_date", presenters.wrong_birth_date(left))
    return render_template("intake/birth_date.html", form=form, left=left), 422 if form.errors else 200
