"""Visit types: their terms, and which one is booked when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from clinic.kernel.errors import NotFound
from clinic.platform.reading import run
from clinic.scheduling.models import VisitType
from clinic.scheduling.rules import CELL_MINUTES, Demand, Window, cells_in, first_cell_from


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """A visit type as pickers and bookings need it; minutes throughout."""

    id: UUID
    slug: str
    name: str
    minutes: int
    before_minutes: int
    after_minutes: int
    step_minutes: int
    notice_minutes: int
    phases: tuple[int, ...]
    before_decision: bool
    self_bookable: bool
    # Days ahead by priority ("1" to "5").
    window_days: Mapping[str, int]
    offered: bool

    def demand(self, window: Window, now: datetime) -> Demand:
        """The same in cells, for starts inside the window."""
        return Demand(
            length=cells_in(self.minutes),
            before=cells_in(self.before_minutes),
            after=cells_in(self.after_minutes),
            step=self.step_minutes // CELL_MINUTES,
            earliest=first_cell_from(window.first),
            latest=first_cell_from(window.end),
            now=first_cell_from(now),
        )


TERMS: tuple[Any, ...] = (
    VisitType.id,
    VisitType.slug,
    VisitType.name,
    VisitType.minutes,
    VisitType.before_minutes,
    VisitType.after_minutes,
    VisitType.step_minutes,
    VisitType.notice_minutes,
    VisitType.phases,
    VisitType.before_decision,
    VisitType.self_bookable,
    VisitType.window_days,
    VisitType.offered,
)


_ONE = select(*TERMS).where(VisitType.id == bindparam("visit_type_id"))
_ALL = select(*TERMS).order_by(VisitType.position, VisitType.slug)


def visit_types() -> tuple[VisitTerms, ...]:
    """All visit types in the clinic's order."""
    return _read(_ALL)


def visit_terms(visit_type_id: UUID) -> VisitTerms:
    """One visit type.

    Raises:
        NotFound: no such visit type.
    """
    found = _read(_ONE, visit_type_id=visit_type_id)
    if not found:
        raise NotFound
    return found[0]


def visit_type_for(phase: int | None) -> VisitTerms:
    """What is booked for a confirmed phase (1 to 3), or before any decision (None).

    Raises:
        NotFound: the clinic has no such visit type.
    """
    found = visit_type_among(visit_types(), phase)
    if found is None:
        raise NotFound("We have no visits to choose from right now. Please call us.")
    return found


def visit_type_among(types: Iterable[VisitTerms], phase: int | None) -> VisitTerms | None:
    """The same, of types that were read before; None when there is no such type."""
    for terms in types:
        if terms.self_bookable and (terms.before_decision if phase is None else phase in terms.phases):
            return terms
    return None


def _read(chosen: Select[*tuple[Any, ...]], **given: UUID) -> tuple[VisitTerms, ...]:
    return tuple(terms_of(row) for row in run(chosen, given).mappings())


def terms_of(row: Mapping[Any, Any]) -> VisitTerms:
    """The terms in a row that has their columns."""
    given = {column.key: row[column.key] for column in TERMS}
    return VisitTerms(**(given | {"phases": tuple(given["phases"])}))
