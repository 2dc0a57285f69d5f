"""What clinicians see of a referral wherever it stands: top reasons, the visit, how long it waits."""

from collections.abc import Iterable
from datetime import date, timedelta

from clinic.kernel.wording import us_date_short
from clinic.referrals.presenters.words import CALLER_WORDS
from clinic.referrals.queries import ReferralRow
from clinic.referrals.rules import ReferralSource, headline
from clinic.safety.rules import RED_FLAGS
from clinic.scheduling.queries import AppointmentCard
from clinic.scheduling.rules import State


def top_reasons(referral: ReferralRow, red_flags: Iterable[str]) -> tuple[str, str]:
    """The main reason and the next one; an open red flag comes first. `red_flags` are the codes of these."""
    told = [RED_FLAGS[code].concern for code in red_flags]
    if referral.source is ReferralSource.PHONE and referral.caller_reason:
        told.append(f"By phone: {CALLER_WORDS[referral.caller_reason].lower()}")
    told += headline(
        months=referral.months,
        details=referral.details,
        flags=referral.flags,
        no_phase_reason=referral.no_phase_reason,
    )
    told = [words for words in told if words]
    return told[0] if told else "Nothing stands out", told[1] if len(told) > 1 else ""


def visit_words(visit: AppointmentCard | None) -> str:
    """The coming visit in a few words."""
    if visit is None:
        return "No visit yet"
    verb = "Asked for" if visit.state is State.REQUESTED else "Visit"
    return f"{verb} {us_date_short(visit.start_at)}, {visit.location.name}"


def waiting(since: timedelta) -> str:
    """How long: "3 h", "1 d 13 h", "6 d"."""
    hours = int(since.total_seconds() // 3600)
    days, rest = divmod(hours, 24)
    if not days:
        return f"{hours} h" if hours else "under 1 h"
    return f"{days} d {rest} h" if days < 3 and rest else f"{days} d"


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
