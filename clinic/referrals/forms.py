"""What the pages of referrals may send, and the words for what is missing."""

from collections.abc import Iterable

from flask import request

from clinic.accounts.queries import Colleague
from clinic.kernel.errors import Invalid
from clinic.platform.forms import (
    CheckboxesField,
    Choice,
    EmailField,
    HiddenField,
    HouseForm,
    LongTextField,
    RadiosField,
    SelectField,
    TextField,
    UsDateField,
    UsPhoneField,
)
from clinic.referrals.presenters.word_templates import WORD_TEMPLATES
from clinic.referrals.presenters.words import (
    CHOICES,
    DIAGNOSES,
    OUTCOMES,
    PHASES_FOUND,
    REASONS,
    URGENCIES,
    WITHDRAW_REASONS,
)
from clinic.referrals.rules import Settle
from clinic.referrals.rules.decision import SENTENCE_AT_MOST, WORDS_AT_MOST
from clinic.referrals.rules.office import ADDRESS_AT_MOST, LINE_AT_MOST, OfficeDetails

SETTLE = (
    Choice(Settle.BOOK.value, "Book it"),
    Choice(Settle.GIVE_UP.value, "Give it up"),
)


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
    """The clinician's decision. `visit_type` gets the clinic's types before it is judged."""

    buttons = ("confirm", "fill")

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
    template = SelectField(
        "Start from",
        choices=[
            Choice("", "Choose words"),
            *(Choice(key, label) for key, (label, _) in WORD_TEMPLATES.items()),
        ],
    )
    priority = SelectField(
        "Urgency",
        choices=[Choice("", "As the rules say"), *(Choice(value, text) for value, text in URGENCIES)],
    )
    see_by = UsDateField("See by", noun="The see-by day")
    visit_type = SelectField("Visit type")
    version = HiddenField()


class AskForm(HouseForm):
    """Questions to put back to the patient; the view declares which ones there are."""

    questions = CheckboxesField("Questions", required="Choose at least one question.")
    sentence = LongTextField("A sentence to the patient", limit=SENTENCE_AT_MOST)
    version = HiddenField()


class WithdrawForm(HouseForm):
    """Why a referral is not pursued."""

    reason = RadiosField(
        "Why is it not pursued?",
        required="Choose why",
        choices=[Choice(value, text) for value, text in WITHDRAW_REASONS],
    )
    note = LongTextField("In a sentence", limit=SENTENCE_AT_MOST)
    version = HiddenField()


class OutcomeForm(HouseForm):
    """What the visit showed; the view declares the visits that may have an outcome."""

    visit = SelectField("Visit", required="Choose the visit")
    phase = RadiosField(
        "Phase found at the visit",
        required="Choose the phase, or choose “No phase fits”",
        choices=[Choice(value, text) for value, text in PHASES_FOUND],
        appearance="seg",
    )
    diagnosis = RadiosField(
        "Diagnosis of CRPS",
        required="Choose what the visit showed",
        choices=[Choice(value, text) for value, text in DIAGNOSES],
    )
    sentence = LongTextField(
        "What was found, in one sentence",
        required="Write one sentence about the visit",
        limit=SENTENCE_AT_MOST,
    )


def version_of(form: HouseForm) -> int:
    """The version of the referral that the screen showed.

    Raises:
        Invalid: it is no number; the page was changed.
    """
    text = form["version"].data
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    raise Invalid("This page sent something we do not know. Please go back and try again.")


class CallForm(HouseForm):
    """A note about a call."""

    buttons = ("step",)

    note = LongTextField("What was said, in a sentence", limit=SENTENCE_AT_MOST)


class ResolveForm(HouseForm):
    """How a safety call-back ends, and what becomes of the time that was asked for, if there is one."""

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
    settle = RadiosField("The time that they asked for", choices=SETTLE, appearance="seg")
    version = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """A time that was asked for (`version` is its) is settled with the call: nobody would look again."""
        good = super().validate(extra_validators)
        if self.version.data and not self.settle.data:
            self.add_error("settle", "Choose what becomes of the time that they asked for")
            return False
        return good

    @property
    def settled(self) -> Settle | None:
        """What was chosen; None when there is no such time."""
        return Settle(self.settle.data) if self.version.data and self.settle.data else None


class AssignForm(HouseForm):
    """Who looks after the ticked referrals; the buttons say which way. Each tick is read by the view."""

    buttons = ("take", "give", "release")

    tick = HiddenField()
    to = SelectField("Give to")

    def offer(self, people: Iterable[Colleague]) -> None:
        """Let the select offer the clinicians of these."""
        takers = (Choice(str(one.id), one.short_name) for one in people if one.takes_referrals)
        self.to.choices = (Choice("", "Choose a colleague"), *takers)

    @property
    def pressed(self) -> str | None:
        """Which button sent the form."""
        return next((name for name in self.buttons if name in request.form), None)


class OfficeForm(HouseForm):
    """Who sent this person, and where a reply goes."""

    name = TextField("Name of the office", required="Enter the name of the office", limit=LINE_AT_MOST)
    clinician = TextField("Who referred", limit=LINE_AT_MOST)
    address = LongTextField("Mailing address", limit=ADDRESS_AT_MOST)
    fax = UsPhoneField("Fax", autocomplete="off", noun="The fax number")
    email = EmailField(
        "Email of the office",
        autocomplete="off",
        hint="We write only that there is news about the reference, never of whom or what.",
    )
    version = HiddenField()

    def details(self) -> OfficeDetails:
        """What was typed, in its stored form.

        Raises:
            Invalid: a value is no good; the words belong beside its field.
        """
        told = {one: getattr(self, one).data for one in ("name", "clinician", "address", "fax", "email")}
        return OfficeDetails(**told)


class CommentForm(HouseForm):
    """What a colleague should know."""

    comment = LongTextField(
        "Comment for colleagues", required="Write the comment", noun="The comment", limit=WORDS_AT_MOST
    )
