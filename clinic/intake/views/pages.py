"""One page of questions: shown from what is stored, saved on every Continue; nothing typed is ever lost."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.intake import presenters, queries, service
from clinic.intake.forms import ABOUT, Sent, read_sent
from clinic.intake.presenters.controls import LANGUAGE
from clinic.intake.queries import IntakeCard
from clinic.intake.questionnaire import current
from clinic.intake.rules import (
    AnswerSheet,
    Mistake,
    PageRef,
    check_page,
    field_names,
    first_unanswered,
    offered_questions,
    page_at,
    previous_page,
    progress,
)
from clinic.intake.rules.addresses import comes_later, declared_page, page_about, page_for_answers
from clinic.intake.rules.checking import Raw
from clinic.intake.rules.red_flags import red_flags_in
from clinic.intake.rules.status import IntakeStatus
from clinic.intake.service import Saved
from clinic.intake.views import browser
from clinic.intake.views.blueprint import intake
from clinic.kernel.clock import central_date
from clinic.kernel.errors import NotFound
from clinic.platform.access import public
from clinic.platform.controls import Problem
from clinic.platform.extensions import csrf, now, settings
from clinic.platform.limits import PUBLIC_POST, limited
from clinic.platform.templating import translated as _
from clinic.safety.rules import cards_for


@intake.route("/page/<slug>", methods=["GET", "POST"])
@intake.route("/page/<slug>/<uuid:entry_id>", methods=["GET", "POST"])
@public
@limited(PUBLIC_POST)
def page(slug: str, entry_id: UUID | None = None) -> ResponseReturnValue:
    """Show a page, or save what it sends."""
    entry = str(entry_id) if entry_id else None
    return _save(slug, entry) if request.method == "POST" else _show(slug, entry)


# The token is checked by `read_sent`: a page whose session is over gets its answers back, not an error page.
csrf.exempt(page)


def _show(slug: str, entry_id: str | None) -> ResponseReturnValue:
    card = browser.draft()
    elsewhere = browser.turned_away(card)
    if card is None or elsewhere is not None:
        return elsewhere or redirect(url_for("intake.start"))
    if declared_page(card.questionnaire, slug) is None:
        raise NotFound
    sheet = queries.answer_sheet(card.id)
    ref = page_at(card.questionnaire, sheet, slug, entry_id)
    gap = first_unanswered(card.questionnaire, sheet)
    if ref is None and entry_id is not None and sheet.entry(entry_id) is None:
        raise NotFound
    if ref is None or (gap is not None and comes_later(card.questionnaire, sheet, ref, gap)):
        return redirect(browser.page_url(gap) if gap else url_for("intake.check"))
    return _form(card, sheet, ref, presenters.typed_answers(ref, sheet))


def _save(slug: str, entry_id: str | None) -> ResponseReturnValue:
    card = browser.held()
    sheet = queries.answer_sheet(card.id) if card else AnswerSheet()
    ref = _ref(card, sheet, slug, entry_id)
    sent = read_sent(ref.questions)
    refusal, status = _refusal(card, sent)
    if refusal:
        _heed(card, sheet, ref, sent)
        return _form(card, sheet, ref, sent.raw, notice=refusal, status=status)
    if card is None or card.status is IntakeStatus.EXPIRED:
        card, entry_id = _begin_again(slug, sent.about)
    actor = browser.actor_for(card)
    saved = service.save_page(card.id, slug, entry_id, sent.raw, actor=actor, now=now())
    if cards_for(saved.red_flags):
        browser.keep_urgent(saved.red_flags)
    if not saved.checked.sound:
        sheet = queries.answer_sheet(card.id)
        return _form(card, sheet, saved.ref, sent.raw, mistakes=saved.checked.mistakes, status=422)
    return redirect(_next_url(saved))


def _ref(card: IntakeCard | None, sheet: AnswerSheet, slug: str, entry_id: str | None) -> PageRef:
    """The page that answers were sent to; without a draft, what the page itself says it was about."""
    if card is not None and card.status is not IntakeStatus.EXPIRED:
        ref = page_for_answers(card.questionnaire, sheet, slug, entry_id)
    else:
        about = request.form.get(ABOUT, "")
        ref = page_about(current(), slug, about, str(uuid4()) if about else None)
    if ref is None:
        raise NotFound
    return ref


def _refusal(card: IntakeCard | None, sent: Sent) -> tuple[str, int]:
    """Why nothing is saved now, in words, and the status that says so."""
    if card is not None and card.status is IntakeStatus.SUBMITTED:
        words = _("You have sent this form already, so we did not save this. Please call us at %(phone)s.")
        return words % {"phone": settings().clinic_phone}, 409
    if sent.strange:
        words = _("This page sent something that we did not ask for. What you typed is still here.")
        return f"{words} {_('Check it, then choose Continue again.')}", 400
    if not sent.trusted:
        words = _(
            "This page was open for a long time. What you typed is still here, but it is not saved yet."
        )
        return f"{words} {_('Choose Continue again to save it.')}", 400
    return "", 200


def _heed(card: IntakeCard | None, sheet: AnswerSheet, ref: PageRef, sent: Sent) -> None:
    """Nothing is saved, but an urgent answer still gets its page, and after sending its call."""
    questionnaire = card.questionnaire if card else current()
    checked = check_page(questionnaire, sheet, ref, sent.raw, today=central_date(now()))
    codes = red_flags_in(questionnaire, checked.values)
    if not cards_for(codes):
        return
    browser.keep_urgent(codes)
    if card is not None and card.status is IntakeStatus.SUBMITTED and sent.trusted:
        service.tell_after_sending(card.id, codes, browser.actor_for(card), now())


def _begin_again(slug: str, about: str) -> tuple[IntakeCard, str | None]:
    intake_id, entry_id = service.begin_again(slug, about, browser.actor_for(None), now())
    browser.remember(intake_id)
    words = _("Your form was closed because it was left for a long time. We kept what you just typed.")
    flash(f"{words} {_('Please go through the other pages once more.')}", "look")
    return queries.intake_card(intake_id), entry_id


def _next_url(saved: Saved) -> str:
    """Urgent answers come first; then the next page, or back to where the person came from."""
    to = request.args.get("to")
    if cards_for(saved.red_flags):
        return url_for("intake.safety_card", to=to)
    following = saved.gap if to == browser.CHECK else saved.after
    return browser.page_url(following, to) if following else url_for("intake.check")


def _form(
    card: IntakeCard | None,
    sheet: AnswerSheet,
    ref: PageRef,
    typed: Raw,
    *,
    mistakes: Sequence[Mistake] = (),
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Print the page with these answers in it; what was typed is shown as it was typed."""
    questionnaire = card.questionnaire if card else current()
    offered = {question.key for question in offered_questions(questionnaire, sheet, ref)}
    questions = [
        one for one in ref.questions if one.key in offered or any(name in typed for name in field_names(one))
    ]
    shown = presenters.question_page(ref, questions, typed, mistakes)
    problems = [Problem(notice, shown.controls[0].target)] if notice else shown.problems()
    context = {
        "about": ref.choice.code if ref.choice else "",
        "back": _back_url(card, sheet, ref),
        "problems": problems,
        "progress_text": progress(questionnaire, sheet, ref).text(LANGUAGE),
        "saved_at": card.last_saved_at if card and sheet.answers else None,
        "section": ref.section.title[LANGUAGE],
        "shown": shown,
        "urgent": bool(browser.urgent_codes()),
    }
    return render_template("intake/page.html", **context), status


def _back_url(card: IntakeCard | None, sheet: AnswerSheet, ref: PageRef) -> str:
    if request.args.get("to") == browser.CHECK:
        return url_for("intake.check")
    if card is None:
        return url_for("intake.start")
    before = previous_page(card.questionnaire, sheet, ref)
    return browser.page_url(before) if before else url_for("intake.resume")
