"""Red flags, cards, call-back steps and targets, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.kernel.errors import Conflict
from clinic.kernel.permissions import Permission
from clinic.safety.presenters import ACTIONS, KINDS, OUTCOMES, STATES, TIERS
from clinic.safety.rules import (
    BLOCKING_TIERS,
    CALL_BACK,
    CLINICAL_KINDS,
    RED_FLAGS,
    CallBackAction,
    CallBackKind,
    CallBackState,
    Card,
    OpeningHours,
    Outcome,
    Tier,
    cards_for,
    needed_permission,
    opens_check_in,
    outcome_problem,
    outcomes_for,
    targets_for,
    tiers_by_code,
)

# The table of the clinical specification, typed a second time on purpose.
SPECIFIED = {
    Tier.T0: (
        "RF-STROKE RF-PE RF-COMPARTMENT RF-LIMB-ISCHEMIA RF-CES RF-SEPSIS RF-OVERDOSE RF-ALLERGY "
        "RF-PREG-EMERG"
    ),
    Tier.T0_S: "RF-SUICIDE-NOW RF-SUICIDE RF-VIOLENCE",
    Tier.T1: "RF-DVT RF-WOUND RF-WOUND-DEAD RF-IMPLANT RF-FRACTURE RF-WITHDRAWAL",
    Tier.T2: "RF-FASTPROG RF-SELFNEGLECT",
}
HOURS = OpeningHours(8, 17)


@pytest.mark.parametrize(("tier", "code"), [(t, c) for t, codes in SPECIFIED.items() for c in codes.split()])
def test_every_code_has_its_tier(tier: Tier, code: str) -> None:
    assert RED_FLAGS[code].tier is tier
    assert tiers_by_code([code]) == ({} if tier is Tier.T2 else {code: tier})


def test_there_is_no_other_stored_code() -> None:
    assert {entry.flag for entry in RED_FLAGS.values()} == set(" ".join(SPECIFIED.values()).split())


@pytest.mark.parametrize("code", ["RF-IMPLANT", "RF-WITHDRAWAL"])
def test_a_second_sign_makes_the_same_flag_graver(code: str) -> None:
    graver = next(entry.code for entry in RED_FLAGS.values() if entry.same_as == code)
    assert (
        tiers_by_code([graver])
        == tiers_by_code([code, graver])
        == tiers_by_code([graver, code])
        == {code: Tier.T0}
    )


def test_an_unknown_code_is_an_error_not_an_all_clear() -> None:
    with pytest.raises(KeyError):
        tiers_by_code(["RF-NEW"])


@pytest.mark.parametrize(
    ("codes", "cards"),
    [
        ([], ()),
        (["RF-FASTPROG", "RF-SELFNEGLECT"], ()),
        (["RF-CES"], (Card.CALL_911,)),
        (["RF-SUICIDE"], (Card.CALL_988, Card.CALL_911)),
        (["RF-DVT"], (Card.SEEN_TODAY,)),
        (["RF-DVT", "RF-CES"], (Card.CALL_911,)),
        (["RF-DVT", "RF-VIOLENCE"], (Card.CALL_988, Card.CALL_911, Card.SEEN_TODAY)),
        (["RF-SUICIDE-NOW", "RF-PE"], (Card.CALL_911, Card.CALL_988)),
    ],
)
def test_cards(codes: list[str], cards: tuple[Card, ...]) -> None:
    assert cards_for(codes) == cards


@pytest.mark.parametrize("code", [code for code, entry in RED_FLAGS.items() if entry.tier in BLOCKING_TIERS])
def test_every_blocking_code_alone_brings_a_card(code: str) -> None:
    assert cards_for([code])


def test_only_not_coping_asks_for_a_check_in() -> None:
    assert [code for code in RED_FLAGS if opens_check_in([code])] == ["RF-SELFNEGLECT"]


NEXT = {
    "open": {
        "acknowledge": "acknowledged",
        "attempt": "attempted",
        "contact": "contacted",
        "raise_again": "open",
    },
    "acknowledged": {
        "attempt": "attempted",
        "contact": "contacted",
        "resolve": "resolved",
        "raise_again": "open",
    },
    "attempted": {
        "attempt": "attempted",
        "contact": "contacted",
        "resolve": "resolved",
        "raise_again": "open",
    },
    "contacted": {
        "attempt": "contacted",
        "contact": "contacted",
        "resolve": "resolved",
        "raise_again": "open",
    },
    "resolved": {},
}


@pytest.mark.parametrize("state", CallBackState)
@pytest.mark.parametrize("action", CallBackAction)
def test_every_step_of_a_call_back(state: CallBackState, action: CallBackAction) -> None:
    expected = NEXT[state.value].get(action.value)
    if action is CallBackAction.LAPSE and state is not CallBackState.RESOLVED:
        expected = "resolved"
    if expected is None:
        with pytest.raises(Conflict):
            CALL_BACK.next(state, action)
    else:
        assert CALL_BACK.next(state, action).value == expected


@pytest.mark.parametrize("kind", CallBackKind)
@pytest.mark.parametrize("action", CallBackAction)
def test_who_may_do_a_step(kind: CallBackKind, action: CallBackAction) -> None:
    needed = needed_permission(kind, action)
    if kind not in CLINICAL_KINDS:
        assert needed is Permission.CALL_BACK_PLACE
    elif action is CallBackAction.RESOLVE:
        assert needed is Permission.SAFETY_RESOLVE
    else:
        assert needed is Permission.SAFETY_VIEW


@pytest.mark.parametrize(
    ("before", "outcome", "note", "may"),
    [
        ("safety contacted 0", "safe_to_wait", "Agreed.", True),
        ("safety contacted 0", "baseline", "Agreed.", True),
        ("safety contacted 0", "baseline", "  ", False),
        ("safety attempted 5", "safe_to_wait", "Agreed.", False),
        ("safety acknowledged 0", "entered_in_error", "Agreed.", False),
        ("safety attempted 2", "handed_over", "Letter.", False),
        ("safety attempted 3", "handed_over", "Letter.", True),
        ("safety contacted 1", "booked", "Agreed.", False),
        ("safety contacted 1", "no_longer_needed", "Agreed.", False),
        ("check_in acknowledged 0", "safe_to_wait", "Agreed.", False),
        ("choose_time acknowledged 0", "booked", "", True),
        ("choose_time attempted 1", "not_reached", "", True),
        ("choose_time contacted 1", "baseline", "", False),
        ("choose_time contacted 1", "no_longer_needed", "", False),
    ],
)
def test_how_a_call_back_may_end(before: str, outcome: str, note: str, may: bool) -> None:
    kind, state, attempts = before.split()
    problem = outcome_problem(CallBackKind(kind), CallBackState(state), int(attempts), Outcome(outcome), note)
    assert (problem is None) is may


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in December 2026 by the clock in Alabama (UTC-6)."""
    return datetime(2026, 12, day, minute=minute, tzinfo=UTC) + timedelta(hours=hour + 6)


