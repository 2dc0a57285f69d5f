"""Reading FACTS from JSON: strict about every key, word, number and date (triage rules, section 3)."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar, cast

from clinic.triage.rules.catalogue import CATALOGUE
from clinic.triage.rules.codes import (
    KETAMINE_CODES,
    RED_FLAG_CODES,
    Adherence,
    Answer,
    Basis,
    Diagnosis,
    Episode,
    FlagState,
    ImplantKind,
    KetamineAnswer,
    ListState,
    Precision,
    Status,
    StopReason,
    Tier,
    Trend,
    WeeksBand,
)
from clinic.triage.rules.facts import (
    SCHEMA_VERSION,
    DateAnswer,
    Facts,
    Implant,
    RedFlag,
    SymptomGroups,
    Treatment,
)

FIRST_YEAR, LAST_YEAR = 1880, 2199
MOST_WEEKS, MOST_MONTHS, MOST_ENTRIES = 5200.0, 1200.0, 500
Word = TypeVar("Word", bound=StrEnum)
Reader = Callable[[Any, str], Any]
_SHAPES = {
    Precision.DAY: r"\d{4}-\d\d-\d\d",
    Precision.BEFORE: r"\d{4}-\d\d-\d\d",
    Precision.MONTH: r"\d{4}-\d\d",
    Precision.YEAR: r"\d{4}",
}


class FactsError(ValueError):
    """The object is not FACTS; `path` names the field ("" for the whole)."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def _word(kind: type[Word], empty: Word | None) -> Reader:
    known = {member.value: member for member in kind}

    def read(value: Any, path: str) -> Any:
        if value is None:
            return empty
        if not isinstance(value, str) or value not in known:
            raise FactsError(path, f"must be one of {', '.join(known)}")
        return known[value]

    return read


def _number(most: float, whole: bool = False, least: int = 0) -> Reader:
    def read(value: Any, path: str) -> Any:
        if value is None:
            return None
        right = isinstance(value, int) if whole else isinstance(value, int | float)
        if not right or isinstance(value, bool) or not least <= value <= most:
            kind = "a whole number" if whole else "a number"
            raise FactsError(path, f"must be {kind} from {least} to {most:g}, or null")
        return value

    return read


def _code(known: Iterable[str], what: str) -> Reader:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, str) or value not in set(known):
            raise FactsError(path, f"is not {what}")
        return value

    return read


