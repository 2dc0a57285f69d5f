"""Previewing and making a change of what is set up: many rows and many visits, one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import SetupChange
from clinic.scheduling.queries import AppointmentRow
from clinic.scheduling.queries.changes import is_made
from clinic.scheduling.rules import NotBookable, Wanted, read_wanted
from clinic.scheduling.rules.setup import Edit, packed
from clinic.scheduling.service.setup.locks import (
    drop_run_out_holds,
    lock_patients,
    lock_set_up,
    lock_time,
    resources_of,
)
from clinic.scheduling.service.setup.looking import (
    STALE,
    Look,
    Plan,
    Preview,
    PreviewStale,
    planned,
    shown,
    taken_back,
    write_and_look,
)
from clinic.scheduling.service.setup.visits import ask_desk, move_visit
from clinic.scheduling.service.setup.writing import finish

TITLE_LENGTH = 200


def preview(edits: Sequence[Edit], *, actor: Actor, now: datetime) -> Preview:
    """What these edits would do to coming visits. Nothing is changed, nobody is told.

    Raises:
        NotAllowed: the actor may not change the set-up.
        Invalid: an edit is not sound, or they do not go together; `field` is a name in the image.
        Conflict: what is to be taken away is gone already.
    """
    actor.require(Permission.SETUP_CHANGE)
    with transaction():
        plan = planned(edits)
        with taken_back():
            look = write_and_look(plan, now)
            found = shown(plan, look, now)
        patients = [str(row.patient_id) for row in look.rows]
        _record(Action.SETUP_PREVIEWED, None, {"patients": patients}, actor, now)
    return found


def change(
    edits: Sequence[Edit],
    title: str,
    *,
    digest: str,
    choices: Mapping[UUID, str],
    actor: Actor,
    now: datetime,
    key: UUID | None = None,
) -> UUID:
    """Make the edits, move the visits for which a new time was chosen, ask the desk to call about the others.

    Args:
        title: what was done, in words without a patient.
        digest: of the preview that was shown.
        choices: `OpenTime.value` by appointment; a hit without one stays where it is.
        key: becomes the id of the change; the same key again makes no second one.

    Raises:
        PreviewStale: it would not do what was shown, or a chosen time is gone; carries a fresh preview.
        NotAllowed, Invalid, Conflict: as for `preview`.
    """
    actor.require(Permission.SETUP_CHANGE)
    title = title.strip()
    if not title or len(title) > TITLE_LENGTH:
        raise Invalid(f"Say what is changed in {TITLE_LENGTH} characters or fewer.", "title")
    try:
        with transaction():
            lock_set_up()
            if key is not None and is_made(key):
                return key
            return _change(edits, title, digest, choices, key=key or uuid4(), actor=actor, now=now)
    except (_Stale, NotBookable) as refused:
        words = refused.message
    raise PreviewStale(words, preview(edits, actor=actor, now=now))


class _Stale(Conflict):
    def __init__(self) -> None:
        super().__init__(STALE)


def _change(
    edits: Sequence[Edit],
    title: str,
    digest: str,
    choices: Mapping[UUID, str],
    *,
    key: UUID,
    actor: Actor,
    now: datetime,
) -> UUID:
    plan = planned(edits)
    with taken_back():
        look = write_and_look(plan, now)
    wishes = _wishes(look, choices)
    if look.digest(plan) != digest or wishes is None:
        raise _Stale
    _keep_still(plan, look, wishes, now)
    look = write_and_look(plan, now)
    if look.digest(plan) != digest:
        raise _Stale
    resources = resources_of({row.patient_id for row in look.rows})
    moves = [
        move_visit(row, wishes[row.id], resources, plan.before, actor=actor, now=now)
        for row in look.rows
        if row.id in wishes
    ]
    finish(plan.edits, plan.before)
    left = [row for row in look.rows if row.id not in wishes]
    calls = ask_desk(look.still_hit(left, now), actor=actor, now=now)
    done: dict[str, Sequence[Any]] = {
        "edits": _edits(plan),
        "moves": moves,
        "calls": calls,
        "eased": look.eased,
    }
    _keep(key, title, done, actor=actor, now=now)
    return key


def _wishes(look: Look, choices: Mapping[UUID, str]) -> dict[UUID, Wanted] | None:
    """The chosen times by visit; None when one was chosen for a visit that is not hit."""
    rows: dict[UUID, AppointmentRow] = {row.id: row for row in look.rows}
    chosen = {one: value for one, value in choices.items() if value}
    if not set(chosen) <= set(rows):
        return None
    return {one: read_wanted(value, rows[one].visit_type_id) for one, value in chosen.items()}


def _keep_still(plan: Plan, look: Look, wishes: Mapping[UUID, Wanted], now: datetime) -> None:
    """Lock everybody whom the change touches; the hits are looked at once more afterwards."""
    patients = {row.patient_id for row in look.rows}
    clinicians = plan.clinicians
    if clinicians is not None:
        clinicians = {*clinicians, *(wanted.clinician_id for wanted in wishes.values())}
    lock_patients(patients)
    lock_time(clinicians, patients)
    drop_run_out_holds(clinicians, now)


def _edits(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "kind": edit.kind.value,
            "id": str(edit.id),
            "before": packed(plan.before.of(edit.kind).get(edit.id)),
            "after": packed(edit.image),
        }
        for edit in plan.edits
    ]


def _keep(
    change_id: UUID, title: str, done: Mapping[str, Sequence[Any]], *, actor: Actor, now: datetime
) -> None:
    values = {"id": change_id, "at": now, "staff_id": actor.id, "title": title}
    kept = {name: list(held) for name, held in done.items()}
    db.session.execute(insert(SetupChange).values({**values, **kept}))
    facts = {name: len(kept[name]) for name in ("edits", "moves", "calls")}
    _record(Action.SETUP_CHANGED, change_id, facts, actor, now)


def _record(
    action: Action, change_id: UUID | None, facts: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    record(action, actor=actor, subject=("setup_change", change_id), now=now, facts=facts)
