"""What the pages of referrals may send, and the words for what is missing."""

from clinic.platform.forms import (
    Choice,
    HiddenField,
    HouseForm,
    LongTextField,
    RadiosField,
    SelectField,
    TextField,
    UsDateField,
)
from clinic.referrals.presenters.words import CHOICES, OUTCOMES, REASONS
from clinic.referrals.rules.decision import SENTENCE_AT_MOST, WORDS_AT_MOST


class BirthDateForm(HouseForm):
    """Who opens a private link says when they were born."""

    born = UsDateField(
        "What is your date of birth?",
        required="Enter your date of birth",
        hint="For example, 9 27 1967. We ask so that nobody else can see your visit.",
        autocomplete="bday",
        noun="The date of birth",
        past=True,
    )


class TimesForm(HouseForm):
    """A chosen time, or "call me". `key` names this very form, so that a resent one books nothing new."""

    slot = TextField("Time", required="Choose a time, or choose “None of these”", limit=200)
    key = HiddenField()
    version = HiddenField()


class PressForm(HouseForm):
    """A button and nothing else."""

    version = HiddenField()


class DecisionForm(HouseForm):
    """The clinician's decision."""

    buttons = ("confirm",)

    choice = RadiosField(
        "Decision",
        required="Choose one of the five decisions",
        choices=[Choice(value, text) for value, text in CHOICES],
        appearance="seg",
    )
    reason = SelectField(
        "Reason, if you decide otherwise than suggested",
        choices=[Choice("", "No reason needed"), *(Choice(value, text) for value, text in REASONS)],
    )
    sentence = LongTextField("Why, in one sentence", limit=SENTENCE_AT_MOST)
    words = LongTextField("Words to the patient", limit=WORDS_AT_MOST)
    see_by = UsDateField("See by", noun="The see-by day")
    version = HiddenField()


class CallForm(HouseForm):
    """A note about a call."""

    buttons = ("step",)

    note = LongTextField("What was said, in a sentence", limit=SENTENCE_AT_MOST)


class ResolveForm(HouseForm):
    """How a safety call-back ends."""

    outcome = RadiosField(
        "Outcome",
        required="Choose an outcome",
        choices=[Choice(value, text) for value, text in OUTCOMES],
    )
    agreed = LongTextField(
        "What was agreed, in a sentence",
        required="Write a sentence about what was agreed",
        limit=SENTENCE_AT_MOST,
    )