@pytest.mark.parametrize(
    ("tier", "told", "acknowledge_by", "call_by"),
    [
        (Tier.T0_S, at(1, 9), at(1, 9, 15), at(1, 10)),
        (Tier.T0, at(1, 9), at(1, 9, 15), at(1, 10)),
        (Tier.T1, at(1, 9), at(1, 10), at(1, 17)),
        (Tier.T1, at(1, 16, 30), at(1, 17, 30), at(1, 17, 30)),
        (Tier.T0_S, at(1, 16, 59), at(1, 17, 14), at(1, 17, 59)),
        (Tier.T0_S, at(1, 17), at(2, 8, 15), at(2, 9)),
        (Tier.T0_S, at(1, 23, 30), at(2, 8, 15), at(2, 9)),
        (Tier.T0_S, at(2, 7, 59), at(2, 8, 15), at(2, 9)),
        (Tier.T0, at(4, 18), at(7, 8, 15), at(7, 9)),
        (Tier.T1, at(5, 10), at(7, 8, 15), at(7, 9)),
        (Tier.T1, at(6, 23), at(7, 8, 15), at(7, 9)),
    ],
)
def test_targets_of_safety(tier: Tier, told: datetime, acknowledge_by: datetime, call_by: datetime) -> None:
    targets = targets_for(CallBackKind.SAFETY, tier, told, HOURS)
    assert (targets.acknowledge_by, targets.call_by) == (acknowledge_by, call_by)


@pytest.mark.parametrize("kind", [kind for kind in CallBackKind if kind is not CallBackKind.SAFETY])
def test_targets_of_the_desk_are_business_days(kind: CallBackKind) -> None:
    friday = at(4, 12)
    days = {CallBackKind.POSSIBLE_DUPLICATE: 8, CallBackKind.FINISH_INTAKE: 8}
    assert targets_for(kind, None, friday, HOURS).call_by == at(days.get(kind, 7), 17)


def test_hours_until_midnight_and_over_the_change_of_clocks() -> None:
    late = OpeningHours(8, 24)
    assert late.is_open(at(1, 23, 59))
    # Clocks go forward on Sunday, March 14, 2027: Monday opens at 8 a.m. daylight time.
    friday = datetime(2027, 3, 12, 23, 30, tzinfo=UTC)
    assert HOURS.next_opening(friday) == datetime(2027, 3, 15, 13, 0, tzinfo=UTC)


def test_everything_has_a_word_for_staff() -> None:
    assert (set(KINDS), set(STATES), set(ACTIONS)) == (
        set(CallBackKind),
        set(CallBackState),
        set(CallBackAction),
    )
    assert (set(OUTCOMES), set(TIERS)) == (set(Outcome), set(Tier))
    assert all(outcome in OUTCOMES for kind in CallBackKind for outcome in outcomes_for(kind))
