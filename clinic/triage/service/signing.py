"""Clinicians agree, by name, to the choices that the article leaves open."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Conflict, NotFound
from clinic.kernel.permissions import Actor, Permission
from clinic.platform.extensions import db
from clinic.platform.inserting import insert_ignoring
from clinic.platform.transaction import transaction
from clinic.triage import queries
from clinic.triage.models import SignOff
from clinic.triage.rules import open_choices
from clinic.triage.rules.versions import FIRST
from clinic.triage.service.versions import publish_first


@transaction()
def agree(number: int, digests: Collection[str], *, actor: Actor, now: datetime) -> int:
    """Keep that this clinician agrees to these choices of the version in force; returns how many were open.

    What somebody has agreed to before stays theirs.

    Raises:
        NotAllowed: the actor may not agree. NotFound: no such choice.
        Conflict: another version is in force by now; its values are not the ones that were read.
    """
    actor.require(Permission.RULES_SIGN)
    if number == FIRST:
        publish_first(now)
    version = queries.in_force()
    if version is None or version.number != number:
        raise Conflict("Another version was published meanwhile. Read its values, then agree to them.")
    known = {one.digest: one for one in open_choices(version.settings)}
    if not known.keys() >= set(digests):
        raise NotFound
    fresh = []
    for choice in (known[digest] for digest in sorted(digests)):
        row = {"id": uuid4(), "settings_id": version.id, "staff_id": actor.id, "at": now}
        given = {"choice": choice.key, "value": choice.value, "digest": choice.digest}
        # Two clinicians at the same moment: the first one's name stands.
        put = insert_ignoring(SignOff).returning(SignOff.__table__.c.id)
        fresh += [choice.key] if db.session.execute(put, row | given).scalar() is not None else []
    if fresh:
        record(
            Action.RULES_SIGNED,
            actor=actor,
            subject=("rule_settings", version.id),
            now=now,
            facts={"number": number, "choices": fresh},
        )
    return len(fresh)
