"""When a page or question applies: a small three-valued expression over earlier answers, kept as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from clinic.intake.rules.values import HonestDate, Value


class Truth(Enum):
    """Unknown is neither yes nor no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class NotAsked(Enum):
    """Stands for an answer that does not exist, apart from None: asked and left empty."""

    NOT_ASKED = "not asked"


Lookup = Callable[[str], Value | NotAsked | None]


@dataclass(frozen=True)
class Equals:
    """The answer is one of these codes. For an honest date the code is how exactly it is known."""

    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Includes:
    """The ticked set holds at least one of these codes."""

    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """The question was asked and not left empty. Never unknown."""

    question: str


@dataclass(frozen=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


Condition = Equals | Includes | Answered | Not | AllOf | AnyOf


class ConditionError(ValueError):
    """The declared expression cannot be read."""


def truth(condition: Condition | None, look_up: Lookup) -> Truth:
    """Evaluate; no condition always holds."""
    match condition:
        case None:
            return Truth.YES
        case Answered(question):
            return _truth_of(look_up(question) not in (None, NotAsked.NOT_ASKED))
        case Equals(question, codes) | Includes(question, codes):
            return _matches(look_up(question), codes)
        case Not(part):
            return _OPPOSITE[truth(part, look_up)]
        case AllOf(parts):
            return _combine([truth(part, look_up) for part in parts], decisive=Truth.NO)
        case AnyOf(parts):
            return _combine([truth(part, look_up) for part in parts], decisive=Truth.YES)


def questions_in(condition: Condition | None) -> frozenset[str]:
    """Name every question that the condition looks at."""
    match condition:
        case None:
            return frozenset()
        case Answered(question) | Equals(question, _) | Includes(question, _):
            return frozenset({question})
        case Not(part):
            return questions_in(part)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(questions_in(part) for part in parts))


def codes_in(condition: Condition | None) -> tuple[tuple[str, str], ...]:
    """List every (question, code) pair that the condition compares with."""
    match condition:
        case Equals(question, codes) | Includes(question, codes):
            return tuple((question, code) for code in codes)
        case Not(part):
            return codes_in(part)
        case AllOf(parts) | AnyOf(parts):
            return tuple(pair for part in parts for pair in codes_in(part))
        case _:
            return ()


def read_condition(declared: object) -> Condition | None:
    """Read `{ equals = ["question", "code", ...] }` and its kin; ConditionError if it is something else."""
    if declared is None:
        return None
    if not isinstance(declared, Mapping) or len(declared) != 1:
        raise ConditionError(f"expected one operator, got {declared!r}")
    [(operator, operand)] = declared.items()
    if operator == "not":
        return Not(_part(operand))
    if operator == "answered" and isinstance(operand, str):
        return Answered(operand)
    if not isinstance(operand, list) or not operand:
        raise ConditionError(f"{operator!r} needs a list")
    if operator in _COMBINED:
        return _COMBINED[operator](tuple(_part(part) for part in operand))
    if operator in _COMPARED and len(operand) > 1 and all(isinstance(item, str) for item in operand):
        return _COMPARED[operator](operand[0], tuple(operand[1:]))
    raise ConditionError(f"cannot read {declared!r}")


_OPPOSITE = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}
_COMBINED: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": AllOf, "any": AnyOf}
_COMPARED: Mapping[str, Callable[[str, tuple[str, ...]], Condition]] = {
    "equals": Equals,
    "includes": Includes,
}


def _part(declared: object) -> Condition:
    part = read_condition(declared)
    if part is None:
        raise ConditionError("an empty part")
    return part


def _matches(value: Value | NotAsked | None, codes: tuple[str, ...]) -> Truth:
    match value:
        case None | NotAsked():
            return Truth.UNKNOWN
        case HonestDate(way=way):
            return _truth_of(way.value in codes)
        case tuple():
            return _truth_of(bool(set(value) & set(codes)))
        case _:
            return _truth_of(str(value) in codes)


def _combine(parts: list[Truth], decisive: Truth) -> Truth:
    if decisive in parts:
        return decisive
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else _OPPOSITE[decisive]


def _truth_of(holds: bool) -> Truth:
    return Truth.YES if holds else Truth.NO
