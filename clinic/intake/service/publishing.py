"""Keeps each version of the questionnaire as it was asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.intake.models import PublishedQuestionnaire
from clinic.intake.questionnaire import current, documents
from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction


@transaction()
def publish(now: datetime) -> UUID:
    """Publish the declared questionnaire; done before, it changes nothing. Returns the id of its row.

    Raises:
        Conflict: other content was already published under this version.
    """
    declared = current()
    found = db.session.execute(
        select(PublishedQuestionnaire.id, PublishedQuestionnaire.content_hash).where(
            PublishedQuestionnaire.version == declared.version
        )
    ).one_or_none()
    if found is None:
        return _publish(declared.version, declared.fingerprint, list(documents(declared.version)), now)
    if found.content_hash != declared.fingerprint:
        raise Conflict(
            f"Questionnaire {declared.version} was published with other content: raise its version."
        )
    published: UUID = found.id
    return published


def _publish(version: str, fingerprint: str, content: list[dict[str, Any]], now: datetime) -> UUID:
    row = PublishedQuestionnaire(version=version, content_hash=fingerprint, content=content, published_at=now)
    db.session.add(row)
    db.session.flush()
    record(
        Action.QUESTIONNAIRE_PUBLISHED,
        actor=Actor.system(),
        subject=("questionnaire", row.id),
        now=now,
        facts={"version": version},
    )
    return row.id
