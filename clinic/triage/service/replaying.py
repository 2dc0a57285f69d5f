"""Keeps what the replay of a draft found, slice by slice: a stopped worker goes on where it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.inserting import insert_ignoring
from clinic.platform.transaction import transaction
from clinic.triage.models import Replay, ReplayLine, SettingsVersion
from clinic.triage.queries import LineRow, settings_of
from clinic.triage.rules import RuleSettings, VersionState


@dataclass(frozen=True, slots=True)
class ReplayTask:
    """A draft to go on with, and the last referral that was read."""

    replay_id: UUID
    version_id: UUID
    settings: RuleSettings
    reached: UUID | None


@dataclass(frozen=True, slots=True)
class Slice:
    """What was found among some referrals; `last` is None when there are no more."""

    read: int
    lines: Sequence[LineRow]
    last: UUID | None


def next_replay() -> ReplayTask | None:
    """The oldest draft whose replay is not finished, its replay begun; without one nothing is locked."""
    found = _unfinished()
    if found is not None and found[1] is None:
        _begin(found[0])
        found = _unfinished()
    if found is None:
        return None
    version_id, replay_id, reached = found
    if replay_id is None:  # another draft has come to the front meanwhile
        return None
    return ReplayTask(replay_id, version_id, settings_of(version_id), reached)


def _unfinished() -> tuple[UUID, UUID | None, UUID | None] | None:
    row = db.session.execute(
        select(SettingsVersion.id, Replay.id, Replay.reached)
        .outerjoin(Replay, Replay.settings_id == SettingsVersion.id)
        .where(SettingsVersion.state == VersionState.DRAFT, Replay.finished_at.is_(None))
        .order_by(SettingsVersion.number)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


@transaction()
def _begin(version_id: UUID) -> None:
    row = {"id": uuid4(), "settings_id": version_id, "read": 0, "changed": 0, "unreadable": 0}
    db.session.execute(insert_ignoring(Replay), row)


@transaction()
def keep_slice(task: ReplayTask, found: Slice, *, now: datetime) -> bool:
    """Add a slice to the replay; with the last one a single audit event tells the counts.

    False when another worker was faster: nothing is kept twice.
    """
    unreadable = sum(line.would_be is None for line in found.lines)
    chosen = update(Replay).where(
        Replay.id == task.replay_id,
        Replay.reached.is_not_distinct_from(task.reached),
        Replay.finished_at.is_(None),
    )
    counts = db.session.execute(
        chosen.values(
            read=Replay.read + found.read,
            changed=Replay.changed + len(found.lines) - unreadable,
            unreadable=Replay.unreadable + unreadable,
            reached=found.last or task.reached,
            finished_at=None if found.last else now,
        ).returning(Replay.read, Replay.changed, Replay.unreadable),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if counts is None:
        return False
    db.session.add_all(_line(task, line) for line in found.lines)
    if found.last is None:
        read, changed, could_not = counts
        record(
            Action.TRIAGE_REPLAYED,
            actor=Actor.system(),
            subject=("rule_settings", task.version_id),
            now=now,
            facts={
                "config_hash": task.settings.config_hash,
                "referrals": read,
                "changed": changed,
                "unreadable": could_not,
            },
        )
    return True


def _line(task: ReplayTask, line: LineRow) -> ReplayLine:
    phases, priority = line.would_be or ((), None)
    return ReplayLine(
        replay_id=task.replay_id,
        reference=line.reference,
        patient_id=line.patient_id,
        readable=line.would_be is not None,
        was=list(line.was[0]),
        was_priority=line.was[1],
        would_be=list(phases),
        would_be_priority=priority,
    )
