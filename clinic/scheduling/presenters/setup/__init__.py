"""How setting up time reads: what is set up, a clinician's week, and what a change does."""

from clinic.scheduling.presenters.setup.differences import Block, blocks, names_around, steps_of, title
from clinic.scheduling.presenters.setup.history import ChangeCard, change_cards, way_back
from clinic.scheduling.presenters.setup.hits import HitVisit, visits
from clinic.scheduling.presenters.setup.lines import Names, facts, subject
from clinic.scheduling.presenters.setup.overview import (
    day_rows,
    holiday_line,
    place_cards,
    type_rows,
    way_lines,
)
from clinic.scheduling.presenters.setup.week import Week, week_lines, week_of

__all__ = [
    "Block",
    "ChangeCard",
    "HitVisit",
    "Names",
    "Week",
    "blocks",
    "change_cards",
    "day_rows",
    "facts",
    "holiday_line",
    "names_around",
    "place_cards",
    "steps_of",
    "subject",
    "title",
    "type_rows",
    "visits",
    "way_back",
    "way_lines",
    "week_lines",
    "week_of",
]
