"""Replays past referrals under other settings: which would be placed differently; no run is changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.referrals.queries.history import FactsRow, newest_facts
from clinic.triage.queries import LineRow
from clinic.triage.rules import FactsError, RuleSettings, evaluate, parse_facts
from clinic.triage.service import Slice, keep_slice, next_replay

SLICE = 500  # about a second of a worker's time: mail does not wait longer than that


@dataclass(frozen=True, slots=True)
class Placed:
    """What a referral was given, and what it would be given: sets of phases and the priority."""

    reference: str
    was: tuple[tuple[int, ...], int]
    would_be: tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Replay:
    """The referrals that would change, how many were read, and those whose facts these rules cannot read."""

    read: int
    changed: tuple[Placed, ...]
    unreadable: tuple[str, ...]


def replay(settings: RuleSettings, *, actor: Actor, now: datetime) -> Replay:
    """Evaluate the newest facts of every referral under these settings, beside what its newest run gave.

    One audit event tells how many were read; the runs that stand are never recomputed. Nothing is
    locked while it evaluates: on SQLite everybody who books would wait for it.
    """
    slices = tuple(_slices(settings))
    lines = sorted((line for one in slices for line in one.lines), key=lambda line: line.reference)
    changed = tuple(
        Placed(line.reference, line.was, line.would_be) for line in lines if line.would_be is not None
    )
    unreadable = tuple(line.reference for line in lines if line.would_be is None)
    read = sum(one.read for one in slices)
    with transaction():
        record(
            Action.TRIAGE_REPLAYED,
            actor=actor,
            subject=("rule_settings", None),
            now=now,
            facts={
                "config_hash": settings.config_hash,
                "referrals": read,
                "changed": len(changed),
                "unreadable": len(unreadable),
            },
        )
    return Replay(read, changed, unreadable)


def replay_drafts(now: datetime) -> bool:
    """The worker's job: the next slice of the oldest draft that waits; False when none does."""
    task = next_replay()
    if task is None:
        return False
    keep_slice(task, replayed(task.settings, task.reached), now=now)
    return True


def replayed(settings: RuleSettings, after: UUID | None) -> Slice:
    """What these settings would change among the referrals behind this one."""
    rows = newest_facts(after, SLICE)
    lines = [line for row in rows for line in _line(row, settings)]
    return Slice(len(rows), lines, rows[-1].id if len(rows) == SLICE else None)


def _slices(settings: RuleSettings) -> Iterator[Slice]:
    reached: UUID | None = None
    while True:
        found = replayed(settings, reached)
        yield found
        reached = found.last
        if reached is None:
            return


def _line(row: FactsRow, settings: RuleSettings) -> Iterator[LineRow]:
    stood = json.loads(row.outcome)
    was = (tuple(stood["phases"]), stood["priority"])
    try:
        found = evaluate(parse_facts(json.loads(row.facts)), settings, flips=False)
    except FactsError:
        yield LineRow(row.reference, row.patient_id, was, None)
        return
    would_be = (tuple(found.phases), found.priority)
    if was != would_be:
        yield LineRow(row.reference, row.patient_id, was, would_be)
