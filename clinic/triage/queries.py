"""Reads of the rule settings: the version in force, all versions, who agreed to what, a draft's replay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from clinic.accounts.models import Staff
from clinic.kernel.errors import NotFound
from clinic.platform.extensions import db, settings
from clinic.triage.models import PUBLISHED, Replay, ReplayLine, SettingsVersion, SignOff
from clinic.triage.rules import RuleSettings, VersionState, open_choices

LINES = 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the settings, with the names of who proposed it and who decided about it."""

    id: UUID
    number: int
    follows: int
    settings: RuleSettings
    config_hash: str
    rule_version: str
    state: VersionState
    why: str
    proposed_by: UUID | None
    proposer: str | None
    proposed_at: datetime
    decider: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed to a choice, and when."""

    staff_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """How far the replay of a draft has come."""

    id: UUID
    read: int
    changed: int
    unreadable: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A referral that would be placed differently; `would_be` is None where its facts cannot be read."""

    reference: str
    patient_id: UUID
    was: tuple[tuple[int, ...], int]
    would_be: tuple[tuple[int, ...], int] | None


@dataclass(frozen=True, slots=True)
class LinesPage:
    """One page of a replay's lines; `next_after` is the reference to go on from."""

    rows: tuple[LineRow, ...]
    next_after: str | None


def in_force_id() -> UUID | None:
    """The id of the newest published version; None before the first evaluation."""
    return db.session.scalar(
        select(SettingsVersion.id).where(text(PUBLISHED)).order_by(SettingsVersion.number.desc()).limit(1)
    )


@lru_cache(maxsize=32)
def settings_of(version_id: UUID) -> RuleSettings:
    """The settings of a version by its row; they never change, so they are read once."""
    chosen = select(SettingsVersion.settings).where(SettingsVersion.id == version_id)
    return RuleSettings.from_json(db.session.scalars(chosen).one())


def in_force() -> VersionRow | None:
    """The version that evaluations use; None before the first one."""
    found = _versions(text(PUBLISHED), limit=1)
    return found[0] if found else None


def versions() -> tuple[VersionRow, ...]:
    """Every version, the newest first."""
    return _versions()


def version(number: int) -> VersionRow:
    """One version.

    Raises:
        NotFound: no such version.
    """
    found = _versions(SettingsVersion.number == number, limit=1)
    if not found:
        raise NotFound
    return found[0]


def number_by_hash(config_hash: str) -> int:
    """The newest published version with this hash: how the settings of an old run are found.

    Raises:
        NotFound: no published version has it.
    """
    number = db.session.scalar(
        select(func.max(SettingsVersion.number)).where(
            text(PUBLISHED), SettingsVersion.config_hash == config_hash
        )
    )
    if number is None:
        raise NotFound
    return number


def agreements(version_id: UUID) -> Mapping[str, Agreement]:
    """Who agreed to which choice of a version, by the digest of the choice."""
    rows = db.session.execute(
        select(SignOff.digest, Staff.name, SignOff.at)
        .join(Staff, Staff.id == SignOff.staff_id)
        .where(SignOff.settings_id == version_id)
    )
    return {digest: Agreement(name, at) for digest, name, at in rows}


def is_any_version_signed() -> bool:
    """Is there a published version on every choice of which a clinician has agreed?"""
    rows = db.session.execute(
        select(SignOff.settings_id, SignOff.digest)
        .join(SettingsVersion, SettingsVersion.id == SignOff.settings_id)
        .where(SettingsVersion.state == VersionState.PUBLISHED)
    )
    agreed: dict[UUID, set[str]] = {}
    for version_id, digest in rows:
        agreed.setdefault(version_id, set()).add(digest)
    return any(is_signed(settings_of(version_id), found) for version_id, found in agreed.items())


def is_signed(settings: RuleSettings, agreed: Iterable[str]) -> bool:
    """Has somebody agreed to every choice of these settings?"""
    return {one.digest for one in open_choices(settings)} <= set(agreed)


def replay_of(version_id: UUID) -> ReplayRow | None:
    """How far the replay of a draft has come; None before its first slice."""
    row = db.session.execute(
        select(Replay.id, Replay.read, Replay.changed, Replay.unreadable, Replay.finished_at).where(
            Replay.settings_id == version_id
        )
    ).one_or_none()
    return ReplayRow(*row) if row else None


def replay_lines(replay_id: UUID, *, readable: bool, after: str = "") -> LinesPage:
    """One page of what a draft would change, or of what it could not read, by reference."""
    rows = db.session.execute(
        select(
            ReplayLine.reference,
            ReplayLine.patient_id,
            ReplayLine.was,
            ReplayLine.was_priority,
            ReplayLine.would_be,
            ReplayLine.would_be_priority,
        )
        .where(
            ReplayLine.replay_id == replay_id, ReplayLine.readable.is_(readable), ReplayLine.reference > after
        )
        .order_by(ReplayLine.reference)
        .limit(LINES + 1)
    ).all()
    shown = tuple(
        LineRow(
            row.reference,
            row.patient_id,
            (tuple(row.was), row.was_priority),
            None if row.would_be_priority is None else (tuple(row.would_be), row.would_be_priority),
        )
        for row in rows[:LINES]
    )
    return LinesPage(shown, shown[-1].reference if len(rows) > LINES else None)


def doctor_checks() -> list[str]:
    """Problems for `flask doctor`: settings published with other rules; production that nobody has signed."""
    found = in_force()
    lines = []
    if found is not None and found.settings.config_hash != found.config_hash:
        lines.append(f"rule settings {found.number}: published with other rules or tables; publish them anew")
    if settings().environment == "production" and not is_any_version_signed():
        agreed = agreements(found.id).keys() if found else ()
        wanted = {one.digest for one in open_choices(found.settings if found else RuleSettings())}
        still = len(wanted.difference(agreed))
        lines.append(f"rule settings: {still} choices are still open on /staff/rules; patients cannot book")
    return lines


def _versions(*wanted: object, limit: int | None = None) -> tuple[VersionRow, ...]:
    proposer, decider = aliased(Staff), aliased(Staff)
    chosen = (
        select(SettingsVersion, proposer.name, decider.name)
        .outerjoin(proposer, proposer.id == SettingsVersion.proposed_by)
        .outerjoin(decider, decider.id == SettingsVersion.decided_by)
        .where(*wanted)  # type: ignore[arg-type]  # conditions of any make
        .order_by(SettingsVersion.number.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return tuple(_row(*found) for found in db.session.execute(chosen))


def _row(row: SettingsVersion, proposer: str | None, decider: str | None) -> VersionRow:
    return VersionRow(
        id=row.id,
        number=row.number,
        follows=row.follows,
        settings=settings_of(row.id),
        config_hash=row.config_hash,
        rule_version=row.rule_version,
        state=row.state,
        why=row.why,
        proposed_by=row.proposed_by,
        proposer=proposer,
        proposed_at=row.proposed_at,
        decider=decider,
        decided_at=row.decided_at,
    )
