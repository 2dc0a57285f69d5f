"""The letter to the referring office, in words for a colleague."""

from collections.abc import Mapping

from clinic.kernel.wording import us_date_long, us_time
from clinic.referrals.presenters.words import CHOICE_LONG
from clinic.referrals.rules import Choice, ReferralStatus
from clinic.referrals.service.office import Letter

_DECIDED: Mapping[Choice, str] = {
    Choice.PHASE_ONE: "We see this person for early care, as a first step.",
    Choice.PHASE_TWO: "We see this person to add to the care so far.",
    Choice.PHASE_THREE: "We see this person to talk about further options.",
    Choice.NOT_FOR_THIS_CLINIC: "Our clinic is not the right place for this person now. Our advice is below.",
    Choice.CANNOT_DECIDE_YET: "We need more information before we can decide.",
}
_NOT_DECIDED = "A clinician has not decided yet."
_WITHDRAWN = "The referral is not pursued any more."


def decision_words(letter: Letter) -> str:
    """What was decided, first the decision's own name."""
    if letter.referral.status is ReferralStatus.WITHDRAWN:
        return _WITHDRAWN
    if letter.decision is None:
        return _NOT_DECIDED
    choice = letter.decision.choice
    return f"{CHOICE_LONG[choice]}. {_DECIDED[choice]}"


def next_step(letter: Letter) -> str:
    """What happens now."""
    referral = letter.referral
    if referral.status is ReferralStatus.WITHDRAWN:
        return "None at our clinic."
    if letter.visit is not None:
        return "The visit below."
    if letter.decision is None:
        return "A clinician reviews the answers. We write again after the decision."
    if letter.decision.choice is Choice.NOT_FOR_THIS_CLINIC:
        return "Please take the care up again. We have told the patient."
    if letter.decision.choice is Choice.CANNOT_DECIDE_YET:
        return "We ask the patient, or your office, for what is missing."
    return f"The patient chooses a time. The visit should be by {us_date_long(referral.see_by)}."


def visit_line(letter: Letter) -> str:
    """When and where; empty without a visit."""
    visit = letter.visit
    if visit is None:
        return ""
    place = f"{visit.location.name}, {visit.location.address}"
    return f"{us_date_long(visit.start_at)}, {us_time(visit.start_at)} Central Time, {place}"


def advice(letter: Letter) -> str:
    """What the clinician wrote to the patient; it is advice for the office as well."""
    return (letter.decision.words_to_patient or "") if letter.decision else ""
