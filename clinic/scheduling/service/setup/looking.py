"""What a change would do: checked, tried out on the real rows, and taken back unless it is meant."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from clinic.kernel.errors import Conflict
from clinic.patients.queries import with_address
from clinic.platform.extensions import db
from clinic.scheduling import queries
from clinic.scheduling.queries import AppointmentCard, AppointmentRow
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules import OpenTime, Refusal, State
from clinic.scheduling.rules.setup import Edit, Image, Kind, SetUp, check_whole, checked, packed, warnings
from clinic.scheduling.service.setup.fitting import Reasons, misfits, newly
from clinic.scheduling.service.setup.proposing import proposals
from clinic.scheduling.service.setup.writing import check_no_visits, write

STALE = "Something has changed since this page was shown. Please look at it again."


@dataclass(frozen=True, slots=True)
class Hit:
    """A coming visit that fits now and would not after the change; a page names no patient.

    `told`: does the patient hear of a move by e-mail? A visit without `proposed` times is left to the desk.
    """

    card: AppointmentCard
    reasons: tuple[Refusal, ...]
    proposed: tuple[OpenTime, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do. The digest is of all that it was computed from, but the proposed times."""

    hits: tuple[Hit, ...]
    warnings: tuple[str, ...]
    digest: str


class PreviewStale(Conflict):
    """What the change would do is not any more what was shown; `preview` is what it would do now."""

    def __init__(self, message: str, preview: Preview) -> None:
        super().__init__(message)
        self.preview = preview


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits in their written form, what stands, and what they make of it."""

    edits: tuple[Edit, ...]
    before: SetUp
    after: SetUp

    @property
    def clinicians(self) -> Collection[UUID] | None:
        """Whose hours may change; None: anybody's."""
        found: set[UUID] = set()
        for edit in self.edits:
            for setup, image in (
                (self.before, self.before.of(edit.kind).get(edit.id)),
                (self.after, edit.image),
            ):
                if image is None:
                    continue
                touched = _touched(edit, image, setup, self.before)
                if touched is None:
                    return None
                found |= touched
        return found


def planned(edits: Iterable[Edit]) -> Plan:
    """The edits, checked one by one and as a whole.

    Raises:
        Invalid: they cannot be. Conflict: what is to be taken away is gone.
    """
    before = set_up()
    sound = tuple(checked(_under_its_name(edit, before)) for edit in edits)
    after = check_whole(before, sound)
    check_no_visits(sound)
    return Plan(sound, before, after)


def _under_its_name(edit: Edit, before: SetUp) -> Edit:
    """Addresses and referrals call a thing by its short name: it stays when the name changes."""
    old = before.of(edit.kind).get(edit.id)
    if edit.image is None or old is None or "slug" not in old:
        return edit
    return Edit(edit.kind, edit.id, {**edit.image, "slug": old["slug"]})


def _touched(edit: Edit, image: Image, setup: SetUp, before: SetUp) -> set[UUID] | None:
    """Whose hours hang on this image; None: anybody's."""
    if edit.kind in (Kind.SESSION, Kind.DATED_HOURS):
        return {image["clinician_id"]}
    if edit.kind is Kind.CLOSURE:
        if image["clinician_id"] is not None:
            return {image["clinician_id"]}
        return None if image["location_id"] is None else _working_at(image["location_id"], setup)
    if edit.kind is Kind.LOCATION:
        old = before.of(Kind.LOCATION).get(edit.id)
        same_clock = old is None or edit.image is None or old["zone"] == edit.image["zone"]
        return set() if same_clock else _working_at(edit.id, setup)
    return None if edit.kind in (Kind.VISIT_TYPE, Kind.TRAVEL) else set()


def _working_at(location_id: UUID, setup: SetUp) -> set[UUID]:
    return {
        image["clinician_id"]
        for kind in (Kind.SESSION, Kind.DATED_HOURS)
        for image in setup.of(kind).values()
        if image["location_id"] == location_id
    }


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside leaves no trace: the transaction goes on as if it had not been."""
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


@dataclass(frozen=True, slots=True)
class Look:
    """Coming visits that fit before a plan and do not after it, and those for which it is the other way."""

    rows: tuple[AppointmentRow, ...]
    reasons: Mapping[UUID, Reasons]
    before: Mapping[UUID, Reasons]
    eased: tuple[dict[str, Any], ...]

    def still_hit(self, rows: Sequence[AppointmentRow], now: datetime) -> list[AppointmentRow]:
        """Those of the hits that do not fit once others are moved: a way may have become long enough."""
        reasons = newly(self.before, misfits(rows, now))
        return [row for row in rows if row.id in reasons]

    def digest(self, plan: Plan) -> str:
        """What changes when the images or the hits are others than those that were looked at."""
        images = [
            [edit.kind, str(edit.id), packed(plan.before.of(edit.kind).get(edit.id)), packed(edit.image)]
            for edit in plan.edits
        ]
        hits = sorted([str(row.id), row.version, sorted(self.reasons[row.id])] for row in self.rows)
        return sha256(json.dumps([images, hits], sort_keys=True).encode()).hexdigest()


def write_and_look(plan: Plan, now: datetime, *, leaving_out: Collection[UUID] = ()) -> Look:
    """Write the rows, and see which coming visits do not fit any more."""
    clinicians = plan.clinicians
    rows: Sequence[AppointmentRow] = []
    if clinicians is None or clinicians:
        rows = [row for row in queries.coming_rows(now, clinicians) if row.id not in leaving_out]
    before = misfits(rows, now)
    write(plan.edits, plan.before)
    after = misfits(rows, now)
    reasons, gone = newly(before, after), newly(after, before)
    eased = tuple(_eased(row, gone[row.id]) for row in rows if row.id in gone)
    return Look(tuple(row for row in rows if row.id in reasons), reasons, before, eased)


def _eased(row: AppointmentRow, reasons: Reasons) -> dict[str, Any]:
    return {
        "appointment": str(row.id),
        "location": str(row.location_id),
        "start": row.start_at.isoformat(),
        "reasons": sorted(reasons),
    }


def is_known(row: AppointmentRow, reasons: Reasons, eased: Iterable[Mapping[str, Any]]) -> bool:
    """Did the visit stand there before the change that `eased` it, with nothing else against it?"""
    return any(
        one == _eased(row, frozenset(map(Refusal, one["reasons"]))) and reasons <= set(one["reasons"])
        for one in eased
    )


def shown(plan: Plan, look: Look, now: datetime) -> Preview:
    """The look as a page shows it, with proposed times; only while the plan's rows are written."""
    cards = queries.appointment_cards([row.id for row in look.rows])
    times = proposals(look.rows, plan.after, now)
    reachable = with_address({row.patient_id for row in look.rows})
    hits = tuple(
        Hit(
            cards[row.id],
            tuple(sorted(look.reasons[row.id])),
            tuple(times[row.id]),
            row.state is State.BOOKED and row.patient_id in reachable,
        )
        for row in look.rows
    )
    return Preview(hits, warnings(plan.before, plan.after, plan.edits), look.digest(plan))
