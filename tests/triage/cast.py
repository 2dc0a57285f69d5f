"""Clinicians who propose, approve and agree, and a draft as they leave it."""

from datetime import datetime

from clinic.accounts.rules import Role, permissions_of
from clinic.kernel.permissions import Actor, ActorKind
from clinic.referrals.service.replaying import replay_drafts
from clinic.triage import service
from clinic.triage.rules import RuleSettings
from tests.support.staff import add_staff

STRICTER = RuleSettings(p1_min_weeks=6, p2_min_weeks=26)
WHY = "Six weeks is what the article calls firm."


def clinician(name: str = "Robin Vale", role: Role = Role.CLINICIAN) -> Actor:
    """Somebody with a row in the table."""
    mail = f"{name.split(maxsplit=1)[0].lower()}.{role.value}@rules.example.com"
    return Actor(
        ActorKind.STAFF, add_staff(role, email=mail, name=name), name, permissions_of([role]), role.value
    )


def propose(actor: Actor, now: datetime, settings: RuleSettings = STRICTER, *, replayed: bool = True) -> int:
    """A draft, its replay run unless told otherwise."""
    number = service.propose(settings, WHY, actor=actor, now=now)
    while replayed and replay_drafts(now):
        pass
    return number
