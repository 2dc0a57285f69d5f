"""What the pages of the rules may send: settings with their limits, agreement, a decision about a draft."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from clinic.platform.forms import (
    CheckboxesField,
    Choice,
    HiddenField,
    HouseForm,
    LongTextField,
    RadiosField,
    SelectField,
    WholeNumberField,
)
from clinic.triage.rules import CATALOGUE, RuleSettings
from clinic.triage.rules.choices import GROUPS, SETTINGS, UNITS, group
from clinic.triage.rules.settings import LIMITS
from clinic.triage.rules.versions import WHY_AT_MOST

EXTRAS = 8  # treatments with a meaning of the clinic's own
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
MAYBE = tuple(
    Choice(slug, item.name)
    for slug, item in CATALOGUE.items()
    if item.category.startswith("medicine") and "p1_medicine" not in item.counts_for
)
UNNAMED = (
    Choice("", "None"),
    *(Choice(slug, item.name) for slug, item in CATALOGUE.items() if not item.in_article),
)
COUNTS_FOR = (
    Choice("", "Does not count"),
    *(Choice(f"{name}{sure}", group(f"{name}{sure}").capitalize()) for name in GROUPS for sure in ("", "?")),
)
_IN_ORDER = ("p1_min_weeks", "p1_firm_weeks", "p2_min_weeks")


def _number(name: str) -> Any:  # bound when its form is made
    (least, most), (decides, settles) = LIMITS[name], SETTINGS[name]
    unit = UNITS.get(name.rsplit("_", 1)[-1], "")
    hint = f"{' '.join(filter(None, (f'{least} to {most}', unit)))}. {settles}"
    return WholeNumberField(
        decides,
        required=f"{decides}: enter a number from {least} to {most}",
        minimum=least,
        maximum=most,
        hint=hint,
        width="3",
    )


def _yes_or_no(name: str) -> Any:  # bound when its form is made
    decides, settles = SETTINGS[name]
    return RadiosField(
        decides, required=f"{decides}: choose yes or no", choices=YES_NO, appearance="seg", hint=settles
    )


class SettingsForm(HouseForm):
    """Every setting, and why it should be so."""

    p1_min_weeks = _number("p1_min_weeks")
    p1_firm_weeks = _number("p1_firm_weeks")
    p2_min_weeks = _number("p2_min_weeks")
    p2_groups_min = _number("p2_groups_min")
    groups_for_three = _number("groups_for_three")
    p1_needs_both = _yes_or_no("p1_needs_both")
    adequate_pgic_max = _number("adequate_pgic_max")
    edge_days = _number("edge_days")
    recurrence_gap_months = _number("recurrence_gap_months")
    overrun_weeks = _number("overrun_weeks")
    block_relief_weeks = _number("block_relief_weeks")
    not_diagnosed_min_groups = _number("not_diagnosed_min_groups")
    count_acetaminophen = _yes_or_no("count_acetaminophen")
    adult_age = _number("adult_age")
    max_flips = _number("max_flips")
    p1_medicine_maybe = CheckboxesField(
        SETTINGS["p1_medicine_maybe"][0], choices=MAYBE, hint=SETTINGS["p1_medicine_maybe"][1]
    )
    why = LongTextField(
        "Why",
        required="Say why, in a sentence or two",
        limit=WHY_AT_MOST,
        hint="For the clinician who looks at it next, and for whoever reads it in years. Name no patient.",
    )

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """The fields of the treatments with a meaning of the clinic's own, two and two."""
        for place in range(1, EXTRAS + 1):
            yield self[f"extra_{place}"], self[f"counts_{place}"]

    def settings(self) -> RuleSettings | None:
        """The settings as typed; None with words beside the fields where they do not go together."""
        whole = [self._check_pair(treatment, counts) for treatment, counts in self.pairs()]
        if not (self._check_order() and all(whole)):
            return None
        numbers = {name: self[name].data for name in LIMITS}
        return RuleSettings(
            **numbers,
            p1_needs_both=self.p1_needs_both.data == "yes",
            count_acetaminophen=self.count_acetaminophen.data == "yes",
            p1_medicine_maybe=tuple(self.p1_medicine_maybe.data),
            extra_counts=tuple((one.data, counts.data) for one, counts in self.pairs() if one.data),
        )

    def _check_order(self) -> bool:
        fine = True
        for before, name in pairwise(_IN_ORDER):
            if self[before].data > self[name].data:
                least = f"{self[before].data} or more: “{SETTINGS[before][0]}” is {self[before].data} weeks"
                self.add_error(name, f"Enter {least}")
                fine = False
        return fine

    def _check_pair(self, treatment: Any, counts: Any) -> bool:
        if bool(treatment.data) == bool(counts.data):
            return True
        if treatment.data:
            self.add_error(counts.name, "Choose what it counts for, or take the treatment out")
        else:
            self.add_error(treatment.name, "Choose the treatment, or “Does not count”")
        return False


for _place in range(1, EXTRAS + 1):
    setattr(SettingsForm, f"extra_{_place}", SelectField(f"Treatment {_place}", choices=UNNAMED))
    setattr(SettingsForm, f"counts_{_place}", SelectField(f"Counts for {_place}", choices=COUNTS_FOR))


def typed(settings: RuleSettings) -> dict[str, Any]:
    """Settings as the form shows them."""
    plain = settings.as_json()
    shown = {
        name: ("yes" if value else "no") if isinstance(value, bool) else value
        for name, value in plain.items()
    }
    for place, (slug, counts) in enumerate(plain["extra_counts"][:EXTRAS], 1):
        shown |= {f"extra_{place}": slug, f"counts_{place}": counts}
    return shown


class AgreeForm(HouseForm):
    """A button beside a choice, or the one for all that are open."""

    buttons = ("agree",)

    number = HiddenField()


class StepForm(HouseForm):
    """A button that approves or rejects."""
