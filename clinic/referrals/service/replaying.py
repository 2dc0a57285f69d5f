"""Replays past referrals under other settings: which would be placed differently; no run is changed."""

from dataclasses import dataclass
from datetime import datetime

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor
from clinic.platform.transaction import transaction
from clinic.referrals.queries.history import newest_facts
from clinic.triage.rules import FactsError, RuleSettings, evaluate, parse_facts


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
    read, changed, unreadable = 0, [], []
    for reference, facts, phases, priority in newest_facts():
        read += 1
        try:
            found = evaluate(parse_facts(facts), settings, flips=False)
        except FactsError:
            unreadable.append(reference)
            continue
        was, would_be = (tuple(phases), priority), (tuple(found.phases), found.priority)
        if was != would_be:
            changed.append(Placed(reference, was, would_be))
    with transaction():
        record(
            Action.TRIAGE_REPLAYED,
            actor=actor,
            subject=("rule_settings", None),
            now=now,
            facts={"config_hash": settings.config_hash, "referrals": read, "changed": len(changed)},
        )
    return Replay(read, tuple(changed), tuple(unreadable))
