"""Counting as far as anybody wants to know: above 1,000 the database stops."""

from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select

from clinic.kernel.wording import COUNT_CAP


def capped(chosen: Select[Any]) -> ScalarSelect[int]:
    """How many rows the select has, at most one more than the cap."""
    some = chosen.order_by(None).limit(COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
