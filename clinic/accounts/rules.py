"""What each role may do, what a password must be, and which days somebody may be away."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission


class Role(StrEnum):
    """What a member of staff is; one person may hold several."""

    CLINICIAN = "clinician"
    FRONT_DESK = "front_desk"
    ADMIN = "admin"


_EVERYBODY = {Permission.STAFF_SELF}
_BOOKING = {
    Permission.DAY_VIEW,
    Permission.APPOINTMENT_BOOK,
    Permission.APPOINTMENT_CHANGE,
    Permission.APPOINTMENT_ARRIVE,
    Permission.APPOINTMENT_OVERRIDE,
    Permission.CALL_BACK_VIEW,
    Permission.CALL_BACK_PLACE,
}
# Admins run the house and have no clinical read: nothing of a referral, a flag or a patient's day.
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CLINICIAN: frozenset(
        _EVERYBODY
        | _BOOKING
        | {
            Permission.WORKLIST_VIEW,
            Permission.REFERRAL_VIEW,
            Permission.REFERRAL_DECIDE,
            Permission.REFERRAL_ASSIGN,
            Permission.REFERRAL_COMMENT,
            Permission.COVER_ENTER,
            Permission.RULES_VIEW,
            Permission.RULES_PROPOSE,
            Permission.RULES_APPROVE,
            Permission.RULES_SIGN,
            Permission.OVERRIDES_VIEW,
            Permission.SCHEDULE_VIEW,
            Permission.NUMBERS_VIEW,
            Permission.SAFETY_VIEW,
            Permission.SAFETY_RESOLVE,
        }
    ),
    Role.FRONT_DESK: frozenset(
        _EVERYBODY | _BOOKING | {Permission.CALLER_BOOK, Permission.MESSAGES_VIEW, Permission.MESSAGES_RETRY}
    ),
    Role.ADMIN: frozenset(
        _EVERYBODY
        | {
            Permission.STAFF_VIEW,
            Permission.AUDIT_VIEW,
            Permission.SETUP_CHANGE,
            Permission.NUMBERS_VIEW,
        }
    ),
}
ROLE_WORDS: Mapping[Role, str] = {
    Role.CLINICIAN: "Clinician",
    Role.FRONT_DESK: "Front desk",
    Role.ADMIN: "Admin",
}
# Where a member of staff lands after signing in: the first page of these that they may see.
LANDINGS: tuple[tuple[Permission, str], ...] = (
    (Permission.WORKLIST_VIEW, "referrals.worklist"),
    (Permission.DAY_VIEW, "frontdesk.today"),
    (Permission.STAFF_VIEW, "accounts.staff_list"),
)

# NIST SP 800-63B-4: a password that is the only factor has 15 characters or more; no composition rules.
PASSWORD_MIN, PASSWORD_MAX = 15, 128
DIFFERENT_CHARACTERS = 6
# A year that was mistyped would hand somebody's referrals over for decades.
COVER_AHEAD = timedelta(days=366)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What somebody with these roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def password_problem(password: str, own_words: Iterable[str]) -> str:
    """What is wrong with a new password, in words for its owner; empty when it will do.

    `own_words` are what a guesser would try first: the owner's name and address, the clinic's name.
    """
    if len(password) < PASSWORD_MIN:
        return f"Use {PASSWORD_MIN} characters or more. Four or five plain words are good"
    if len(password) > PASSWORD_MAX:
        return f"Use {PASSWORD_MAX} characters or fewer"
    if len(set(password.lower())) < DIFFERENT_CHARACTERS:
        return f"Use at least {DIFFERENT_CHARACTERS} different characters"
    rest = password.lower()
    for word in (word.lower() for word in own_words if len(word) > 3):
        rest = rest.replace(word, "")
    if len(rest) < PASSWORD_MIN // 2:
        return "Do not build the password from your name, your e-mail address or the clinic's name"
    return ""


def check_days_away(first: date, last: date, today: date) -> None:
    """Days away lie ahead, in order, and not too far.

    Raises:
        Invalid: they do not; `field` says which day.
    """
    if first < today:
        raise Invalid("The first day must be today or later", "first_day")
    if last < first:
        raise Invalid("The last day must not be before the first", "last_day")
    if last - today > COVER_AHEAD:
        raise Invalid("The last day must be within a year from today", "last_day")
