"""Outcomes that a person is told about; each message is ready to be read by them."""


class ClinicError(Exception):
    """Base of all refusals that have words for the person who asked."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(ClinicError):  # noqa: N818 - the field's word, raised like a sentence
    """No such thing, or none that this actor may know of; both answer the same."""

    status = 404

    def __init__(self, message: str = "We could not find that page.") -> None:
        super().__init__(message)


class NotAllowed(ClinicError):  # noqa: N818
    """The actor is known and lacks the permission."""

    status = 403

    def __init__(self, message: str = "Your role does not allow this.") -> None:
        super().__init__(message)


class Invalid(ClinicError):  # noqa: N818
    """The input cannot be used; `field` names the control that the words belong to."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(ClinicError):  # noqa: N818
    """The thing has changed since it was shown, or its state does not permit the step."""

    status = 409
