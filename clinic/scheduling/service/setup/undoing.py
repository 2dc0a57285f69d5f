"""Taking a change of what is set up back as one: the rows as they were, the visits where they were."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, update

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Conflict, Invalid, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.safety.queries import unresolved_among
from clinic.safety.service import lapse_call_backs
from clinic.scheduling import queries
from clinic.scheduling.models import SetupChange
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Edit, Kind, check_whole, packed, unpacked
from clinic.scheduling.service.setup.locks import (
    drop_run_out_holds,
    lock_patients,
    lock_set_up,
    lock_time,
)
from clinic.scheduling.service.setup.looking import (
    STALE,
    Hit,
    Look,
    Plan,
    is_known,
    taken_back,
    write_and_look,
)
from clinic.scheduling.service.setup.visits import NO_LONGER_FITS, ask_desk, move_back, place_of
from clinic.scheduling.service.setup.writing import finish

T = TypeVar("T")
_TRIES = 3


class _Booked(Conflict):
    """A visit that the undo would hit came while its patient was not locked yet: it is looked at again."""

    def __init__(self) -> None:
        super().__init__("Somebody booked a visit at this very moment. Please try again.")


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: visits that went back to their times, and calls about visits booked meanwhile."""

    moved: int
    calls: int


@dataclass(frozen=True, slots=True)
class WayBack:
    """What an undo would do to visits booked meanwhile, or in a sentence why it cannot be.

    The hits stay booked, and the desk is asked to call about them. The digest is of all that it depends on.
    """

    hits: tuple[Hit, ...] = ()
    digest: str = ""
    hindrance: str = ""


class WayBackStale(Conflict):
    """The undo would not do any more what was shown."""

    def __init__(self) -> None:
        super().__init__(STALE)


def undo(change_id: UUID, *, actor: Actor, now: datetime, digest: str | None = None) -> Undone:
    """Make every row what it was, move the visits back, and let the desk's calls about them lapse.

    A visit that was booked meanwhile and would not fit any more stays; the desk is asked to call about it.

    Args:
        digest: of the way back that was shown; None undoes whatever it does to later visits.

    Raises:
        NotAllowed: the actor may not change the set-up. NotFound: no such change.
        WayBackStale: it would not do what was shown. Nothing is changed.
        Conflict: it was undone already, a later change touched the same things, a moved visit was changed
            since or has no way back, or something that it added is in use. Nothing is changed.
    """
    actor.require(Permission.SETUP_CHANGE)
    for _ in range(_TRIES):
        with suppress(_Booked), transaction():
            tried = _undo(change_id, actor=actor, now=now)
            if digest not in (None, tried.digest):
                raise WayBackStale
            return tried.undone
    raise _Booked


def way_back(change_id: UUID, *, actor: Actor, now: datetime) -> WayBack:
    """What undoing the change would do, or why it cannot be undone.

    It is undone and taken back, so that the page asks the same rules as the button.

    Raises:
        NotAllowed: the actor may not change the set-up. NotFound: no such change.
    """
    actor.require(Permission.SETUP_CHANGE)
    try:
        with transaction():
            with taken_back():
                tried = _undo(change_id, actor=actor, now=now)
                hits = tuple(_hits(tried))
            patients = [str(row.patient_id) for row in tried.left]
            record(
                Action.SETUP_PREVIEWED,
                actor=actor,
                subject=("setup_change", change_id),
                now=now,
                facts={"patients": patients},
            )
    except Conflict as refused:
        return WayBack(hindrance=refused.message)
    return WayBack(hits, tried.digest)


@dataclass(frozen=True, slots=True)
class _Tried:
    """An undo as it was written: what it did, and the visits that it leaves where they do not fit."""

    undone: Undone
    left: Sequence[AppointmentRow]
    look: Look
    digest: str


def _hits(tried: _Tried) -> Iterator[Hit]:
    cards = queries.appointment_cards([row.id for row in tried.left])
    for row in tried.left:
        yield Hit(cards[row.id], tuple(sorted(tried.look.reasons[row.id])), proposed=(), told=False)


