"""Details of patients: what is accepted, what is refused, what is compared."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.kernel.errors import Invalid
from clinic.patients.rules import (
    birth_date_still_counts,
    check_birth_date,
    link_is_live,
    name_key,
    normal_phone,
)
from tests.patients.people import details

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("205-555-0142", "+12055550142"),
        ("(205) 555-0142", "+12055550142"),
        ("1 205 555 0142", "+12055550142"),
        ("+1.205.555.0142", "+12055550142"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_number_is_read_as_people_type_it(typed: str, stored: str) -> None:
    assert normal_phone(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "555-0142", "123-456-7890", "call me", "205-555-0142 ext 5", "\u202e205", "2" * 300]
)
def test_what_is_no_phone_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        details(phone=typed)
    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    "typed",
    [
        "hazel",
        "hazel@",
        "a b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com,b@example.com",
        "jos\u00e9@example.com",
        "a" * 10_000 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        details(email=typed)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first_name": "  "}, "first_name"),
        ({"last_name": ""}, "last_name"),
        ({"last_name": "x" * 101}, "last_name"),
        ({"city": "x" * 10_000}, "city"),
        ({"birth_date": date(1899, 12, 31)}, "birth_date"),
        ({"no_email": True}, "email"),
    ],
)
def test_bad_details_name_their_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        details(**given)
    assert refused.value.field == field


def test_an_address_has_one_form() -> None:
    assert details(email=" Hazel@EXAMPLE.com ").email == "Hazel@example.com"
    assert details(email="hazel@ex\u00e4mple.com").email == "hazel@xn--exmple-cua.com"


def test_spaces_are_tidied_and_empty_means_none() -> None:
    made = details(first_name="  Hazel   Ann ", preferred_name=" ", email=" ", no_email=True)
    assert (made.first_name, made.preferred_name, made.email) == ("Hazel Ann", None, None)


def test_nobody_is_born_tomorrow() -> None:
    check_birth_date(date(2026, 12, 1), date(2026, 12, 1))
    with pytest.raises(Invalid):
        check_birth_date(date(2026, 12, 2), date(2026, 12, 1))


@pytest.mark.parametrize("typed", ["O'Néal-Smith", "o’neal smith", "ONEALSMITH", "O'Ne\u0301al - Smith"])
def test_names_are_compared_without_case_accents_and_marks(typed: str) -> None:
    assert name_key(typed) == "onealsmith"


def test_different_names_stay_different() -> None:
    assert len({name_key(name) for name in ("Smith", "Smyth", "王", "李", "🙂")}) == 5


def test_changes_are_named_without_values() -> None:
    assert details(phone="334-555-0117", city="Opelika").changed_from(details()) == ["phone", "city"]


def test_a_link_ends_at_its_expiry_and_when_revoked() -> None:
    assert link_is_live(NOW + timedelta(seconds=1), None, NOW)
    assert not link_is_live(NOW, None, NOW)
    assert not link_is_live(NOW + timedelta(days=1), NOW - timedelta(days=1), NOW)


@pytest.mark.parametrize(
    ("confirmed", "used", "counts"),
    [(0, 0, True), (59, 1, True), (60, 1, False), (30, 19, True), (30, 20, False)],
)
def test_a_birth_date_counts_for_20_idle_minutes_and_60_in_all(
    confirmed: int, used: int, counts: bool
) -> None:
    at = NOW - timedelta(minutes=confirmed)
    assert birth_date_still_counts(at, NOW - timedelta(minutes=used), NOW) is counts
