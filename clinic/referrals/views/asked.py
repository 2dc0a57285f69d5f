"""A patient answers what a clinician asked back: only those questions, one page at a time."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clinic.intake import presenters
from clinic.intake.forms import read_sent
from clinic.intake.presenters import TEXT_VERSION, urgent_page
from clinic.intake.presenters.controls import LANGUAGE
from clinic.intake.queries import answer_sheet
from clinic.intake.rules import Mistake, PageRef
from clinic.intake.rules.checking import Raw
from clinic.intake.service import record_urgent_page
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.patients.access import current_patient_access
from clinic.platform.access import public
from clinic.platform.extensions import now
from clinic.platform.limits import PUBLIC_POST, limited
from clinic.platform.templating import translated as _
from clinic.referrals import service
from clinic.referrals.forms import PressForm
from clinic.referrals.presenters.asking import asked_lines
from clinic.referrals.service import Asked
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.browser import Opened, for_visitor, referral_of
from clinic.safety.rules import cards_for

_THANKS = "Thank you. We have your answer, and your clinician reads it next."


@pages.get("/visit/questions")
@for_visitor
def questions(opened: Opened) -> ResponseReturnValue:
    """What is asked, how far one is, and at the end the button that sends."""
    asked = _asked(opened)
    if asked is None:
        return redirect(url_for("referrals.visit_home"))
    status = service.view_status(opened.referral, actor=opened.actor, now=opened.now)
    lines = asked_lines(asked.left, asked.done, answer_sheet(_intake(opened)))
    return render_template(
        "referrals/questions.html", asked=asked, lines=lines, status=status, page_url=_page_url
    )


@pages.get("/visit/questions/<slug>")
@pages.get("/visit/questions/<slug>/<uuid:entry_id>")
@for_visitor
def question(opened: Opened, slug: str, entry_id: UUID | None = None) -> ResponseReturnValue:
    """One page, cut down to what is asked, with the answer that stands."""
    asked = _asked(opened)
    ref = _ref(asked, slug, entry_id)
    if asked is None or ref is None:
        return redirect(url_for("referrals.questions"))
    service.view_status(opened.referral, actor=opened.actor, now=opened.now)
    return _form(ref, presenters.typed_answers(ref, answer_sheet(_intake(opened))))


@pages.post("/visit/questions/<slug>")
@pages.post("/visit/questions/<slug>/<uuid:entry_id>")
@public
@limited(PUBLIC_POST)
def answer(slug: str, entry_id: UUID | None = None) -> ResponseReturnValue:
    """Keep the answer. After a long pause it is kept as well, and then the birth date is asked again."""
    access = current_patient_access()
    if access is None or not access.was_known:
        return redirect(url_for("referrals.birth_date"))
    opened = Opened(referral_of(access), access.actor, now())
    asked = _asked(opened)
    ref = _ref(asked, slug, entry_id)
    if asked is None or ref is None:
        flash(_("This question is not open any more. You do not need to do anything."), "look")
        return redirect(url_for("referrals.visit_home"), 303)
    sent = read_sent(ref.questions)
    if sent.strange:
        raise Invalid("This page sent something we do not know. Please go back and try again.")
    saved = service.save_asked(
        opened.referral.id, slug, ref.entry_id, sent.raw, actor=opened.actor, now=opened.now
    )
    if saved.checked.sound or cards_for(saved.red_flags):
        return redirect(_next_url(opened, urgent=bool(cards_for(saved.red_flags))), 303)
    if not access.birth_date_confirmed:
        return redirect(url_for("referrals.birth_date"), 303)
    return _form(saved.ref, sent.raw, mistakes=saved.checked.mistakes), 422


@pages.post("/visit/questions/send")
@for_visitor
@limited(PUBLIC_POST)
def send_answers(opened: Opened) -> ResponseReturnValue:
    """Hand the answers in; pressed twice it is handed in once."""
    PressForm().validate()
    try:
        service.send_answers(opened.referral.id, actor=opened.actor, now=opened.now)
    except Invalid:
        return redirect(url_for("referrals.questions"), 303)
    except Conflict:
        return redirect(url_for("referrals.visit_home"), 303)
    flash(_(_THANKS))
    return redirect(url_for("referrals.visit_home"), 303)


@pages.get("/visit/help-now")
@public
def help_now() -> ResponseReturnValue:
    """911, 988 or "be seen today", before anything else; after a pause without what was answered."""
    access = current_patient_access()
    if access is None or not access.was_known:
        return redirect(url_for("referrals.visit_home"))
    opened = Opened(referral_of(access), access.actor, now())
    status = service.view_status(opened.referral, actor=opened.actor, now=opened.now)
    shown = urgent_page(status.open_codes)
    if shown is None:
        return redirect(url_for("referrals.visit_home"))
    record_urgent_page(opened.referral.intake_id, TEXT_VERSION, opened.actor, opened.now)
    return render_template(
        "intake/urgent.html",
        shown=shown,
        staff_told=True,
        quotes=shown.quotes if access.birth_date_confirmed else (),
        go_on=url_for("referrals.questions"),
    )


def _next_url(opened: Opened, *, urgent: bool) -> str:
    """What must not wait comes first; then the next page, and at the end all answers once more."""
    if urgent:
        return url_for("referrals.help_now")
    asked = _asked(opened)
    return _page_url(asked.left[0]) if asked and asked.left else url_for("referrals.questions")


def _asked(opened: Opened) -> Asked | None:
    return service.asked_of(opened.referral.id, opened.referral.intake_id)


def _intake(opened: Opened) -> UUID:
    if opened.referral.intake_id is None:
        raise NotFound
    return opened.referral.intake_id


def _ref(asked: Asked | None, slug: str, entry_id: UUID | None) -> PageRef | None:
    entry = str(entry_id) if entry_id else None
    pages_asked = (*asked.left, *asked.done) if asked else ()
    return next((ref for ref in pages_asked if (ref.slug, ref.entry_id) == (slug, entry)), None)


def _page_url(ref: PageRef) -> str:
    return url_for("referrals.question", slug=ref.slug, entry_id=ref.entry_id)


def _form(ref: PageRef, typed: Raw, *, mistakes: tuple[Mistake, ...] = ()) -> str:
    shown = presenters.question_page(ref, ref.questions, typed, mistakes)
    return render_template(
        "referrals/question.html",
        shown=shown,
        problems=shown.problems(),
        title=ref.section.title[LANGUAGE],
    )
