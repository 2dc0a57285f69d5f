"""“Why not this time?”: every reason in words, the nearest times that work, and booking it anyway."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.accounts.queries import clinicians
from clinic.frontdesk import service, why_words
from clinic.frontdesk.service import Subject
from clinic.frontdesk.views.blueprint import filled, pages, whole
from clinic.frontdesk.why_forms import NAMES, AnywayForm, Question, question
from clinic.kernel.clock import CENTRAL
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.controls import Problem
from clinic.platform.extensions import now
from clinic.scheduling.queries import locations, visit_types
from clinic.scheduling.rules import OpenTime, Wanted


@pages.get("/why-not")
@requires(Permission.APPOINTMENT_BOOK)
def why_not() -> ResponseReturnValue:
    """Ask about one time, for anybody, for a person without a visit, or for a visit that is to be moved."""
    subject = _subject(request.args.get("reference", ""), request.args.get("visit", ""))
    asked = _question(request.args, subject)
    wanted = asked.read() if asked.is_asked else None
    form = AnywayForm(formdata=None)
    form.key.data = str(uuid4())
    return _page(asked, wanted, subject, form), 422 if asked.errors else 200


@pages.post("/why-not")
@requires(Permission.APPOINTMENT_OVERRIDE)
def book_anyway() -> ResponseReturnValue:
    """Book or move against the rule, with a reason."""
    form = AnywayForm()
    sound = form.validate()
    subject = _subject(form.reference.data or "", form.visit.data or "")
    asked = _question(request.form, subject)
    wanted = asked.read()
    if wanted is None or subject is None or not sound:
        return _page(asked, wanted, subject, form), 422
    version = whole(form.version.data) if subject.visit else 0
    try:
        visit_id = service.book_anyway(
            subject,
            replace(wanted, shown=form.shown.data or ""),
            form.reason.data,
            key=filled(form.key.data),
            version=version,
            actor=current_actor(),
            now=now(),
        )
    except (Conflict, Invalid) as refused:
        form.add_error("reason", refused.message)
        return _page(asked, wanted, subject, form), 409 if isinstance(refused, Conflict) else 422
    flash("The time is kept, and your reason with it.")
    return redirect(url_for("frontdesk.visit", appointment_id=visit_id), 303)


def _subject(reference: str, visit: str) -> Subject | None:
    """For whom.

    Raises:
        NotFound: the address names somebody whom we do not know.
    """
    try:
        visit_id = UUID(visit) if visit else None
    except ValueError:
        raise NotFound from None
    return service.view_subject(reference, visit_id, current_actor(), now())


def _question(given: Mapping[str, str], subject: Subject | None) -> Question:
    types = [(terms.id, terms.name) for terms in visit_types()]
    fixed = {"type": subject.visit_type_id.hex} if subject else {}
    typed = {name: given.get(name, "") for name in NAMES} | fixed
    return question(
        typed,
        types,
        [(one.id, one.name) for one in clinicians()],
        [(place.id, place.name) for place in locations()],
    )


def _page(asked: Question, wanted: Wanted | None, subject: Subject | None, form: AnywayForm) -> str:
    for name, value in asked.typed.items():
        form[name].data = value
    form.reference.data = subject.reference if subject else ""
    visit = subject.visit if subject else None
    form.visit.data = str(visit.id) if visit else ""
    form.version.data = form.version.data or (str(visit.version) if visit else "")
    return render_template(
        "frontdesk/why_not.html",
        asked=asked,
        subject=subject,
        form=form,
        problems=[*asked.problems(), *_reason_problems(form)],
        may_override=current_actor().may(Permission.APPOINTMENT_OVERRIDE),
        may_see_day=current_actor().may(Permission.DAY_VIEW),
        **_answer(asked, wanted, subject),
    )


def _reason_problems(form: AnywayForm) -> list[Problem]:
    return [Problem(str(form.reason.errors[0]), "reason")] if form.reason.errors else []


def _answer(asked: Question, wanted: Wanted | None, subject: Subject | None) -> dict[str, Any]:
    if wanted is None:
        return {"answer": None}
    answer = service.ask(wanted, subject, now())
    called = {one.value: one.text for one in asked.choices["clinician"]}
    names = why_words.Names(called[wanted.clinician_id.hex], {place.id: place for place in locations()})
    return {
        "answer": answer,
        "names": names,
        "reasons": why_words.reasons(answer, names),
        "fine": list(why_words.fine(answer, patient_known=subject is not None)),
        "nearest": [
            (time, why_words.spoken(time, called, names), _ask_again(time)) for time in answer.nearest
        ],
    }


def _ask_again(time: OpenTime) -> str:
    """The page's own address about another time."""
    local = time.start.astimezone(CENTRAL)
    return url_for(
        "frontdesk.why_not",
        type=time.visit_type_id.hex,
        clinician=time.clinician_id.hex,
        place=time.location_id.hex,
        date=local.date().isoformat(),
        time=f"{local:%H:%M}",
    )
