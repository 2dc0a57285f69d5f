"""Versions of the settings: the first one by the system, every other one by two clinicians."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Conflict, Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.platform.inserting import insert_ignoring
from clinic.platform.transaction import transaction
from clinic.triage import queries
from clinic.triage.models import PUBLISHED, SettingsVersion
from clinic.triage.queries import VersionRow
from clinic.triage.rules import RULE_VERSION, RuleSettings, VersionState, VersionStep
from clinic.triage.rules.versions import FIRST, check_approval, next_state

FIRST_WHY = "The values of the rules as they were written."


def current_settings(now: datetime) -> RuleSettings:
    """The settings in force; the defaults are published when there are none yet."""
    return queries.settings_of(queries.in_force_id() or publish_first(now))


@transaction()
def publish_first(now: datetime) -> UUID:
    """Publish the defaults as version 1 unless that is done; returns the id of the version in force."""
    settings, version_id = RuleSettings(), uuid4()
    row = {
        "id": version_id,
        "number": FIRST,
        "follows": 0,
        "settings": settings.as_json(),
        "config_hash": settings.config_hash,
        "rule_version": RULE_VERSION,
        "state": VersionState.PUBLISHED,
        "why": FIRST_WHY,
        "proposed_at": now,
        "decided_at": now,
    }
    # Two processes at the same moment: the second one waits for the first, then does nothing.
    put = insert_ignoring(SettingsVersion).returning(SettingsVersion.__table__.c.id)
    if db.session.execute(put, row).scalar() is not None:
        _note(Action.RULES_PUBLISHED, (version_id, FIRST), settings, actor=Actor.system(), now=now)
    found = queries.in_force_id()
    assert found is not None  # noqa: S101 - the row is there, whoever has written it
    return found


@transaction()
def propose(settings: RuleSettings, why: str, *, actor: Actor, now: datetime) -> int:
    """Keep a draft; the worker replays past referrals under it. Returns its number.

    Raises:
        NotAllowed: the actor may not propose.
        Invalid: no reason is given, or nothing differs from the version in force.
    """
    actor.require(Permission.RULES_PROPOSE)
    if not why.strip():
        raise Invalid("Say why, in a sentence or two.", "why")
    base = _lock_in_force(now)
    if settings.config_hash == base.settings.config_hash:
        raise Invalid(f"Nothing differs from version {base.number}. Change a setting first.", "p1_min_weeks")
    newest = db.session.scalar(select(func.max(SettingsVersion.number))) or FIRST
    draft = SettingsVersion(
        number=newest + 1,
        follows=base.number,
        settings=settings.as_json(),
        config_hash=settings.config_hash,
        rule_version=RULE_VERSION,
        state=VersionState.DRAFT,
        why=why.strip(),
        proposed_by=actor.id,
        proposed_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    _note(Action.RULES_PROPOSED, (draft.id, draft.number), settings, actor=actor, now=now)
    return draft.number


@transaction()
def approve(number: int, *, actor: Actor, now: datetime) -> None:
    """Publish a draft: the next evaluation uses it, older runs stay as they are.

    Raises:
        NotFound; NotAllowed: the actor may not, or has proposed it.
        Conflict: it is no draft any more, its replay has not run, or another version was published since.
    """
    actor.require(Permission.RULES_APPROVE)
    base, draft = _lock_in_force(now), queries.version(number)
    state = next_state(draft.state, VersionStep.APPROVE, proposer=draft.proposed_by, decider=actor.id)
    replay = queries.replay_of(draft.id)
    check_approval(
        replayed=replay is not None and replay.finished_at is not None,
        follows=draft.follows,
        in_force=base.number,
    )
    _set(draft, state, actor, now)
    _note(Action.RULES_PUBLISHED, (draft.id, number), draft.settings, actor=actor, now=now)


@transaction()
def reject(number: int, *, actor: Actor, now: datetime) -> None:
    """Put a draft aside.

    Raises:
        NotFound; NotAllowed: the actor may not, or has proposed it.
        Conflict: it is no draft any more.
    """
    actor.require(Permission.RULES_APPROVE)
    draft = queries.version(number)
    state = next_state(draft.state, VersionStep.REJECT, proposer=draft.proposed_by, decider=actor.id)
    _set(draft, state, actor, now)
    _note(Action.RULES_REJECTED, (draft.id, number), draft.settings, actor=actor, now=now)


def _set(draft: VersionRow, state: VersionState, actor: Actor, now: datetime) -> None:
    """Compare and set: of two clinicians at the same moment one wins."""
    chosen = update(SettingsVersion).where(
        SettingsVersion.id == draft.id, SettingsVersion.state == VersionState.DRAFT
    )
    done = db.session.execute(
        chosen.values(state=state, decided_by=actor.id, decided_at=now).returning(SettingsVersion.id)
    )
    if done.scalar() is None:
        raise Conflict("Somebody else has just decided about these settings.")


def _lock_in_force(now: datetime) -> VersionRow:
    """The version in force, locked: one proposal or approval at a time (on SQLite by the transaction)."""
    publish_first(now)
    while True:
        chosen = select(SettingsVersion.id).where(text(PUBLISHED)).order_by(SettingsVersion.number.desc())
        locked = db.session.scalars(chosen.limit(1).with_for_update()).one()
        base = queries.in_force()
        assert base is not None  # noqa: S101 - it was just published
        # Who waited here for an approval has locked the version before it.
        if base.id == locked:
            return base


def _note(
    action: Action, version: tuple[UUID, int], settings: RuleSettings, *, actor: Actor, now: datetime
) -> None:
    version_id, number = version
    record(
        action,
        actor=actor,
        subject=("rule_settings", version_id),
        now=now,
        facts={"number": number, "config_hash": settings.config_hash},
    )
