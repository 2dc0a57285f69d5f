"""Why: one reason for each rule that fired or excluded a phase (rules, section 10)."""

from collections.abc import Iterator

from clinic.triage.rules import paths, wording
from clinic.triage.rules.case import Case, Cell, Look
from clinic.triage.rules.codes import Answer, Diagnosis
from clinic.triage.rules.outcome import Reason
from clinic.triage.rules.reasons_care import cared, responded
from clinic.triage.rules.reasons_checks import checked, dated, side


def _early(row: str, response: str) -> str:
    if row in ("Z", "H0", "H1"):
        return "PD4" if response == "worse" else "PD2"
    return "PD3" if row == "F0b" and response == "none" else "PD2"


def _comprehensive(band: str, response: str) -> str:
    if response in ("gradual", "plateau"):
        return "PD11"
    return {"B": "PD5", "C": "PD6"}.get(band, "PD10") if response == "good" else _failed(band)


def _failed(band: str) -> str:
    return "PD8" if band == "D" else "PD7"


def _late(row: str, response: str) -> str:
    if response == "good" and row != "Z":
        return "PD10"
    if row == "F1":
        return "PD11" if response in ("gradual", "plateau") else "PD9"
    return "PD8"


def rule_of(band: str, row: str, response: str) -> str:
    """The rule behind a cell of section 8."""
    if row == "U":
        return "TL3"
    if row in ("X0", "X1"):
        return "PD14" if band == "unknown" else "PD12" if row == "X0" and band != "D" else "TL9"
    if band == "A":
        return _early(row, response)
    if row == "FC":
        return _comprehensive(band, response)
    return _late(row, response) if band == "D" else {"B": "PD5", "C": "PD6"}[band]


def _cell_paths(case: Case, look: Look) -> tuple[str, ...]:
    if look.reading.advanced or not look.reading.treated:
        return (*paths.onset(case), "treatment_list")
    return (*paths.response(case), *paths.onset(case))


def _looked_up(case: Case) -> Iterator[Reason]:
    """One reason for every row and set of phases in a band, with the responses that lead there."""
    for look in case.looks:
        merged: dict[tuple[str, str, tuple[int, ...]], list[Cell]] = {}
        for cell in look.cells:
            key = rule_of(look.band, cell.row, cell.response), cell.row, tuple(sorted(cell.phases))
            merged.setdefault(key, []).append(cell)
        for (rule, row, phases), cells in merged.items():
            where = f"{wording.BANDS[look.band]}, {wording.ROWS[row]}"
            words = wording.listed(wording.RESPONSES[cell.response] for cell in cells)
            used = "" if look.reading.advanced else f", {words}" if look.reading.treated else ", not treated"
            text = f"{where}{used}: {wording.phases(phases)}."
            yield Reason(rule, text[0].upper() + text[1:], _cell_paths(case, look))


def _eased(case: Case) -> Iterator[Reason]:
    flared = [
        one.path("flare")
        for reading in case.readings
        for one in reading.counted
        if one.given.flare is Answer.YES
    ]
    little = any(cell.row in ("Z", "H0", "H1") for look in case.looks for cell in look.cells)
    if flared and little and any(reading.response.worse for reading in case.readings):
        text = "Rehabilitation set off flares, so getting worse on it does not count as more than no change."
        yield Reason("PD4", text, tuple(flared))


def _joined(case: Case) -> Iterator[Reason]:
    """How the readings were joined, and what the diagnosis or PD15 made of it."""
    if len({cell.phases for look in case.looks for cell in look.cells}) > 1:
        text = f"The readings together: {wording.phases(case.joined)}."
        yield Reason("PD1", text, ("treatment_list", *paths.onset(case)))
    stopped = case.stop.rule if case.stop else ""
    if stopped == "PD13":
        text = "The onset and the treatments are not known well enough: no phase is stated."
        yield Reason("PD13", text, (*paths.onset(case), "treatment_list"))
    if stopped == "PD15":
        text = "The answers do not separate the phases: no phase is stated."
        yield Reason("PD15", text, ("treatment_list", *paths.response(case), *paths.onset(case)))
    if case.looks and not case.stop and case.phases != case.joined:
        undiagnosed = case.facts.diagnosis_status is Diagnosis.NOT_DIAGNOSED
        word = "Not diagnosed" if undiagnosed else "The diagnosis is not confirmed"
        text = f"{word}, so {wording.phases(case.joined)} becomes {wording.phases(case.phases)}."
        yield Reason("PD16", text, ("diagnosis_status",))


def reasons_of(case: Case) -> tuple[Reason, ...]:
    """Every reason once, in the order in which the rules are evaluated."""
    parts = (side, checked, dated, cared, responded, _eased, _looked_up, _joined)
    return tuple(dict.fromkeys(reason for part in parts for reason in part(case)))
