"""The readings side by side: every cell looked up and the unknown answers it fills in (rules, section 10)."""

from collections.abc import Iterator

from clinic.triage.rules import wording
from clinic.triage.rules.case import NOTHING_TRIED, Case, Cell, Look
from clinic.triage.rules.outcome import ReadingLine


def _list_words(look: Look, case: Case) -> Iterator[str]:
    if case.two_lists:
        nothing = look.reading.number == NOTHING_TRIED
        yield "Nothing has been tried" if nothing else "The listed treatments are right"


def _time_words(look: Look, case: Case) -> Iterator[str]:
    timing = case.timing
    if timing is None or len(timing.core + timing.added) == 1 or look.band not in wording.BANDS:
        return
    months = wording.BANDS[look.band]
    if look.band in timing.added:
        yield f"Near an edge of time: {months}"
    elif len(timing.core) > 1:
        yield f"Time since first symptoms: {months}"


def _care_words(look: Look, cells: list[Cell]) -> Iterator[str]:
    ladder = look.ladder
    if len(ladder.care) > 1:
        yield f"Phase One care: {wording.CARE[cells[0].care]}"
    counts = sorted({cell.groups for cell in cells})
    if len(counts) <= ladder.groups_high - ladder.groups_low:
        yield f"Phase Two groups tried: {wording.listed(str(count) for count in counts)}"
    if len({cell.long for cell in look.cells}) > 1 and len({cell.long for cell in cells}) == 1:
        yield f"Phase Two care for several months: {'yes' if cells[0].long else 'no'}"


def _response_words(look: Look, cell: Cell) -> Iterator[str]:
    response, words = look.reading.response, wording.RESPONSES[cell.response]
    if response.conflict:
        yield f"Of two answers about the response: {words}"
    elif look.response_missing or len(response.classes) > 1:
        yield f"Response: {words}"


def _assumes(look: Look, cells: list[Cell], case: Case) -> Iterator[str]:
    yield from _list_words(look, case)
    yield from _time_words(look, case)
    if not look.reading.advanced:
        if not look.row_u:
            yield from _care_words(look, cells)
        yield from _response_words(look, cells[0])


def reading_lines(case: Case) -> Iterator[ReadingLine]:
    """Every cell once, in the fixed order of reading, band, care, response, groups and length."""
    for look in case.looks:
        merged: dict[tuple[str, str, str], list[Cell]] = {}
        for cell in look.cells:
            merged.setdefault((cell.care, cell.row, cell.response), []).append(cell)
        for (_, row, response), cells in merged.items():
            phases = tuple(sorted(cells[0].phases | cells[-1].phases))
            yield ReadingLine(look.band, row, response, phases, tuple(_assumes(look, cells, case)))
