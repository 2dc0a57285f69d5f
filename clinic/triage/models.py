"""Tables of the rule settings: versions, who agreed to which choice, what a draft would change."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from clinic.platform.orm import Row, append_only, choice, coded, operational, public
from clinic.triage.rules import VersionState
from clinic.triage.rules.versions import WHY_AT_MOST

# Written out, never bound: a partial index is only used when the query repeats its condition.
PUBLISHED = "state = 'published'"
_PUBLISHED = text(PUBLISHED)


class SettingsVersion(Row):
    """One version of the settings. The newest published one is in force; its settings never change."""

    __tablename__ = "rule_settings"
    __table_args__ = (
        CheckConstraint("number >= 1 AND follows >= 0 AND follows < number", name="number_counts"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(state = 'draft') = (decided_at IS NULL)", name="decided_at"),
        # The system publishes the first version alone.
        CheckConstraint("number = 1 OR proposed_by IS NOT NULL", name="proposed_by"),
        CheckConstraint("number = 1 OR state = 'draft' OR decided_by IS NOT NULL", name="decided_by"),
        # One version at most follows another into force, whoever approves at the same moment.
        Index(
            "uq_rule_settings_follows_published",
            "follows",
            unique=True,
            postgresql_where=_PUBLISHED,
            sqlite_where=_PUBLISHED,
        ),
        Index("ix_rule_settings_config_hash", "config_hash"),
    )

    number: Mapped[int] = operational(unique=True)
    follows: Mapped[int] = operational()  # the version in force when it was proposed; 0: none
    settings: Mapped[dict[str, Any]] = public(JSON)
    config_hash: Mapped[str] = operational(String(80))
    rule_version: Mapped[str] = operational(String(20))
    state: Mapped[VersionState] = operational(choice(VersionState, "state"))
    why: Mapped[str] = operational(String(WHY_AT_MOST))
    proposed_by: Mapped[uuid.UUID | None] = operational(ForeignKey("staff.id"), index=True)
    proposed_at: Mapped[datetime] = operational()
    decided_by: Mapped[uuid.UUID | None] = operational(ForeignKey("staff.id"), index=True)
    decided_at: Mapped[datetime | None] = operational()


@append_only
class SignOff(Row):
    """A clinician agreed to one choice of one version, with the value that it had. Never changed."""

    __tablename__ = "rule_sign_off"
    __table_args__ = (UniqueConstraint("settings_id", "digest"),)

    settings_id: Mapped[uuid.UUID] = operational(ForeignKey("rule_settings.id"))
    choice: Mapped[str] = operational(String(40))
    value: Mapped[str] = public(String(2000))
    digest: Mapped[str] = operational(String(64))
    staff_id: Mapped[uuid.UUID] = operational(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = operational()


class Replay(Row):
    """How far the worker has replayed past referrals under a draft."""

    __tablename__ = "rule_replay"
    __table_args__ = (CheckConstraint("changed + unreadable <= read", name="counts"),)

    settings_id: Mapped[uuid.UUID] = operational(ForeignKey("rule_settings.id"), unique=True)
    read: Mapped[int] = operational()
    changed: Mapped[int] = operational()
    unreadable: Mapped[int] = operational()
    # The last referral that was read: the next slice begins behind it.
    reached: Mapped[uuid.UUID | None] = operational()
    finished_at: Mapped[datetime | None] = operational()


@append_only
class ReplayLine(Row):
    """A referral that a draft would place differently, or (without `would_be`) could not read."""

    __tablename__ = "rule_replay_line"
    __table_args__ = (
        UniqueConstraint("replay_id", "reference"),
        CheckConstraint("(would_be_priority IS NULL) = (NOT readable)", name="readable"),
    )

    replay_id: Mapped[uuid.UUID] = operational(ForeignKey("rule_replay.id"))
    reference: Mapped[str] = operational(String(9))
    patient_id: Mapped[uuid.UUID] = operational(ForeignKey("patient.id"), index=True)
    readable: Mapped[bool] = operational()
    was: Mapped[list[int]] = coded(JSON)
    was_priority: Mapped[int] = coded(SmallInteger)
    would_be: Mapped[list[int]] = coded(JSON)
    would_be_priority: Mapped[int | None] = coded(SmallInteger)
