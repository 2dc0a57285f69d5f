"""Clinicians: take a referral, give it to a colleague, give it back, and tell colleagues something."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.accounts.queries import colleagues
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.kernel.reference import normalise_reference
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.referrals import service
from clinic.referrals.forms import AssignForm, CommentForm
from clinic.referrals.queries import referral_for
from clinic.referrals.service import Held
from clinic.referrals.views.blueprint import pages
from clinic.referrals.views.listing import asked_listing, list_behind, page_asked

UNKNOWN = "This page sent something we do not know. Please go back and try again."


@pages.post("/staff/worklist/assign")
@requires(Permission.REFERRAL_ASSIGN)
def assign_ticked() -> ResponseReturnValue:
    """The ticked rows of the list; the same page of it comes back."""
    target = {**asked_listing().query, **page_asked()}
    _assign(AssignForm())
    return redirect(url_for("referrals.worklist", **target), 303)


@pages.post("/staff/referrals/<reference>/assign")
@requires(Permission.REFERRAL_ASSIGN)
def assign_one(reference: str) -> ResponseReturnValue:
    """The referral on the screen; a stale screen is told who took it meanwhile."""
    _assign(AssignForm())
    return _back_to(reference)


@pages.post("/staff/referrals/<reference>/comment")
@requires(Permission.REFERRAL_COMMENT)
def comment(reference: str) -> ResponseReturnValue:
    """Keep a comment; one that cannot be kept comes back with its text."""
    actor, form = current_actor(), CommentForm()
    row = referral_for(actor, reference)
    if not form.validate():
        return _comment_page(row.reference, form), 422
    service.comment(row.reference, form.comment.data, actor=actor, now=now())
    flash("Your comment is kept.")
    return _back_to(row.reference)


def _assign(form: AssignForm) -> None:
    """Do what the pressed button says, and tell what came of it.

    Raises:
        Invalid: the page sent something that is not on it.
    """
    actor, people = current_actor(), colleagues()
    form.offer(people.values())
    if not form.validate() or form.pressed is None:
        raise Invalid(UNKNOWN)
    held = [_held(text) for text in request.form.getlist("tick")]
    if not held:
        flash("Tick at least one row first.", "look")
        return
    if form.pressed == "give" and not form.to.data:
        flash("Choose a colleague to give it to.", "look")
        return
    given = UUID(form.to.data) if form.pressed == "give" else None
    to = actor.id if form.pressed == "take" else given
    came = service.assign(held, to, actor=actor, now=now())
    name = "you" if to == actor.id else people[to].short_name if to else ""
    if came.done or not came.meanwhile:
        flash(f"{came.done} assigned to {name}." if name else f"{came.done} given back to the list.")
    for words in came.meanwhile:
        flash(words, "look")


def _held(text: str) -> Held:
    """What a tick stands for: `reference:holder`, with nothing behind the colon for nobody."""
    reference, _, holder = text.partition(":")
    try:
        return Held(normalise_reference(reference), UUID(holder) if holder else None)
    except ValueError:
        raise Invalid(UNKNOWN) from None


def _back_to(reference: str) -> ResponseReturnValue:
    return redirect(url_for("referrals.referral", reference=reference, **list_behind().way), 303)


def _comment_page(reference: str, form: CommentForm) -> str:
    return render_template("referrals/comment.html", reference=reference, form=form, way=list_behind().way)
