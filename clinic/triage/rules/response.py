"""How the person responded to treatment: the classes that the answers allow (triage rules, section 5.6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.triage.rules.codes import Trend
from clinic.triage.rules.facts import Facts
from clinic.triage.rules.settings import RuleSettings
from clinic.triage.rules.table import DECISION_TABLE
from clinic.triage.rules.trials import Counted

NO_CHANGE, MINIMAL = 4, 3
# RS7: what an unknown response is evaluated as.
EVERY_CLASS = ("good", "plateau", "none", "worse")


@dataclass(frozen=True, slots=True)
class Response:
    """The classes read. `treated` False: not applicable (RS1), and `classes` is ("none",).

    `unknown` (RS7): `classes` is ("unknown",). `source`: "overall", "treatments" or None. `rule`: RS2 or RS6.
    """

    classes: tuple[str, ...]
    treated: bool
    conflict: bool = False
    source: str | None = None
    rule: str = "RS2"

    @property
    def unknown(self) -> bool:
        """Is the class not known at all?"""
        return self.classes == ("unknown",)

    @property
    def surely_good(self) -> bool:
        """Is every class read good?"""
        return self.treated and self.classes == ("good",)

    @property
    def improving(self) -> bool:
        """Is every class read good or gradual?"""
        return self.treated and set(self.classes) <= {"good", "gradual"}

    @property
    def worse(self) -> bool:
        """Does the response read include worse (RS7 left aside)?"""
        return self.treated and "worse" in self.classes

    @property
    def possible(self) -> tuple[str, ...]:
        """The classes, an unknown one as each that it could be."""
        return EVERY_CLASS if self.unknown else self.classes


NOT_APPLICABLE = Response(classes=("none",), treated=False)


def own_pgic(counted: Counted, settings: RuleSettings) -> int | None:
    """A treatment's PGIC as it counts: short relief from a block is no change (RS3)."""
    given = counted.given
    if given.pgic is None or not counted.is_procedure or given.pgic > MINIMAL:
        return given.pgic
    if given.relief_weeks is None:
        return max(given.pgic, MINIMAL)
    return NO_CHANGE if given.relief_weeks < settings.block_relief_weeks else given.pgic


def _class_of(pgic: int, settings: RuleSettings) -> str:
    if pgic <= settings.adequate_pgic_max:
        return "good"
    if pgic <= MINIMAL:
        return "minimal"
    return "none" if pgic == NO_CHANGE else "worse"


def _from_treatments(scores: Iterable[int], settings: RuleSettings) -> str | None:
    classes = {_class_of(pgic, settings) for pgic in scores}
    return next((name for name in ("good", "minimal", "worse", "none") if name in classes), None)


def _opposed(overall: int, scores: list[int]) -> bool:
    """RS6: overall much improved while every treatment made it worse, or the reverse."""
    if not scores:
        return False
    return (overall <= 2 and min(scores) > NO_CHANGE) or (overall > NO_CHANGE and max(scores) <= 2)


def _row(name: str | None, source: str) -> str:
    """The row of the response table: the class, and where it was read when that matters."""
    if name is None:
        return "unknown"
    return f"{name}_{source}" if name in ("minimal", "none") else name


def read_response(
    facts: Facts, counted: tuple[Counted, ...], with_advanced: bool, settings: RuleSettings
) -> Response:
    """Read the response to the counted treatments (RS1 to RS6).

    The PGIC of an advanced treatment enters only when advanced treatment was received (`with_advanced`).
    """
    if not counted:
        return NOT_APPLICABLE
    scored = [one for one in counted if with_advanced or not one.is_advanced]
    scores = [pgic for one in scored if (pgic := own_pgic(one, settings)) is not None]
    overall = facts.overall_pgic
    if overall is not None and _opposed(overall, scores):
        return Response(("good", "worse"), treated=True, conflict=True, source="overall", rule="RS6")
    if overall is not None:
        name, source = _row(_class_of(overall, settings), "overall"), "overall"
    else:
        name, source = _row(_from_treatments(scores, settings), "treatments"), "treatments"
    trend = facts.trend
    if trend in (Trend.UNKNOWN, Trend.RELAPSED, Trend.REMISSION):
        trend = Trend.STABLE
    classes = DECISION_TABLE.responses[name, trend.value]
    return Response(
        classes=tuple(one for one in classes if one != "conflict"),
        treated=True,
        conflict="conflict" in classes,
        source=None if name == "unknown" else source,
    )
