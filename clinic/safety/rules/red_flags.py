"""The red-flag catalogue: codes, tiers, what is told, which card is shown, what blocks self-booking.

Source: clinical facts 5.2 and triage rules 9.4. Physical items are asked as "new or suddenly different in the
last few days"; suicide and safety items are not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """How fast a person must act."""

    T0 = "T0"  # call 911 now
    T0_S = "T0-S"  # call or text 988, or 911
    T1 = "T1"  # be seen today
    T2 = "T2"  # no flag: we call


class FlagState(StrEnum):
    """A flag is open until a clinician closes it; retracting the answer does not."""

    OPEN = "open"
    CLOSED = "closed"


class FlagSource(StrEnum):
    """Where the answer came from; all pass through the same table."""

    PATIENT = "patient"
    STAFF = "staff"
    LETTER = "letter"


class Card(StrEnum):
    """What the urgent page shows first, in the order given by `cards_for`."""

    CALL_911 = "call_911"
    CALL_988 = "call_988"
    SEEN_TODAY = "seen_today"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One entry. `code` is what a form's answer names, `flag` the code that is stored and triaged.

    They differ only where a second sign makes the same concern graver. `concern` is for clinical staff,
    `told` completes "You told us about ..." for the person.
    """

    code: str
    tier: Tier
    concern: str
    told: str
    same_as: str = ""

    @property
    def flag(self) -> str:
        """The stored code."""
        return self.same_as or self.code


_ENTRIES = (
    RedFlag("RF-STROKE", Tier.T0, "Stroke", "a sudden face droop, weak arm or trouble speaking"),
    RedFlag("RF-PE", Tier.T0, "Clot in the lung, or heart", "sudden trouble breathing or chest pain"),
    RedFlag("RF-COMPARTMENT", Tier.T0, "Compartment syndrome", "a tight, hard limb with fast-growing pain"),
    RedFlag("RF-LIMB-ISCHEMIA", Tier.T0, "Blocked artery of a limb", "a limb that is suddenly cold and numb"),
    RedFlag(
        "RF-CES", Tier.T0, "Cauda equina or cord compression", "new numbness between the legs, or weak legs"
    ),
    RedFlag("RF-SEPSIS", Tier.T0, "Spreading infection", "fever with a red, hot or draining area"),
    RedFlag("RF-OVERDOSE", Tier.T0, "Overdose or oversedation", "slow breathing or being hard to wake"),
    RedFlag("RF-ALLERGY", Tier.T0, "Anaphylaxis", "swelling of the face or throat after a medicine"),
    RedFlag("RF-PREG-EMERG", Tier.T0, "Pregnancy emergency", "heavy bleeding or a bad headache in pregnancy"),
    RedFlag("RF-SUICIDE-NOW", Tier.T0_S, "Suicide risk now", "thoughts of ending your life right now"),
    RedFlag("RF-SUICIDE", Tier.T0_S, "Suicidal thoughts", "thoughts of ending your life"),
    RedFlag("RF-VIOLENCE", Tier.T0_S, "Unsafe, or may harm others", "someone being in danger"),
    RedFlag("RF-DVT", Tier.T1, "Deep vein clot", "new swelling, warmth and pain in one limb"),
    RedFlag("RF-WOUND", Tier.T1, "Wound or open sore", "a new open sore or fluid from the skin"),
    RedFlag("RF-WOUND-DEAD", Tier.T1, "Dead tissue", "skin, a finger or a toe that has turned black"),
    RedFlag("RF-IMPLANT", Tier.T1, "Implant infection or failure", "a new problem with your implant"),
    RedFlag(
        "RF-IMPLANT-FEVER",
        Tier.T0,
        "Implant problem with fever or weakness",
        "fever or new weakness with your implant",
        same_as="RF-IMPLANT",
    ),
    RedFlag("RF-FRACTURE", Tier.T1, "New injury", "a new fall or injury"),
    RedFlag("RF-WITHDRAWAL", Tier.T1, "Sudden stop of a daily medicine", "a daily medicine that ran out"),
    RedFlag(
        "RF-WITHDRAWAL-PUMP",
        Tier.T0,
        "Baclofen pump stopped",
        "a medicine pump that stopped",
        same_as="RF-WITHDRAWAL",
    ),
    RedFlag("RF-FASTPROG", Tier.T2, "Fast worsening", "symptoms that spread fast"),
    RedFlag("RF-SELFNEGLECT", Tier.T2, "Cannot cope", "not being able to eat, sleep or care for yourself"),
)
RED_FLAGS = {entry.code: entry for entry in _ENTRIES}
# No clinic setting takes one of these away.
BLOCKING_TIERS = frozenset({Tier.T0, Tier.T0_S, Tier.T1})
_GRAVITY = (Tier.T2, Tier.T1, Tier.T0_S, Tier.T0)
# T2 raises no flag; this one asks for a staff call, the other only for priority (triage).
CHECK_IN_CODES = frozenset({"RF-SELFNEGLECT"})


def tiers_by_code(codes: Iterable[str]) -> dict[str, Tier]:
    """The flags to raise for a form's answers: stored code to its gravest tier; T2 raises none.

    Raises:
        KeyError: a code is not in the catalogue.
    """
    found: dict[str, Tier] = {}
    for entry in (RED_FLAGS[code] for code in codes):
        if entry.tier in BLOCKING_TIERS:
            found[entry.flag] = graver(entry.tier, found.get(entry.flag, entry.tier))
    return found


def opens_check_in(codes: Iterable[str]) -> bool:
    """Do the answers ask for a call by clinical staff although they raise no flag?"""
    return not CHECK_IN_CODES.isdisjoint(codes)


def graver(one: Tier, other: Tier) -> Tier:
    """The tier that asks for more haste."""
    return max(one, other, key=_GRAVITY.index)


def cards_for(codes: Iterable[str]) -> tuple[Card, ...]:
    """The cards of the urgent page, most important first; none when no answer blocks."""
    tiers = set(tiers_by_code(codes).values())
    if Tier.T0 in tiers:
        return (Card.CALL_911, Card.CALL_988) if Tier.T0_S in tiers else (Card.CALL_911,)
    today = (Card.SEEN_TODAY,) if Tier.T1 in tiers else ()
    return (Card.CALL_988, Card.CALL_911, *today) if Tier.T0_S in tiers else today