def _undo(change_id: UUID, *, actor: Actor, now: datetime) -> _Tried:
    lock_set_up()
    change = _standing(change_id)
    plan = _way_back(change)
    moves = [_Move(kept, queries.appointment_row(UUID(kept["appointment"]))) for kept in change.moves]
    moved = {move.row.id for move in moves}
    with taken_back():
        look = write_and_look(plan, now, leaving_out=moved)
    _keep_still(plan, look, moves, change, now)
    again = write_and_look(plan, now, leaving_out=moved)
    if again.digest(plan) != look.digest(plan):
        raise _Booked
    for move in reversed(moves):  # the last one moved may stand where an earlier one was
        move_back(move.kept, plan.after, together=moved, actor=actor, now=now)
    _refusing(lambda: finish(plan.edits, plan.before))
    return _tell(change, again, again.digest(plan), actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Move:
    """A visit that the change moved: what was kept of it, and the visit as it stands."""

    kept: Mapping[str, Any]
    row: AppointmentRow


def _standing(change_id: UUID) -> SetupChange:
    chosen = select(SetupChange).where(SetupChange.id == change_id)
    change = db.session.scalar(chosen.execution_options(populate_existing=True))
    if change is None:
        raise NotFound
    if change.undone_at is not None:
        raise Conflict("This change was undone already.")
    return change


def _way_back(change: SetupChange) -> Plan:
    """The edits that restore what was.

    Raises:
        Conflict: what stands is not what the change made of it, or something else needs what it added.
    """
    stands, edits = set_up(), []
    for kept in change.edits:
        kind, one = Kind(kept["kind"]), UUID(kept["id"])
        if packed(stands.of(kind).get(one)) != kept["after"]:
            raise Conflict("A later change touched the same things. Undo that one first.")
        edits.append(Edit(kind, one, unpacked(kept["before"])))
    return _refusing(lambda: Plan(tuple(edits), stands, check_whole(stands, edits)))


def _refusing(step: Callable[[], T]) -> T:
    """What is not sound any more is a conflict with what came later."""
    try:
        return step()
    except Invalid as wrong:
        raise Conflict(f"This cannot be undone any more. {wrong.message}") from None


def _keep_still(plan: Plan, look: Look, moves: Sequence[_Move], change: SetupChange, now: datetime) -> None:
    moved = {move.row.patient_id for move in moves}
    called = {patient for patient, _ in unresolved_among([UUID(call) for call in change.calls])}
    lock_patients(moved | called | {row.patient_id for row in look.rows})
    clinicians = plan.clinicians
    if clinicians is not None:
        there = {move.row.clinician_id for move in moves}
        clinicians = {*clinicians, *there, *(place_of(move.kept)["clinician_id"] for move in moves)}
    lock_time(clinicians, moved)
    drop_run_out_holds(clinicians, now)


def _tell(change: SetupChange, look: Look, digest: str, *, actor: Actor, now: datetime) -> _Tried:
    """The calls and the words of it."""
    waiting = unresolved_among([UUID(call) for call in change.calls])
    for patient_id, subject_id in waiting:
        lapse_call_backs(patient_id, NO_LONGER_FITS, actor=actor, now=now, subject_id=subject_id)
    news = [row for row in look.rows if not is_known(row, look.reasons[row.id], change.eased)]
    left = look.still_hit(news, now)
    calls = ask_desk(left, actor=actor, now=now)
    chosen = update(SetupChange).where(SetupChange.id == change.id)
    db.session.execute(chosen.values(undone_at=now, undone_by=actor.id))
    record(
        Action.SETUP_UNDONE,
        actor=actor,
        subject=("setup_change", change.id),
        now=now,
        facts={
            "edits": len(change.edits),
            "moves": len(change.moves),
            "lapsed": len(waiting),
            "calls": len(calls),
        },
    )
    return _Tried(Undone(len(change.moves), len(calls)), left, look, digest)
