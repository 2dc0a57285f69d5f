"""What the demo clinic has done about the rules: agreed to some choices, proposed other settings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clinic.kernel.permissions import Actor
from clinic.referrals.service.replaying import replay_drafts
from clinic.triage.queries import in_force
from clinic.triage.rules import RuleSettings, open_choices
from clinic.triage.service import agree, propose

DRAFT = RuleSettings(p1_min_weeks=6, p2_min_weeks=26, groups_for_three=2)
WHY = "Six weeks and half a year are how we read the article here. Let us see who would move."
AGREED = 7  # of the choices, so that the page shows both


def set_up_rules(clinicians: Sequence[Actor], now: datetime) -> None:
    """Two clinicians have agreed to a few choices; a third one's draft waits for a second look."""
    version = in_force()
    if version is None:
        return
    digests = [one.digest for one in open_choices(version.settings)]
    agree(version.number, digests[:3], actor=clinicians[0], now=now - timedelta(days=12))
    agree(version.number, digests[3:AGREED], actor=clinicians[1], now=now - timedelta(days=5))
    propose(DRAFT, WHY, actor=clinicians[1], now=now - timedelta(days=2))
    while replay_drafts(now - timedelta(days=2)):
        pass
