"""Use cases of the rule settings: put in force, propose, replay, approve, agree."""

from clinic.triage.service.replaying import ReplayTask, Slice, keep_slice, next_replay
from clinic.triage.service.signing import agree
from clinic.triage.service.versions import approve, current_settings, propose, publish_first, reject
from clinic.triage.service.viewing import VersionScreen, view_version

__all__ = [
    "ReplayTask",
    "Slice",
    "VersionScreen",
    "agree",
    "approve",
    "current_settings",
    "keep_slice",
    "next_replay",
    "propose",
    "publish_first",
    "reject",
    "view_version",
]
