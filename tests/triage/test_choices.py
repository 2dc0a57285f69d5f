"""The choices that clinicians agree to: complete, and what they say of other slices is true."""

from dataclasses import fields, replace

from clinic.intake.questionnaire import current
from clinic.referrals.rules.booking import SEE_BY_DAYS
from clinic.safety.rules import BLOCKING_TIERS
from clinic.triage.rules import RuleSettings, open_choices, wording
from clinic.triage.rules.choices import FIXED, SETTINGS
from clinic.triage.rules.settings import BAND_EDGES_MONTHS

VALUES = {key: value for key, _, value, _ in FIXED}


def test_every_setting_is_a_choice_and_every_choice_has_its_own_name() -> None:
    keys = [one.key for one in open_choices(RuleSettings())]
    assert keys[: len(SETTINGS)] == [one.name for one in fields(RuleSettings)]
    assert len(keys) == len(set(keys)) == len(SETTINGS) + len(FIXED)
    assert all(one.decides and one.value and one.settles for one in open_choices(RuleSettings()))


def test_agreement_holds_for_a_value_whatever_words_are_around_it() -> None:
    one = open_choices(RuleSettings())[0]
    assert replace(one, decides="Other words", settles="?").digest == one.digest
    other = open_choices(RuleSettings(p1_min_weeks=5))
    assert [
        (a.key) for a, b in zip(other, open_choices(RuleSettings()), strict=True) if a.digest != b.digest
    ] == ["p1_min_weeks"]


def test_the_days_and_edges_are_those_that_are_used() -> None:
    same_day = ["same day by a call" for days in SEE_BY_DAYS.values() if days == 0]
    later = [f"{days} days" for days in SEE_BY_DAYS.values() if days]
    assert list(SEE_BY_DAYS) == [1, 2, 3, 4, 5]
    assert VALUES["see_by_days"].lower() == ", ".join([*same_day, *later])
    edges = [str(one) for one in BAND_EDGES_MONTHS]
    assert VALUES["band_edges"] == f"{wording.listed(edges, 'and')} months"


def test_the_tiers_are_those_that_block() -> None:
    assert VALUES["blocking_tiers"] == wording.listed(sorted(one.value for one in BLOCKING_TIERS), "and")


def test_not_being_sure_raises_the_flag() -> None:
    unsure = [
        choice
        for question in current().questions()
        if any(one.red_flag in ("RF-SUICIDE", "RF-VIOLENCE") for one in question.choices)
        for choice in question.choices
        if choice.code == "not_sure"
    ]
    assert len(unsure) == 2
    assert all(one.red_flag for one in unsure)
