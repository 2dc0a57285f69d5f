"""From a form to a change in two steps: first what it would do, then "Make this change".

Nothing is kept before the second step. The page of effects carries everything typed in hidden fields, which
are judged again like any form; going back shows the form as it was filled in.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.clock import central_date
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.platform.access import current_actor
from clinic.platform.controls import Problem, target
from clinic.platform.extensions import now
from clinic.platform.fields import HouseField
from clinic.scheduling.forms.base import BoxesField, ChangeForm, PressForm
from clinic.scheduling.presenters import setup as words
from clinic.scheduling.queries.changes import is_made
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp, packed
from clinic.scheduling.service import setup as service

BOTH = ("GET", "POST")
UNDO = "undo"
REPLACED = "Somebody changed this while you were looking at it. What you typed is kept. Compare, then go on."
REMOVED = "Somebody took this away while you were looking at it. Nothing was changed."
NOTHING = "Nothing is different from what is set up. Change something, or leave the page"
# What a rule calls a field of an image, and the control that it belongs to.
CONTROLS: Mapping[str, str] = {
    "slug": "name",
    "breaks": "break_1_opens",
    "notice_minutes": "notice_hours",
    "window_days": "window_1",
    "remind_hours": "hours_1",
}
Thing = tuple[Kind, UUID]
Draft = Callable[[], Sequence[Edit]]


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of setting up: how it is drawn, where it leads back, and which things it is about."""

    template: str
    heading: str
    leave: str
    stands: SetUp
    about: tuple[Thing, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """A fingerprint of the things as they are now."""
        images = [[kind, str(key), packed(self.stands.of(kind).get(key))] for kind, key in self.about]
        return sha256(json.dumps(images, sort_keys=True).encode()).hexdigest()[:32]


def today() -> date:
    """The date on which it is done."""
    return central_date(now())


def found(stands: SetUp, kind: Kind, key: UUID) -> Image:
    """One thing that is set up.

    Raises:
        NotFound: there is none. Conflict: there was one when the form was shown.
    """
    image = stands.of(kind).get(key)
    if image is None:
        if request.method == "POST" and request.form.get("seen"):
            raise Conflict(REMOVED)
        raise NotFound
    return image


def take(form: ChangeForm, screen: Screen, draft: Draft) -> ResponseReturnValue:
    """Show the form; once it is sent, show its effects, or make the change."""
    if request.method == "GET":
        return _form_page(_begun(form, screen), screen)
    sound = form.validate()
    if _is_made(form):
        return redirect(url_for("setup.overview"), 303)
    if request.form.get("back"):
        return _form_page(_without_errors(form), screen)
    if not sound:
        return _form_page(form, screen), 422
    return _judge(form, screen, draft)


def _judge(form: ChangeForm, screen: Screen, draft: Draft) -> ResponseReturnValue:
    if form.seen.data != screen.seen and not request.form.get("make"):
        form.seen.data = screen.seen
        return _form_page(form, screen, note=REPLACED), 409
    try:
        edits = draft()
        if edits:
            return _go_on(form, screen, edits)
        problems = [Problem(NOTHING, _first_control(form))]
    except Invalid as wrong:
        problems = _placed(form, wrong)
    return _form_page(form, screen, problems), 422


def confirm(screen: Screen, edits: Sequence[Edit]) -> ResponseReturnValue:
    """For what has nothing to type: its effects at once, and the button."""
    form = PressForm()
    if request.method == "GET":
        return _effects(_begun(form, screen), screen, edits)
    form.validate()
    if _is_made(form):
        return redirect(url_for("setup.overview"), 303)
    return _go_on(form, screen, edits)


def _begun(form: ChangeForm, screen: Screen) -> ChangeForm:
    form.key.data, form.seen.data = str(uuid4()), screen.seen
    return form


def _is_made(form: ChangeForm) -> bool:
    """Has this very form made its change already? Then the button was pressed twice."""
    return bool(request.form.get("make")) and is_made(form.change_key)


def _go_on(form: ChangeForm, screen: Screen, edits: Sequence[Edit]) -> ResponseReturnValue:
    if not request.form.get("make"):
        return _effects(form, screen, edits)
    steps = words.steps_of(screen.stands, edits)
    title = words.title(steps, words.names_around(screen.stands, steps))
    try:
        made = service.change(
            edits,
            title,
            key=form.change_key,
            digest=form.digest.data or "",
            choices=form.chosen_times(),
            actor=current_actor(),
            now=now(),
        )
    except service.PreviewStale as stale:
        return _effects_page(form, screen, edits, stale.preview, note=stale.message), 409
    flash(f"Done. {title}.", f"{UNDO} {made}")
    return redirect(url_for("setup.overview"), 303)


def _effects(form: ChangeForm, screen: Screen, edits: Sequence[Edit]) -> str:
    """What the change would do; "fill" chooses the first proposed time of every visit."""
    preview = service.preview(edits, actor=current_actor(), now=now())
    return _effects_page(form, screen, edits, preview)


def _effects_page(
    form: ChangeForm, screen: Screen, edits: Sequence[Edit], preview: service.Preview, *, note: str = ""
) -> str:
    steps = words.steps_of(screen.stands, edits)
    names = words.names_around(screen.stands, steps)
    form.digest.data = preview.digest
    first = bool(request.form.get("fill"))
    return render_template(
        "scheduling/effects.html",
        form=form,
        screen=screen,
        blocks=words.blocks(steps, names),
        visits=words.visits(preview.hits, form.chosen_times(), names, first=first),
        warnings=preview.warnings,
        carried=_carried(form),
        note=note,
    )


def _carried(form: ChangeForm) -> list[tuple[str, str]]:
    """Everything typed, to be sent again with the button."""
    own = {*form.OWN, *form.moves.posted_names()}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in own]


def _form_page(
    form: ChangeForm, screen: Screen, problems: Sequence[Problem] | None = None, *, note: str = ""
) -> str:
    now_set_up = [
        (words.subject(kind, image, names), words.facts(kind, image, names))
        for names in [words.Names((screen.stands,))]
        for kind, key in screen.about
        if note and (image := screen.stands.of(kind).get(key)) is not None
    ]
    return render_template(
        screen.template,
        form=form,
        screen=screen,
        problems=form.problems() if problems is None else problems,
        note=note,
        now_set_up=now_set_up,
        **screen.context,
    )


def _without_errors(form: ChangeForm) -> ChangeForm:
    """The form as it was filled in: who comes back has not sent it."""
    for one in form:
        one.errors = ()
        if isinstance(one, BoxesField):
            one.wrong.clear()
    return form


def _placed(form: ChangeForm, wrong: Invalid) -> list[Problem]:
    """The refusal of a rule, beside its control where the form has it."""
    name = CONTROLS.get(wrong.field or "", wrong.field or "")
    if isinstance(getattr(form, name, None), HouseField):
        form.add_error(name, wrong.message)
        return form.problems()
    return [Problem(wrong.message, _first_control(form))]


def _first_control(form: ChangeForm) -> str:
    shown = (one for one in form if isinstance(one, HouseField) and one.name != "moves")
    return next((target(one.kind, one.id) for one in shown), "main")
