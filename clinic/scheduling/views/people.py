"""Which clinicians the pages of setting up offer."""

from collections.abc import Iterable
from uuid import UUID

from clinic.accounts.queries import colleagues
from clinic.kernel.errors import NotFound


def offered(besides: Iterable[UUID] = ()) -> dict[UUID, str]:
    """The active clinicians by name, and these, whoever they are."""
    also = set(besides)
    known = colleagues().items()
    return {key: one.full_name for key, one in known if one.takes_referrals or key in also}


def clinician(clinician_id: UUID) -> str:
    """The name of an active clinician.

    Raises:
        NotFound: nobody has this id, or it is no clinician's.
    """
    name = offered().get(clinician_id)
    if name is None:
        raise NotFound
    return name
