"""Keeping the table of cells small: days that are over own none."""

from datetime import datetime, time

from sqlalchemy import delete

from clinic.kernel.clock import CENTRAL, central_date
from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling.models import OccupiedCell
from clinic.scheduling.rules import cell_at, first_instant


@transaction()
def sweep_cells(now: datetime) -> None:
    """Drop the cells of days before today; nothing can be booked there any more."""
    today = cell_at(first_instant(central_date(now), time(0), CENTRAL))
    db.session.execute(delete(OccupiedCell).where(OccupiedCell.cell < today))
