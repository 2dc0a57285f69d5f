"""What the desk types, and the words when something is missing."""

from wtforms.validators import StopValidation

from clinic.frontdesk.service import Caller
from clinic.patients.rules import PatientDetails
from clinic.platform.forms import (
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
from clinic.referrals.rules import CallerReason
from clinic.safety.rules import RED_FLAGS, Tier

NO_TIME = "none"
YES_NO = (Choice("no", "No"), Choice("yes", "Yes"))
REASONS = {
    CallerReason.FIRST_VISIT: "Wants a first visit",
    CallerReason.DOCTOR_SENT: "Was sent by a doctor",
    CallerReason.SECOND_OPINION: "Wants a second opinion",
    CallerReason.OTHER: "Something else",
}
# Every physical sign that must not wait; what the caller answers yes to is chosen from these.
PHYSICAL = tuple(
    Choice(flag.code, flag.told[:1].upper() + flag.told[1:])
    for flag in RED_FLAGS.values()
    if flag.tier in (Tier.T0, Tier.T1)
)
CHOOSE_ONE = Choice("", "Choose one")


class SlotField(RadiosField):
    """A time of the picker. Whether it is still open is the booking's question, not the form's."""

    def pre_validate(self, form: object) -> None:
        """Only an empty choice is wrong here."""
        if not self.data:
            raise StopValidation(self.required_words)


class CallerForm(HouseForm):
    """A caller without an intake: who, why, three safety questions read aloud, a time."""

    buttons = ("book", "times")

    first_name = TextField("First name", required="Enter the first name", kind="name", autocomplete="off")
    last_name = TextField("Last name", required="Enter the last name", kind="name", autocomplete="off")
    born = UsDateField("Date of birth", required="Enter the date of birth", past=True)
    phone = UsPhoneField("Phone", required="Enter a phone number we can call", autocomplete="off")
    email = EmailField(
        "Email", hint="For the confirmation. Leave empty if there is none.", autocomplete="off"
    )
    voicemail = RadiosField(
        "OK to leave a message?",
        required="Ask if we may leave a message",
        choices=YES_NO,
        appearance="seg",
    )
    reason = SelectField(
        "Reason for the visit",
        required="Choose the reason",
        choices=(CHOOSE_ONE, *(Choice(one.value, words) for one, words in REASONS.items())),
    )
    physical = RadiosField(
        "“Is anything new or suddenly different in the last few days: trouble breathing, chest pain, "
        "a weak or drooping face, a cold, black or very swollen limb, fever, an open sore, or a bad fall?”",
        required="Read the first question and choose the answer",
        choices=YES_NO,
        appearance="seg",
    )
    which = SelectField("If yes, which is closest?", choices=(CHOOSE_ONE, *PHYSICAL))
    thoughts = RadiosField(
        "“In the past few weeks, have you had thoughts of killing yourself, or wished you were dead?”",
        required="Read the second question and choose the answer",
        choices=(*YES_NO, Choice("now", "Yes, now or with a plan")),
        appearance="seg",
    )
    danger = RadiosField(
        "“Are you in danger from someone, or afraid that you may hurt someone?”",
        required="Read the third question and choose the answer",
        choices=YES_NO,
        appearance="seg",
    )
    slot = SlotField("Time", required="Choose a time, or “No time yet”")
    first_day = HiddenField()
    key = HiddenField()

    def caller(self) -> Caller:
        """What was typed, as the use case takes it.

        Raises:
            Invalid: a detail cannot be; `field` names it.
        """
        details = PatientDetails(
            first_name=self.first_name.data,
            last_name=self.last_name.data,
            birth_date=self.born.data,
            phone=self.phone.data,
            email=self.email.data or None,
            no_email=not self.email.data,
            voicemail_ok=self.voicemail.data == "yes",
        )
        return Caller(details, CallerReason(self.reason.data), self.red_flags())

    def red_flags(self) -> tuple[str, ...]:
        """The codes that were answered yes."""
        codes = [self.which.data] if self.physical.data == "yes" else []
        codes += {"yes": ["RF-SUICIDE"], "now": ["RF-SUICIDE-NOW"]}.get(self.thoughts.data, [])
        codes += ["RF-VIOLENCE"] if self.danger.data == "yes" else []
        return tuple(codes)

    def validate(self, extra_validators: object = None) -> bool:
        """A yes to the first question needs its sign."""
        good = super().validate(extra_validators)
        if self.physical.data == "yes" and not self.which.data:
            self.add_error("which", "Choose the sign that is closest to what the caller says")
            return False
        return good


class SlotForm(HouseForm):
    """Choose a time for a person who is already known."""

    buttons = ("book", "times")

    slot = SlotField("Time", required="Choose a time")
    first_day = HiddenField()
    key = HiddenField()
    version = HiddenField()


class StepForm(HouseForm):
    """One button of a row."""

    version = HiddenField()
    step = HiddenField()
    day = HiddenField()


class MessageForm(HouseForm):
    """A button beside a message; `back` names the page that it stands on."""

    back = HiddenField()


class CallForm(HouseForm):
    """What came of a call."""

    buttons = ("action",)

    outcome = SelectField("How did it end?", choices=(CHOOSE_ONE,))
    note = LongTextField("Note", limit=500)
