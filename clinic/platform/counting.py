"""Counting as far as anybody wants to know: above 1,000 the database stops."""

from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal_column, select

from clinic.kernel.wording import COUNT_CAP

# Literal: a page asks for a dozen counts, and each parameter costs as much as the counting.
_MOST: Any = literal_column(str(COUNT_CAP + 1))


def capped(chosen: Select[Any]) -> ScalarSelect[int]:
    """How many rows the select has, at most one more than the cap."""
    some = chosen.order_by(None).limit(_MOST).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
