"""Who looks after a referral, and what colleagues tell each other about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from clinic.accounts.queries import Colleague, colleagues
from clinic.audit.rules import Action
from clinic.audit.service import record
from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Actor, Permission
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.referrals import queries
from clinic.referrals.models import Referral, ReferralEvent
from clinic.referrals.queries import ReferralRow
from clinic.referrals.rules import OPEN, EventKind
from clinic.referrals.rules.decision import WORDS_AT_MOST
from clinic.referrals.service.events import keep_event

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Held:
    """A referral as a screen showed it: with whom it was."""

    reference: str
    holder: UUID | None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What came of it: how many changed hands, and what had changed meanwhile, in words."""

    done: int
    meanwhile: tuple[str, ...]


@transaction()
def assign(shown: Sequence[Held], to: UUID | None, *, actor: Actor, now: datetime) -> Assigned:
    """Give referrals to a clinician, or back to nobody, as far as they are still with whom the screen showed.

    Raises:
        NotAllowed, NotFound.
        Invalid: referrals are not given to this person.
    """
    actor.require(Permission.REFERRAL_ASSIGN)
    people = colleagues()
    if to is not None and not (to in people and people[to].takes_referrals):
        raise Invalid("Choose a clinician of the list.", "to")
    done, meanwhile = 0, []
    # By reference, so that two people who tick the same rows never wait for each other.
    for held in sorted(set(shown), key=lambda one: one.reference):
        referral = queries.referral_for(actor, held.reference)
        if referral.assignee_id == to:
            continue  # it is there already: pressed twice
        if not _hand_over(referral, held.holder, to):
            meanwhile.append(_what_happened(queries.referral_by_id(referral.id), people))
            continue
        done += 1
        event = keep_event(referral.id, EventKind.ASSIGNED, actor=actor, now=now, about=to)
        record(
            Action.REFERRAL_ASSIGNED,
            actor=actor,
            subject=("referral_event", event),
            patient_id=referral.patient_id,
            now=now,
            facts={"to": str(to or NOBODY)},
        )
    return Assigned(done, tuple(meanwhile))


@transaction()
def comment(reference: str, text: str, *, actor: Actor, now: datetime) -> None:
    """Add a comment for colleagues; nobody else ever reads it. Sent twice it is one comment.

    Raises:
        NotAllowed, NotFound.
        Invalid: nothing was written, or too much.
    """
    actor.require(Permission.REFERRAL_COMMENT)
    referral = queries.referral_for(actor, reference)
    if not text.strip():
        raise Invalid("Write the comment", "comment")
    if len(text) > WORDS_AT_MOST:
        raise Invalid(f"The comment must be {WORDS_AT_MOST:,} characters or fewer", "comment")
    lock_patient(referral.patient_id)
    if _is_said(referral.id, text.strip(), actor):
        return
    event = keep_event(referral.id, EventKind.COMMENTED, actor=actor, now=now, note=text)
    record(
        Action.REFERRAL_COMMENTED,
        actor=actor,
        subject=("referral_event", event),
        patient_id=referral.patient_id,
        now=now,
    )


def _is_said(referral_id: UUID, text: str, actor: Actor) -> bool:
    """Is it what this person wrote last? Then the form was sent twice."""
    last = (
        select(ReferralEvent.note)
        .where(
            ReferralEvent.referral_id == referral_id,
            ReferralEvent.kind == EventKind.COMMENTED,
            ReferralEvent.actor_id == actor.id,
        )
        .order_by(ReferralEvent.at.desc(), ReferralEvent.id)
        .limit(1)
    )
    return db.session.scalar(last) == text


def _hand_over(referral: ReferralRow, holder: UUID | None, to: UUID | None) -> bool:
    """Compare and set: of two who take it at once, one has it."""
    changed = db.session.execute(
        update(Referral)
        .where(
            Referral.id == referral.id,
            Referral.status.in_(OPEN),
            Referral.assignee_id.is_not_distinct_from(holder),
        )
        .values(assignee_id=to)
        .execution_options(synchronize_session=False)
        .returning(Referral.id)
    )
    return changed.one_or_none() is not None


def _what_happened(referral: ReferralRow, people: dict[UUID, Colleague]) -> str:
    if referral.status not in OPEN:
        return f"{referral.reference} is {referral.status.value} meanwhile."
    if referral.assignee_id is None:
        return f"{referral.reference} was given back to the list meanwhile."
    return f"{referral.reference}: {people[referral.assignee_id].short_name} took it meanwhile."
