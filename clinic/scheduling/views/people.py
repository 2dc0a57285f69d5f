"""Which clinicians the pages of setting up offer."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from clinic.accounts.queries import colleagues
from clinic.kernel.errors import NotFound
from clinic.scheduling.rules.setup import Kind, SetUp


def offered(besides: Iterable[UUID] = ()) -> dict[UUID, str]:
    """The active clinicians by name, and these, whoever they are."""
    also = set(besides)
    known = colleagues().items()
    return {key: one.full_name for key, one in known if one.takes_referrals or key in also}


def with_hours(stands: SetUp, today: date) -> dict[UUID, str]:
    """The active clinicians, and whoever still has weekly hours: somebody must be able to end them."""
    sessions = stands.of(Kind.SESSION).values()
    return offered(
        one["clinician_id"] for one in sessions if one["last_day"] is None or one["last_day"] >= today
    )


def clinician(stands: SetUp, clinician_id: UUID, today: date) -> str:
    """The name of one of them.

    Raises:
        NotFound: it is none of them.
    """
    name = with_hours(stands, today).get(clinician_id)
    if name is None:
        raise NotFound
    return name
