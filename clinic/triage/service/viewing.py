"""What a clinician looks at: a draft beside the version in force, with the referrals that it would change."""

from dataclasses import dataclass
from datetime import datetime

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.transaction import transaction
from clinic.triage import queries
from clinic.triage.queries import LinesPage, ReplayRow, VersionRow

NOTHING = LinesPage((), None)


@dataclass(frozen=True, slots=True)
class VersionScreen:
    """One version, the one that it followed (version 1: itself), the number in force, and its replay."""

    version: VersionRow
    before: VersionRow
    in_force: int
    replay: ReplayRow | None
    lines: LinesPage


@transaction()
def view_version(
    number: int, *, readable: bool = True, after: str = "", actor: Actor, now: datetime
) -> VersionScreen:
    """One version of the settings; whose referrals are on the page is recorded.

    Raises:
        NotAllowed; NotFound: no such version.
    """
    actor.require(Permission.RULES_VIEW)
    version = queries.version(number)
    before = queries.version(version.follows) if version.follows else version
    in_force = queries.in_force()
    replay = queries.replay_of(version.id)
    finished = replay is not None and replay.finished_at is not None
    lines = (
        queries.replay_lines(replay.id, readable=readable, after=after) if replay and finished else NOTHING
    )
    if lines.rows:
        record(
            Action.REPLAY_VIEWED,
            actor=actor,
            subject=("rule_settings", version.id),
            now=now,
            facts={"patients": [str(row.patient_id) for row in lines.rows]},
        )
    return VersionScreen(version, before, in_force.number if in_force else 0, replay, lines)
