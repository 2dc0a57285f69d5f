"""What patients are told of their visits by e-mail: when it is still true, and how it is written."""

from datetime import datetime, timedelta
from uuid import UUID

from clinic.kernel.wording import us_phone
from clinic.notifications.composition import compose
from clinic.notifications.registry import MessageKind
from clinic.notifications.rules import Attachment, Message, NoAddressError
from clinic.patients.queries import patient_card
from clinic.platform.extensions import settings
from clinic.scheduling.queries import AppointmentCard, appointment_card, appointment_row
from clinic.scheduling.registry import registry
from clinic.scheduling.rules import State
from clinic.scheduling.service.outbox import CANCELLED, CONFIRMED, MOVED, REMINDER

Ids = dict[str, str]


def _booked_as_told(ids: Ids, now: datetime) -> bool:
    """Is the visit still at the time that the message speaks of, and still to come?"""
    row = appointment_row(UUID(ids["appointment"]))
    same = row.state is State.BOOKED and row.sequence == int(ids["sequence"])
    return same and now < row.start_at and _somebody_must_hear(ids, row.patient_id)


def _cancelled(ids: Ids, now: datetime) -> bool:
    """Is it still off by that cancellation? One that was undone and repeated has a mail of its own."""
    row = appointment_row(UUID(ids["appointment"]))
    return (
        row.state is State.CANCELLED
        and row.sequence == int(ids["sequence"])
        and now < row.start_at + timedelta(days=1)
        and _somebody_must_hear(ids, row.patient_id)
    )


def _reminds(ids: Ids, now: datetime) -> bool:
    """Still booked so, and not yet the next reminder's moment: after a standstill people get one, not two."""
    if not _booked_as_told(ids, now):
        return False
    row = appointment_row(UUID(ids["appointment"]))
    return "gives_way" not in ids or now < row.start_at - timedelta(hours=int(ids["gives_way"]))


def _somebody_must_hear(ids: Ids, patient_id: UUID) -> bool:
    """With an address, yes. Without one the desk calls, unless they were told already or hear of it again."""
    return _has_address(patient_id) or not {"told", "gives_way"} & set(ids)


def _has_address(patient_id: UUID) -> bool:
    return patient_card(patient_id).email is not None


def _write(kind: str, ids: Ids, *, method: str | None) -> Message:
    card = appointment_card(UUID(ids["appointment"]))
    patient = patient_card(card.patient_id)
    if patient.email is None:
        raise NoAddressError
    return compose(
        kind,
        to=patient.email,
        attachments=() if method is None else (calendar_entry(card, method, patient.email),),
        called=patient.called,
        card=card,
        bring=card.location.things_to_bring,
        manage_url=registry().manage_url(card.id),
    )


def calendar_entry(card: AppointmentCard, method: str, attendee: str | None = None) -> Attachment:
    """The visit as a calendar file; REQUEST and CANCEL name the address that they are mailed to."""
    from clinic.platform.ical import calendar_file  # slow to load, and only the worker writes mail

    data = calendar_file(
        uid=f"{card.id}@{settings().mail_sender.rpartition('@')[2]}",
        sequence=card.sequence,
        method=method,
        start=card.start_at,
        end=card.end_at,
        location=f"{settings().clinic_name}, {card.location.name}, {card.location.address}",
        description=_calendar_words(card, method),
        organizer=settings().mail_sender,
        organizer_name=settings().clinic_name,
        attendee=attendee,
        now=card.changed_at,  # the same file, however often the message is tried
    )
    return Attachment("visit.ics", f"text/calendar; method={method}; charset=utf-8", data)


def _calendar_words(card: AppointmentCard, method: str) -> str:
    """What a calendar shows under the entry; some mail programs show it instead of the mail.

    No private link: calendars are shared, and the answer buttons of a mail program change nothing with us.
    """
    place, phone = card.location, us_phone(card.location.phone)
    lines = [f"Reference {card.reference}."]
    if method == "CANCEL":
        return "\n".join([*lines, f"This visit is canceled. To choose a new time, call {phone}."])
    lines.append("Please come 10 minutes early.")
    told = (("Parking", place.parking), ("Finding us", place.directions), ("What to bring", place.bring))
    lines += [f"{name}: {'; '.join(text.splitlines())}" for name, text in told if text]
    lines.append(f"To change or cancel, use the link in our email or call {phone}.")
    lines.append("We do not see answers to this entry.")
    return "\n".join(lines)


def _confirmed(ids: Ids) -> Message:
    return _write(CONFIRMED, ids, method="REQUEST")


def _moved(ids: Ids) -> Message:
    return _write(MOVED, ids, method="REQUEST")


def _cancellation(ids: Ids) -> Message:
    return _write(CANCELLED, ids, method="CANCEL")


def _reminder(ids: Ids) -> Message:
    return _write(REMINDER, ids, method=None)


BOOKED_MAIL = MessageKind(CONFIRMED, _booked_as_told, _confirmed)
MOVED_MAIL = MessageKind(MOVED, _booked_as_told, _moved)
CANCELED_MAIL = MessageKind(CANCELLED, _cancelled, _cancellation)
REMINDER_MAIL = MessageKind(REMINDER, _reminds, _reminder, by_itself=True)
