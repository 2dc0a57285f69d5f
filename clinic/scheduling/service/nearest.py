"""A refused time names the nearest open ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from uuid import UUID

from clinic.scheduling import queries
from clinic.scheduling.rules import NotBookable, Wanted


@contextmanager
def naming_nearest(
    wanted: Wanted,
    patient_id: UUID,
    now: datetime,
    *,
    notice: bool,
    last_day: date | None = None,
    ignoring: UUID | None = None,
) -> Iterator[None]:
    """Let a refusal find its nearest open times.

    It looks when a page asks it, which is after the transactions around it and their locks are gone.
    """
    try:
        yield
    except NotBookable as lost:
        lost.look = partial(
            queries.nearest_times,
            wanted,
            now=now,
            patient_id=patient_id,
            with_notice=notice,
            last_day=last_day,
            ignoring=ignoring,
        )
        raise
