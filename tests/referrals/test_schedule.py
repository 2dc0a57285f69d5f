"""A clinician's own day: their visits alone, by place and time, whatever the address says."""

from collections import Counter
from datetime import date, timedelta

import pytest

from clinic.accounts.rules import Role, permissions_of
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.clock import central_date
from clinic.kernel.errors import NotAllowed
from clinic.kernel.permissions import Actor, ActorKind
from clinic.platform.extensions import db
from clinic.referrals import service
from clinic.referrals.presenters import schedule as present
from clinic.referrals.queries.schedule import Standing
from clinic.referrals.rules import Choice
from clinic.referrals.service import Decided
from tests.referrals.cast import Sent, rows_of, send_in, times_for
from tests.scheduling.scene import Scene
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import sign_in
from tests.support.statements import statements

TODAY = central_date(START)


def book(sent: Sent, desk: Actor, nth: int = 0) -> tuple[Actor, date]:
    """A visit; returns the clinician whom it is with, and its day."""
    wanted = times_for(sent, START)[nth].wanted
    row = service.book_by_staff(sent.referral.id, wanted, key=f"k{nth}", actor=desk, now=START)
    who = Actor(ActorKind.STAFF, row.clinician_id, "Dr. Own", permissions_of([Role.CLINICIAN]))
    return who, central_date(row.start_at)


def test_only_ones_own_visits_are_shown_and_recorded(sent: Sent, desk: Actor, clinician: Actor) -> None:
    own, day = book(sent, desk)
    shown = service.view_schedule(day, actor=own, now=START)
    (row,) = shown.rows
    assert row.patient.full_name == "Hazel Exampleton"
    assert row.standing == Standing(sent.referral.reference, (2,), None, is_decided=False)
    assert shown.strip == {day: 1}
    (seen,) = [one for one in rows_of(AuditEvent) if one.action == Action.SCHEDULE_VIEWED]
    assert seen.facts == {"patients": [str(sent.referral.patient_id)]}
    assert service.view_schedule(day, actor=clinician, now=START).rows == ()


def test_the_desk_has_no_day_of_its_own(desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        service.view_schedule(TODAY, actor=desk, now=START)


def test_the_phase_is_the_decided_one_or_else_the_suggested(
    sent: Sent, desk: Actor, clinician: Actor
) -> None:
    own, day = book(sent, desk)
    (row,) = service.view_schedule(day, actor=own, now=START).rows
    assert present.phase_words(row.standing) == "Two, suggested"
    given = Decided(choice=Choice.PHASE_TWO)
    service.decide(sent.referral.reference, given, version=sent.fresh.version, actor=clinician, now=START)
    (row,) = service.view_schedule(day, actor=own, now=START).rows
    assert present.phase_words(row.standing) == "Phase Two, decided"
    assert present.phase_words(None) == "No referral"
    assert present.phase_words(Standing("X", (), None, is_decided=True)) == "Decided"


def test_the_strip_has_the_shown_day_and_every_day_with_visits(sent: Sent, desk: Actor) -> None:
    own, day = book(sent, desk)
    other = day + timedelta(days=3)
    shown = service.view_schedule(other, actor=own, now=START)
    assert [(one.count, one.chosen) for one in present.strip_days(shown)] == [(1, False), (0, True)]
    assert present.by_place(shown) == ()


@pytest.mark.parametrize(
    "day", ["", "today", "2026-13-45", "9999-12-31", "0001-01-01", "2026-12-01T10", "<script>", "%00"]
)
def test_a_day_that_is_none_shows_today(client: PageClient, scene: Scene, day: str) -> None:
    sign_in(client, Role.CLINICIAN)
    assert "Today: 0 visits" in client.get(f"/staff/schedule?day={day}").text


def test_each_person_is_one_key_away(client: PageClient, sent: Sent, desk: Actor) -> None:
    own, day = book(sent, desk)
    sign_in(client, Role.CLINICIAN)
    page = client.get(f"/staff/schedule?day={day.isoformat()}").text
    assert "data-walk-rows" in page
    assert "Hazel" not in page  # somebody else's visit
    assert own.id is not None


def test_the_number_of_statements_does_not_grow_with_the_day(
    sent: Sent, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = [one.wanted for one in times_for(sent, START)]
    (who, day), _ = Counter((one.clinician_id, central_date(one.start)) for one in times).most_common(1)[0]
    own = Actor(ActorKind.STAFF, who, "Dr. Own", permissions_of([Role.CLINICIAN]))

    def looked() -> tuple[int, int]:
        db.session.rollback()
        with statements() as seen:
            shown = service.view_schedule(day, actor=own, now=START)
        return len(shown.rows), len(seen)

    found = []
    for number in range(3):
        more = send_in(monkeypatch, START, first_name=f"Ivy{number}", email=f"ivy{number}@example.com")
        wanted = next(
            time.wanted
            for time in times_for(more, START)
            if (time.wanted.clinician_id, central_date(time.wanted.start)) == (who, day)
        )
        service.book_by_staff(more.referral.id, wanted, key=f"more{number}", actor=desk, now=START)
        found.append(looked())
    assert [rows for rows, _ in found] == [1, 2, 3]
    assert len({asked for _, asked in found}) == 1
