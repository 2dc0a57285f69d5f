"""Words for reasons, readings and flips: answers quoted, dates in full, no names."""

from collections.abc import Iterable
from datetime import date

from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.codes import Answer
from clinic.triage.rules.trials import Counted, Trial

PHASES = {1: "One", 2: "Two", 3: "Three"}
BANDS = {
    "A": "under 3 months",
    "B": "3 to under 6 months",
    "C": "6 to under 12 months",
    "D": "12 months or more",
    "unknown": "onset unknown",
}
ROWS = {
    "Z": "no Phase One care",
    "H0": "half of Phase One care",
    "H1": "half of Phase One care, some Phase Two care",
    "F0b": "Phase One care, for 4 to under 6 weeks",
    "F0": "full Phase One care",
    "F1": "full Phase One care, some Phase Two care",
    "FC": "comprehensive care",
    "U": "treatment not known",
    "X0": "advanced treatment without conservative care",
    "X1": "advanced treatment",
}
RESPONSES = {
    "good": "much improved",
    "gradual": "a gradual gain",
    "plateau": "a small gain that has leveled off",
    "none": "no change",
    "worse": "worse",
    "unknown": "response not known",
    "not_applicable": "not treated",
    "not_used": "response not used",
}
PGIC = {
    1: "very much improved",
    2: "much improved",
    3: "minimally improved",
    4: "no change",
    5: "minimally worse",
    6: "much worse",
    7: "very much worse",
}
ANSWERS = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "not known"}
CARE = {"zero": "not tried long enough", "half": "one part tried long enough", "full": "tried long enough"}
NO_FLIP = "No single answer changes this."
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def name(slug: str) -> str:
    """The short name of a treatment."""
    return CATALOGUE[slug].name


def pgic(value: int | None) -> str:
    """An answer about change, quoted: no change (4)."""
    return "not known" if value is None else f"{PGIC[value]} ({value})"


def day(value: date) -> str:
    """A date as people read it: 20 June 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def phases(found: Iterable[int]) -> str:
    """Phases in words: Two or Three."""
    return listed(PHASES[phase] for phase in sorted(found)) or "no phase"


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words in a row, with "or" before the last."""
    found = list(dict.fromkeys(words))
    return f" {last} ".join(filter(None, (", ".join(found[:-1]), found[-1]))) if found else ""


def weeks(value: float | None) -> str:
    """A length in weeks as it was given."""
    if value is None:
        return "length not known"
    return f"{value:g} {'week' if value == 1 else 'weeks'}"


def treatment(counted: Counted) -> str:
    """A treatment and its length: Gabapentin 25 weeks."""
    given = counted.given
    if given.length is None or counted.is_procedure:
        return counted.item.name
    if given.weeks is not None:
        return f"{counted.item.name} {weeks(given.length)}"
    # A ticked band is known by its lower end; the lowest one begins with nothing.
    told = f"{weeks(given.length)} or more" if given.length else "under 4 weeks"
    return f"{counted.item.name} {told}"


_VERDICTS = {
    "AT1": "it is not sure that it was tried",
    "AT2": "it set off flares and did not go on long enough after them",
    "AT3": "stopped early because it was not tolerated: counts as tried, for a short time",
    "AT4": "the letter says it was not a full trial",
    "AT5": "symptoms began too recently for a full trial",
    "AT7": "shorter than a full trial",
    "AT8": "done rarely: not known whether it was a full trial",
}


def trial(judged: Trial) -> str:
    """What the length of a treatment says."""
    name, rule = treatment(judged.counted), judged.rule
    if rule == "AT6":
        stated = judged.adequate is Answer.YES
        return f"{name}, length not known" + (": the letter says a full trial." if stated else ".")
    if judged.counted.is_procedure and rule == "AT9":
        return f"{name}: done."
    return f"{name}: {_VERDICTS.get(rule, 'tried long enough')}."
