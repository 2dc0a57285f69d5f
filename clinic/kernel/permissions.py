"""What may be done, by name, and who is asking."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from clinic.kernel.errors import NotAllowed


class Permission(StrEnum):
    """`thing:part:verb`; the roles that hold each are in accounts/rules.py."""

    WORKLIST_VIEW = "worklist:list:view"
    REFERRAL_VIEW = "referral:record:view"
    REFERRAL_DECIDE = "referral:decision:make"
    REFERRAL_ASSIGN = "referral:assignee:change"
    REFERRAL_COMMENT = "referral:comment:write"
    RULES_VIEW = "triage:rules:view"
    RULES_PROPOSE = "triage:rules:propose"
    RULES_APPROVE = "triage:rules:approve"
    RULES_SIGN = "triage:rules:sign"
    OVERRIDES_VIEW = "triage:overrides:view"
    SAFETY_VIEW = "safety:flag:view"
    SAFETY_RESOLVE = "safety:flag:resolve"
    DAY_VIEW = "appointment:day:view"
    SCHEDULE_VIEW = "appointment:own:view"
    APPOINTMENT_BOOK = "appointment:slot:book"
    APPOINTMENT_CHANGE = "appointment:slot:change"
    APPOINTMENT_ARRIVE = "appointment:arrival:record"
    APPOINTMENT_OVERRIDE = "appointment:rule:override"
    SETUP_CHANGE = "schedule:setup:change"
    NUMBERS_VIEW = "schedule:numbers:view"
    CALLER_BOOK = "patient:caller:book"
    CALL_BACK_VIEW = "callback:list:view"
    CALL_BACK_PLACE = "callback:call:place"
    MESSAGES_VIEW = "message:ledger:view"
    MESSAGES_RETRY = "message:ledger:retry"
    AUDIT_VIEW = "audit:log:view"
    STAFF_VIEW = "staff:list:view"
    STAFF_SELF = "staff:self:change"
    COVER_ENTER = "staff:cover:enter"


class ActorKind(StrEnum):
    """Who acts, coarsely; written into every audit event."""

    STAFF = "staff"
    PATIENT = "patient"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. `label` is for staff screens (a staff name or a role word), never a patient's name."""

    kind: ActorKind
    id: UUID | None
    label: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    role: str = ""

    @classmethod
    def anonymous(cls) -> "Actor":
        """A visitor about whom nothing is known."""
        return cls(ActorKind.ANONYMOUS, None, "visitor")

    @classmethod
    def system(cls) -> "Actor":
        """The worker, a command, a sweep."""
        return cls(ActorKind.SYSTEM, None, "system")

    @classmethod
    def patient(cls, patient_id: UUID) -> "Actor":
        """A patient known by the session that began the intake or by a private link."""
        return cls(ActorKind.PATIENT, patient_id, "patient")

    def may(self, permission: Permission) -> bool:
        """Does the actor hold the permission?"""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed unless the actor holds the permission."""
        if not self.may(permission):
            raise NotAllowed
