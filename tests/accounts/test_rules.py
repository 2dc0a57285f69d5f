"""Roles and passwords."""

import pytest

from clinic.accounts.rules import (
    PASSWORD_MAX,
    ROLE_PERMISSIONS,
    ROLE_WORDS,
    Role,
    password_problem,
    permissions_of,
)
from clinic.kernel.permissions import Permission

CLINICAL = {
    Permission.WORKLIST_VIEW,
    Permission.REFERRAL_VIEW,
    Permission.REFERRAL_DECIDE,
    Permission.SAFETY_VIEW,
    Permission.SAFETY_RESOLVE,
    Permission.DAY_VIEW,
    Permission.CALL_BACK_VIEW,
}
OWN = ["ana.okafor@example.com", "ana", "okafor", "Ana", "Okafor", "Quiet", "River", "Clinic"]


def test_every_role_has_words_and_permissions() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role) == set(ROLE_WORDS)


def test_every_permission_is_held_by_somebody() -> None:
    assert permissions_of(Role) == set(Permission)


def test_an_admin_reads_nothing_clinical() -> None:
    assert not ROLE_PERMISSIONS[Role.ADMIN] & CLINICAL


def test_only_clinicians_decide_and_resolve() -> None:
    for permission in (Permission.REFERRAL_DECIDE, Permission.SAFETY_RESOLVE):
        assert [role for role in Role if permission in ROLE_PERMISSIONS[role]] == [Role.CLINICIAN]


def test_nobody_without_a_role_may_do_anything() -> None:
    assert permissions_of([]) == frozenset()


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("fourteen chars", "15 characters or more"),
        ("x" * (PASSWORD_MAX + 1), "128 characters or fewer"),
        ("ababababababababab", "6 different characters"),
        ("okafor-quiet-river", "your name"),
        ("Ana.Okafor@example.com", "your name"),
        ("heron under bridge", ""),
        ("a slow river bends twice here", ""),
        ("x" * (PASSWORD_MAX - 20) + " heron under bridge", ""),
    ],
)
def test_what_a_password_must_be(password: str, complaint: str) -> None:
    told = password_problem(password, OWN)
    assert (complaint in told) if complaint else (told == "")
