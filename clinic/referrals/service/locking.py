"""One referral alone until the transaction ends, as it was on the screen of whoever acts."""

from clinic.kernel.permissions import Actor
from clinic.patients.service import lock_patient
from clinic.platform.extensions import db
from clinic.referrals import queries
from clinic.referrals.models import Referral
from clinic.referrals.rules import StaleDecision


def locked(reference: str, version: int | None, actor: Actor) -> Referral:
    """The referral, locked through its patient: new answers, calls and decisions wait for each other.

    `version` None: what is done does not rest on what the screen showed.

    Raises:
        NotFound: no such referral, or not for this actor.
        StaleDecision: somebody changed it after the screen (`version`) was shown.
    """
    seen = queries.referral_for(actor, reference)
    lock_patient(seen.patient_id)
    referral = db.session.get_one(Referral, seen.id, populate_existing=True)
    if version is not None and referral.version != version:
        raise StaleDecision(version, referral.version)
    return referral
