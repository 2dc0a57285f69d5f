"""Takes demo referrals further, as clinicians and patients do: asked back, answered, withdrawn, seen."""

from datetime import datetime, timedelta

from clinic.intake.rules import Place
from clinic.kernel.permissions import Actor
from clinic.referrals.queries import ReferralRow
from clinic.referrals.rules import DiagnosisFound, WithdrawReason
from clinic.referrals.service import Found, ask, record_outcome, save_asked, send_answers, withdraw
from clinic.scheduling.queries import appointments_of
from clinic.scheduling.rules import State

CHANGE = Place("overall_change")
ANSWER = {"overall_change": ["a_little_better"]}
PAGE = "tried-12"


def take_further(what: str, referral: ReferralRow, clinician: Actor, sent: datetime, now: datetime) -> None:
    """What was done after the answers came in; nothing for most."""
    if what in ("asked", "answered"):
        _ask(referral, clinician, sent + timedelta(hours=20))
    if what == "answered":
        patient, at = Actor.patient(referral.patient_id), min(now, sent + timedelta(hours=44))
        save_asked(referral.id, PAGE, None, ANSWER, actor=patient, now=at)
        send_answers(referral.id, actor=patient, now=at)
    if what == "withdrawn":
        at, note = sent + timedelta(days=2), "Is seen by a clinic nearer to home."
        reason = WithdrawReason.SEEN_ELSEWHERE
        withdraw(referral.reference, reason, note, version=referral.version, actor=clinician, now=at)


def record_visit(referral: ReferralRow, clinician: Actor, now: datetime) -> None:
    """What a completed visit showed; the rules are not always right."""
    for visit in appointments_of(referral.patient_id):
        if visit.state is not State.COMPLETED or visit.end_at > now:
            continue
        phase = referral.decided_phase
        found = Found(
            phase=phase,
            diagnosis=DiagnosisFound.CONFIRMED if phase else DiagnosisFound.OTHER_DIAGNOSIS,
            sentence="As the answers said." if phase else "Looks like something else.",
        )
        record_outcome(referral.reference, visit.id, found, actor=clinician, now=visit.end_at)


def _ask(referral: ReferralRow, clinician: Actor, at: datetime) -> None:
    sentence = "Please think of the weeks since you take it every day."
    ask(referral.reference, {CHANGE}, sentence, version=referral.version, actor=clinician, now=at)
