"""The forms of signing in and of changing one's password (the library's, narrowed), of days away, of keys."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_login import current_user
from flask_security.forms import LoginForm, VerifyForm
from flask_security.password_util import PasswordUtil

from clinic.accounts.queries import Colleague
from clinic.accounts.rules import password_problem
from clinic.accounts.service import own_words, record_failed_sign_in
from clinic.platform.controls import Problem
from clinic.platform.extensions import now
from clinic.platform.forms import Choice, HouseForm, SelectField, UsDateField
from clinic.platform.limits import SIGN_IN_ACCOUNT, spend


class SignIn(LoginForm):
    """E-mail and password. No "remember me": its cookie would go round the session table."""

    remember = None  # type: ignore[assignment]  # WTForms' way to drop an inherited field

    def validate(self, **kwargs: Any) -> bool:
        """Judge the pair; tries are counted for each account, and each failure is recorded.

        Raises:
            TooOften: too many tries for this account.
        """
        self.email.data = "".join(char for char in self.email.data or "" if char.isprintable())
        if not self.email.data or not self.password.data:
            return bool(super().validate(**kwargs))
        spend(SIGN_IN_ACCOUNT, self.email.data.strip().lower())
        right = bool(super().validate(**kwargs))
        if not right:
            record_failed_sign_in(self.user, now=now())
        return right

    def problems(self) -> list[Problem]:
        """One sentence for everything that can be wrong, so that nobody learns which addresses exist."""
        return [Problem(str(self.form_errors[0]), "email")] if self.form_errors else []


class ConfirmPassword(VerifyForm):
    """The own password again, before something sensitive."""

    def validate(self, **kwargs: Any) -> bool:
        """Judge the password; each failure is recorded."""
        right = bool(super().validate(**kwargs))
        if not right and self.password.data:
            record_failed_sign_in(self.user, now=now())
        return right


class HousePasswords(PasswordUtil):
    """Our own rule for new passwords in place of the library's checkers."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """The problems, or None, and the normalised password."""
        plain = self.normalize(password)
        wrong = password_problem(plain, own_words(current_user.email, current_user.name))
        return ([wrong] if wrong else None), plain


class CoverForm(HouseForm):
    """Days away. `covered_by` gets the colleagues before it is judged."""

    first_day = UsDateField("First day away", required="Enter the first day", noun="The first day")
    last_day = UsDateField("Last day away", required="Enter the last day", noun="The last day")
    covered_by = SelectField("Who covers", required="Choose who covers")

    def offer(self, people: Iterable[Colleague], besides: UUID | None) -> None:
        """Let the select offer the clinicians of these but one."""
        others = (one for one in people if one.takes_referrals and one.id != besides)
        takers = (Choice(str(one.id), one.full_name) for one in others)
        self.covered_by.choices = (Choice("", "Choose a colleague"), *takers)


class PressForm(HouseForm):
    """A button that needs no value."""


class SwitchForm(HouseForm):
    """On or off: a button, and nothing else."""

    buttons = ("on", "off")
