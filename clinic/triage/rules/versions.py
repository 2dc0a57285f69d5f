"""What may happen to a version of the settings, and who may let it happen."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from clinic.kernel.errors import Conflict, NotAllowed
from clinic.kernel.lifecycle import Lifecycle

WHY_AT_MOST = 1000
FIRST = 1  # the defaults, published by the system


class VersionState(StrEnum):
    """Where a version stands; of the published ones the newest is in force."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REJECTED = "rejected"


class VersionStep(StrEnum):
    """What a second clinician does with a draft."""

    APPROVE = "approve"
    REJECT = "reject"


VERSION: Lifecycle[VersionState, VersionStep] = Lifecycle(
    {
        (VersionState.DRAFT, VersionStep.APPROVE): VersionState.PUBLISHED,
        (VersionState.DRAFT, VersionStep.REJECT): VersionState.REJECTED,
    }
)
# What an older screen may still try to do, once it has been done.
_ALREADY: Mapping[VersionState, str] = {
    VersionState.PUBLISHED: "These settings are already published.",
    VersionState.REJECTED: "These settings were rejected. Propose them again if they are wanted.",
}


def next_state(
    state: VersionState, step: VersionStep, *, proposer: UUID | None, decider: UUID | None
) -> VersionState:
    """The state that the step leads to.

    Raises:
        NotAllowed: nobody approves or rejects what they proposed themselves.
        Conflict: it is no draft any more.
    """
    if not VERSION.may(state, step):
        raise Conflict(_ALREADY[state])
    if proposer == decider:
        raise NotAllowed("You proposed these settings. Another clinician must look at them.")
    return VERSION.next(state, step)


def check_approval(*, replayed: bool, follows: int, in_force: int) -> None:
    """Refuse what nobody could have judged.

    Raises:
        Conflict: the replay has not run, or another version was published since this one was proposed.
    """
    if not replayed:
        raise Conflict("The replay has not run yet. Reload the page in a moment.")
    if follows != in_force:
        raise Conflict(
            f"Version {in_force} was published since these settings were proposed. "
            "Propose them again, so that the difference is seen."
        )
