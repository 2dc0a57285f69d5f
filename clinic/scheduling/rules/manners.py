"""When a permitted step still makes no sense: it is too early or too late, or needs a person."""

from datetime import datetime

from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Actor, ActorKind, Permission
from clinic.scheduling.rules.errors import HoldExpired, NotBookable
from clinic.scheduling.rules.lifecycle import State, Step
from clinic.scheduling.rules.windows import may_extend

_BY_PATIENT = (Step.MOVE, Step.CANCEL)


def check_manners(
    step: Step,
    *,
    state: State,
    start: datetime,
    expires_at: datetime | None,
    created_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Raise the refusal of a step that the table permits but the clock or the actor does not.

    Raises:
        HoldExpired: the hold has run out, swept or not.
        NotBookable: too early or too late for this step.
        NotAllowed: a request is confirmed by whoever may resolve safety flags, and by nobody else.
    """
    if step in (Step.CONFIRM, Step.EXTEND, Step.REQUEST) and expires_at is not None and expires_at <= now:
        raise HoldExpired
    if step is Step.CONFIRM_REQUEST:
        actor.require(Permission.SAFETY_RESOLVE)
    if step is Step.RELEASE and state is State.REQUESTED and actor.kind is ActorKind.SYSTEM:
        raise NotBookable("A time that was asked for is given up by a person only.")
    _check_clock(step, start, created_at, actor, now)


def _check_clock(step: Step, start: datetime, held_since: datetime, actor: Actor, now: datetime) -> None:
    by_patient = step in _BY_PATIENT and actor.kind is ActorKind.PATIENT
    if (by_patient or step is Step.CONFIRM_ATTENDANCE) and now >= start:
        raise NotBookable("This visit has already begun. Please call us.")
    if step is Step.ARRIVE and central_date(now) != central_date(start):
        raise NotBookable("This visit is on another day.")
    if step is Step.MARK_NO_SHOW and now < start:
        raise NotBookable("This visit has not begun yet.")
    if step is Step.EXTEND and not may_extend(held_since, now):
        raise NotBookable("We cannot hold this time any longer. Please confirm it, or choose a time again.")