def _day(value: Any, path: str) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(_SHAPES[Precision.DAY], value, re.ASCII):
        raise FactsError(path, "must be a date, YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise FactsError(path, "is not a day of the calendar") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FactsError(path, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _object(value: Any, path: str, readers: Mapping[str, Reader]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FactsError(path, "must be an object")
    for key in value:
        if key not in readers:
            raise FactsError(_join(path, str(key)), "is not a known field")
    return {key: read(value.get(key), _join(path, key)) for key, read in readers.items()}


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _span(precision: Precision, value: str, path: str) -> tuple[date | None, date | None]:
    if not re.fullmatch(_SHAPES[precision], value, re.ASCII):
        raise FactsError(path, f"does not have the shape of a {precision}")
    if precision is Precision.YEAR:
        return _day(f"{value}-01-01", path), _day(f"{value}-12-31", path)
    if precision is Precision.MONTH:
        first = cast(date, _day(f"{value}-01", path))
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    day = _day(value, path)
    return (None if precision is Precision.BEFORE else day), day


def _text(value: Any, path: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise FactsError(path, "must be text or null")
    return value


_DATE: Mapping[str, Reader] = {
    "precision": _word(Precision, Precision.UNKNOWN),
    "value": _text,
    "earliest": _day,
    "latest": _day,
    "basis": _word(Basis, Basis.UNKNOWN),
}


def _date_answer(value: Any, path: str) -> DateAnswer:
    if value is None:
        return DateAnswer()
    found = _object(value, path, _DATE)
    precision, text = found["precision"], found["value"]
    limits = found["earliest"], found["latest"]
    if precision in (Precision.RANGE, Precision.UNKNOWN):
        if text is not None:
            raise FactsError(f"{path}.value", f"must be null with precision {precision}")
        if precision is Precision.RANGE and None in limits:
            raise FactsError(path, "a range needs earliest and latest")
        return DateAnswer(**found, first=limits[0], last=limits[1])
    if text is None:
        raise FactsError(f"{path}.value", f"is needed with precision {precision}")
    if limits != (None, None):
        raise FactsError(path, "earliest and latest belong to precision range")
    first, last = _span(precision, text, f"{path}.value")
    return DateAnswer(**found, first=first, last=last)


def _groups(value: Any, path: str) -> SymptomGroups:
    readers = dict.fromkeys(("sensory", "vasomotor", "sudomotor_edema", "motor_trophic"), _ANSWER)
    return SymptomGroups() if value is None else SymptomGroups(**_object(value, path, readers))


def _list_of(make: Callable[..., Any], readers: Mapping[str, Reader]) -> Reader:
    def read(value: Any, path: str) -> Any:
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            raise FactsError(path, f"must be a list of at most {MOST_ENTRIES}")
        return tuple(make(**_object(one, f"{path}[{index}]", readers)) for index, one in enumerate(value))

    return read


def _ketamine(value: Any, path: str) -> MappingProxyType[str, KetamineAnswer]:
    readers = {code: _word(KetamineAnswer, KetamineAnswer.NOT_ASKED) for code in KETAMINE_CODES}
    given = {} if value is None else value
    found = _object(given, path, readers)
    return MappingProxyType({code: found[code] for code in sorted(given)})


def _version(value: Any, path: str) -> str:
    if value != SCHEMA_VERSION:
        raise FactsError(path, f'must be "{SCHEMA_VERSION}"')
    return SCHEMA_VERSION


def _reference(value: Any, path: str) -> date:
    day = _day(value, path)
    if day is None:
        raise FactsError(path, "is needed")
    return day


_ANSWER = _word(Answer, Answer.UNKNOWN)
_PGIC = _number(7, whole=True, least=1)
_TREATMENT: Mapping[str, Reader] = {
    "slug": _code(CATALOGUE, "a treatment of the catalogue"),
    "status": _word(Status, Status.UNSURE),
    "weeks": _number(MOST_WEEKS),
    "weeks_band": _word(WeeksBand, WeeksBand.UNKNOWN),
    "procedures_count": _number(10_000, whole=True),
    "relief_weeks": _number(MOST_WEEKS),
    "stated_adequate": _ANSWER,
    "adherence": _word(Adherence, Adherence.UNKNOWN),
    "pgic": _PGIC,
    "stop_reason": _word(StopReason, None),
    "flare": _ANSWER,
    "for_crps": _ANSWER,
    "episode": _word(Episode, Episode.UNKNOWN),
}
_IMPLANT: Mapping[str, Reader] = {"kind": _word(ImplantKind, ImplantKind.OTHER), "for_crps": _ANSWER}
_RED_FLAG: Mapping[str, Reader] = {
    "code": _code(RED_FLAG_CODES, "a red flag"),
    "tier": _code([tier.value for tier in Tier], "a tier (T0, T0-S, T1, T2)"),
    "state": _word(FlagState, FlagState.OPEN),
}
_FACTS: Mapping[str, Reader] = {
    "schema_version": _version,
    "reference_date": _reference,
    "date_of_birth": _day,
    "diagnosis_status": _word(Diagnosis, Diagnosis.UNKNOWN),
    "symptom_groups": _groups,
    "onset": _date_answer,
    "overall_pgic": _PGIC,
    "trend": _word(Trend, Trend.UNKNOWN),
    "symptoms_now": _ANSWER,
    "symptom_free_months": _number(MOST_MONTHS),
    "current_episode_onset": _date_answer,
    "spread": _ANSWER,
    "nothing_tried": _ANSWER,
    "treatment_list": _word(ListState, ListState.UNKNOWN),
    "treatments": _list_of(Treatment, _TREATMENT),
    "implants": _list_of(Implant, _IMPLANT),
    "red_flags": _list_of(
        lambda code, tier, state: RedFlag(code=code, tier=Tier(tier), state=state), _RED_FLAG
    ),
    "ketamine_answers": _ketamine,
}


def parse_facts(source: object) -> Facts:
    """The facts of one JSON object; a missing key means unknown.

    Raises:
        FactsError: a key, word, number or date is not one that section 3 of the rules allows.
    """
    return Facts(**_object(source, "", _FACTS))
